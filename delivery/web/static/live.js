/* Says when something was recorded since this page was made. Without it the page is as it was. */
(() => {
  "use strict";
  const told = document.querySelector("[data-feed]");
  if (!told || !window.EventSource) return;
  const sheet = document.querySelector("form[data-take]")?.dataset.take.split("/");
  const mine = sheet && `register/${sheet[2]}/${sheet[3]}/${sheet[1]}`;
  let entries = 0, here = 0;
  const feed = new EventSource(told.dataset.feed);
  feed.addEventListener("act", (event) => {
    const act = JSON.parse(event.data);
    entries += act.last - act.first + 1;
    if (mine && act.streams.includes(mine)) here += 1;
    told.hidden = false;
    told.querySelector("span").textContent = here
      ? "Somebody else entered marks of this class just now. What you typed is kept. "
      : `${entries} newer ${entries === 1 ? "entry" : "entries"}. `;
  });
  addEventListener("pagehide", () => feed.close());
})();
