/* Buttons that copy the text of the field or element that they name; without script there is none. */
"use strict";
(() => {
  const show = () => document.querySelectorAll("[data-copy][hidden]").forEach((button) => { button.hidden = false; });
  document.addEventListener("click", async (event) => {
    const button = event.target.closest && event.target.closest("[data-copy]");
    if (!button) return;
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText((source.value || source.textContent).trim());
    } catch {
      // Without leave, or without https: the reader copies what is selected.
      if (source.select) source.select(); else getSelection().selectAllChildren(source);
      return;
    }
    button.textContent = button.dataset.copied;
  });
  document.addEventListener("htmx:afterSettle", show);
  show();
})();
