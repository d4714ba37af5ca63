// What makes pages nicer. Everything works without it.
(() => {
  "use strict";
  const root = document.documentElement;
  const themes = ["system", "light", "dark"];
  const labels = { system: "System theme", light: "Light theme", dark: "Dark theme" };

  function theme() {
    return root.dataset.theme || "system";
  }

  function choose(next) {
    if (next === "system") delete root.dataset.theme;
    else root.dataset.theme = next;
    try {
      if (next === "system") localStorage.removeItem("bw-theme");
      else localStorage.setItem("bw-theme", next);
    } catch {
      // Kept for this page only.
    }
    document.dispatchEvent(new CustomEvent("bw-theme"));
  }

  function themeToggle(button) {
    const name = button.querySelector("[data-theme-name]");
    const show = () => { name.textContent = labels[theme()]; };
    button.addEventListener("click", () => {
      choose(themes[(themes.indexOf(theme()) + 1) % themes.length]);
      show();
    });
    show();
  }

  function copyButton(button) {
    button.addEventListener("click", async () => {
      const text = document.getElementById(button.dataset.copy);
      try {
        await navigator.clipboard.writeText(text.textContent);
        button.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(text);
      }
    });
  }

  function fileInput(input) {
    input.addEventListener("change", async () => {
      const [file] = input.files;
      if (!file) return;
      document.getElementById(input.dataset.loadInto).value = await file.text();
      const format = document.getElementById("format");
      const ending = file.name.split(".").pop().toLowerCase().replace("yml", "yaml");
      if (format && [...format.options].some((one) => one.value === ending)) format.value = ending;
    });
  }

  // The error page is previewed as it is typed: the form is sent to the frame by its Preview button.
  function errorPreview(button) {
    const form = button.form;
    let timer = 0;
    const refresh = () => form.requestSubmit(button);
    form.addEventListener("input", (event) => {
      const name = event.target.name || "";
      if (name !== "html" && !name.startsWith("status/") && name !== "preview-status") return;
      clearTimeout(timer);
      timer = setTimeout(refresh, 300);
    });
    // A preview that is sent after the form would take its place.
    form.addEventListener("submit", (event) => { if (event.submitter !== button) clearTimeout(timer); });
    button.hidden = true;
    refresh();
  }

  // The token of a signed-in page goes with whatever htmx sends.
  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector("input[name=_csrf]");
    if (token) event.detail.headers["X-CSRF-Token"] = token.value;
  });

  // A session that ended while the page was open: go to the sign-in instead of leaving stale figures.
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status === 401) location.reload();
  });

  function leaveGuard(form) {
    let touched = false;
    form.addEventListener("input", () => { touched = true; });
    form.addEventListener("submit", (event) => {
      const target = event.submitter && event.submitter.getAttribute("formtarget");
      if (!target) touched = false;
    });
    addEventListener("beforeunload", (event) => { if (touched) event.preventDefault(); });
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-theme-toggle]").forEach(themeToggle);
    document.querySelectorAll("[data-copy]").forEach(copyButton);
    document.querySelectorAll("[data-load-into]").forEach(fileInput);
    document.querySelectorAll("[data-submit-on-change]").forEach((select) =>
      select.addEventListener("change", () => select.form.requestSubmit()));
    document.querySelectorAll(".object-form").forEach(leaveGuard);
    const preview = document.getElementById("preview-button");
    if (preview) errorPreview(preview);
  });

  addEventListener("keydown", (event) => {
    const toggle = document.getElementById("menu-toggle");
    if (event.key === "Escape" && toggle) toggle.checked = false;
  });
})();
