/* A register by keyboard: a code and on to the next. Without it the form works as it is.
   What is typed is kept in this browser until it is recorded; names are not. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-take]");
  if (!form) return;
  const fields = [...form.querySelectorAll("select[name=code]")];
  const at = (name) => form.querySelector(`[data-${name}]`);
  const kept = `taking ${form.dataset.person} ${form.dataset.take}`;
  const present = form.dataset.present;
  const key = form.elements.key;
  const said = (field) => field.closest("tr").querySelector("[name=said]");
  const pupil = (field) => field.closest("tr").querySelector("[name=pupil]").value;
  const has = (field, code) => [...field.options].some((one) => one.value === code && code);
  const longer = (field, start) =>
    [...field.options].some((one) => one.value.length > start.length && one.value.startsWith(start));
  const words = new Map([...document.querySelectorAll("[data-code]")].map((one) => [one.dataset.code, one.textContent]));
  const full = (code) => `${code}, ${words.get(code) || ""}`;
  const hint = (text) => { // emptied first, so that the same words are spoken again
    at("hint").textContent = "";
    setTimeout(() => { at("hint").textContent = text; }, 20);
  };

  if (document.querySelector("[data-done]")) localStorage.removeItem(kept);
  if (!fields.length) return;
  at("keys").hidden = document.getElementById("keys-said").hidden = false;
  form.classList.add("by-key");

  const keep = () => {
    const rows = fields.filter((one) => one.value).map((one) => [pupil(one), one.value, said(one).value]);
    if (rows.length) localStorage.setItem(kept, JSON.stringify({ key: key.value, rows }));
    else localStorage.removeItem(kept);
  };
  const paint = (field) => {
    const chosen = field.selectedOptions[0];
    field.dataset.look = chosen.dataset.look || "";
    said(field).dataset.wants = chosen.dataset.wants || "";
    said(field).placeholder = { time: "08:52", nature: "Nature" }[chosen.dataset.wants] || "";
    field.removeAttribute("aria-invalid");
  };
  const count = () => {
    const left = fields.filter((one) => !one.value).length;
    at("left").textContent = left ? `${left} to mark` : "All marked: save";
  };
  const put = (field, code) => { field.value = code; paint(field); count(); keep(); };
  const go = (to) => { to.focus(); to.closest("tr")?.scrollIntoView({ block: "nearest" }); };
  const next = (field) => {
    const place = fields.indexOf(field);
    const empty = fields.slice(place + 1).find((one) => !one.value) || fields.find((one) => !one.value);
    go(empty || at("save"));
  };
  const onward = (field) => {
    const wants = field.selectedOptions[0].dataset.wants;
    if (wants === "nature" && !said(field).value) { hint(`Which activity? ${full(field.value)}`); go(said(field)); } else next(field);
  };
  const step = (field, by) => { const to = fields[fields.indexOf(field) + by]; if (to) go(to); };

  let typed = "", timer = 0;
  const type = (field, letter) => {
    clearTimeout(timer);
    if (letter === "/" || letter === "\\") letter = present;
    const whole = has(field, typed + letter) || longer(field, typed + letter) ? typed + letter : letter;
    typed = "";
    if (!has(field, whole) && !longer(field, whole)) {
      field.setAttribute("aria-invalid", "true");
      hint(`${letter} is not a code for this session`);
      return;
    }
    if (has(field, whole)) { put(field, whole); hint(`${field.dataset.name}: ${full(field.value)}`); }
    if (longer(field, whole)) {
      typed = whole;
      if (!has(field, whole)) hint(`${whole}, and a number`);
      timer = setTimeout(() => { typed = ""; if (field.value === whole && document.activeElement === field) onward(field); }, 700);
    } else onward(field);
  };
  for (const field of fields) {
    field.addEventListener("change", () => { put(field, field.value); });
    field.addEventListener("focus", () => { typed = ""; });
    field.addEventListener("keydown", (event) => {
      if (event.altKey || event.metaKey) return;
      const done = () => event.preventDefault();
      if (event.key === "Enter" && !event.ctrlKey) { done(); clearTimeout(timer); if (field.value) onward(field); else step(field, 1); }
      else if (event.ctrlKey) return;
      else if (event.key === "ArrowDown") { done(); step(field, 1); }
      else if (event.key === "ArrowUp") { done(); step(field, -1); }
      else if (event.key === "Backspace" || event.key === "Delete") { done(); put(field, ""); hint(`${field.dataset.name}: no mark`); }
      else if (event.key === "?") { done(); rest(); }
      else if (event.key.length === 1 && event.key !== " ") { done(); type(field, event.key.toUpperCase()); }
    });
    said(field).addEventListener("input", keep);
    said(field).addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.ctrlKey) { event.preventDefault(); next(field); }
    });
    paint(field);
  }
  const rest = () => {
    for (const field of fields) if (!field.value && has(field, present)) put(field, present);
    hint("Everybody else is marked present");
    go(at("save"));
  };
  at("rest").addEventListener("click", (event) => { event.preventDefault(); rest(); });

  const send = async (event) => {
    event?.preventDefault();
    keep();
    at("save").disabled = true;
    try {
      await fetch("/static/take.js", { method: "HEAD", cache: "no-store" });
      form.submit();
    } catch {
      at("save").disabled = false;
      hint("The ledger does not answer. What you typed is kept in this browser: save again in a moment.");
    }
  };
  form.addEventListener("submit", send);
  form.addEventListener("keydown", (event) => { if (event.ctrlKey && event.key === "Enter") send(event); });
  addEventListener("pageshow", () => { at("save").disabled = false; });

  const before = JSON.parse(localStorage.getItem(kept) || "null");
  if (before && !form.querySelector(".differs")) {
    let back = 0;
    for (const [id, code, words] of before.rows) {
      const field = fields.find((one) => pupil(one) === id);
      if (!field || !has(field, code) || field.value === code) continue;
      field.value = code; said(field).value = words; paint(field); back += 1;
    }
    if (back) {
      key.value = before.key;
      at("kept").hidden = false;
      at("kept").textContent = `${back} ${back === 1 ? "mark" : "marks"} that you typed before and did not save ${back === 1 ? "is" : "are"} here again. `;
      const forget = document.createElement("button");
      forget.type = "button"; forget.className = "plain"; forget.textContent = "Forget them";
      forget.addEventListener("click", () => { localStorage.removeItem(kept); location.assign(location.pathname); });
      at("kept").append(forget);
    }
  }
  count();
  const first = fields.find((one) => !one.value);
  const news = document.querySelector("[data-news]"); // has the focus itself, so that it is heard
  if (first && !news) {
    first.setAttribute("aria-describedby", "keys-said"); // once, for whoever does not see the line of keys
    first.addEventListener("blur", () => first.removeAttribute("aria-describedby"), { once: true });
    first.focus({ preventScroll: true });
  }
  news?.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && first) { event.preventDefault(); go(first); }
  });
})();
