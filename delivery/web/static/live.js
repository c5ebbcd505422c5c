/* Says when something was recorded since this page was made. Without it the page is as it was.
   Whoever listens is told at once, and then once a minute at most: a school's morning is busy. */
(() => {
  "use strict";
  const told = document.querySelector("[data-feed]");
  if (!told || !window.EventSource) return;
  const heard = document.querySelector("[data-heard]");
  const sheet = document.querySelector("form[data-take]")?.dataset.take.split("/");
  const mine = sheet && `register/${sheet[2]}/${sheet[3]}/${sheet[1]}`;
  const MINUTE = 60000;
  let entries = 0, here = 0, waits = false;
  const words = () => here
    ? "Somebody else entered marks of this class just now. What you typed is kept. "
    : `${entries} newer ${entries === 1 ? "entry" : "entries"}. `;
  const say = () => {
    heard.textContent = words();
    const said = entries;
    waits = true;
    setTimeout(() => { heard.textContent = ""; }, 5000); // it stands in the strip as well
    setTimeout(() => { waits = false; if (entries !== said) say(); }, MINUTE);
  };
  const feed = new EventSource(told.dataset.feed);
  feed.addEventListener("act", (event) => {
    const act = JSON.parse(event.data);
    entries += act.last - act.first + 1;
    const first = mine && act.streams.includes(mine) && !here;
    if (first) here = 1;
    told.hidden = false;
    told.querySelector("span").textContent = words();
    if (!waits || first) say();
  });
  addEventListener("pagehide", () => feed.close());
})();
