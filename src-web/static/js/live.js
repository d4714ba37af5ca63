// Keeps what is shown of nodes up to date: figures every other second, and at once when something happens.
(() => {
  "use strict";
  const EVERY_SAMPLES = 2;

  document.addEventListener("DOMContentLoaded", () => {
    const parts = [...document.querySelectorAll("[data-live]")];
    if (!parts.length) return;
    const states = document.querySelectorAll("[data-live-state]");
    const tell = (on, text) => states.forEach((state) => {
      state.classList.toggle("on", on);
      if (state.textContent !== text) state.textContent = text;
    });
    const refresh = (which) => parts.filter(which).forEach((part) => htmx.trigger(part, "bw-live"));
    const figures = (part) => !part.dataset.live;
    let samples = 0;
    const events = new EventSource("/api/v1/events");
    events.addEventListener("sample", () => {
      tell(true, "live");
      samples += 1;
      if (samples % EVERY_SAMPLES === 0 && !document.hidden) refresh(figures);
    });
    events.addEventListener("node", () => refresh(() => true));
    events.addEventListener("apply", () => refresh(() => true));
    events.addEventListener("open", () => tell(true, "live"));
    events.addEventListener("error", () => tell(false, "no connection; trying again"));
    document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(() => true); });
    document.addEventListener("change", (event) => {
      if (!event.target.matches("[data-tick-all]")) return;
      event.target.closest("table").querySelectorAll("input[name=node]").forEach((box) => {
        box.checked = event.target.checked;
      });
    });
  });
})();
