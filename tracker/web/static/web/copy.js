/* Buttons that copy a text of their own, or that of the element they name; none without script. */
"use strict";
(() => {
  const BUTTONS = "[data-copy], [data-copy-text]";
  const show = () => document.querySelectorAll(`:is(${BUTTONS})[hidden]`).forEach((button) => { button.hidden = false; });
  document.addEventListener("click", async (event) => {
    const button = event.target.closest && event.target.closest(BUTTONS);
    if (!button) return;
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(button.dataset.copyText || (source.value || source.textContent).trim());
    } catch {
      // Without leave, or without https: the reader copies what is selected.
      if (!source) return;
      if (source.select) source.select(); else getSelection().selectAllChildren(source);
      return;
    }
    button.textContent = button.dataset.copied;
  });
  document.addEventListener("htmx:afterSettle", show);
  show();
})();
