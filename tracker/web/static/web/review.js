/* Keys of the review queue. Each presses a control that stands on the page; without script all of them work. */
"use strict";
(() => {
  const box = document.getElementById("keys");
  const stored = "review-keys";
  try { box.checked = localStorage.getItem(stored) !== "off"; } catch { /* no storage: keys stay on */ }
  box.addEventListener("change", () => {
    try { localStorage.setItem(stored, box.checked ? "on" : "off"); } catch { /* as above */ }
  });

  const go = (step) => {
    const all = [...document.querySelectorAll(".queue a")];
    const at = all.findIndex((a) => a.hasAttribute("aria-current"));
    const to = all[at + step];
    if (to) location.assign(to.href);
  };

  let waiting = null; // the form whose number or letter is asked for
  const pick = (form, key) => {
    for (const button of form.querySelectorAll("button")) {
      const sign = button.querySelector("kbd");
      if (sign && sign.textContent === key) { button.click(); return; }
    }
  };
  const ask = (form) => {
    waiting = form;
    form.classList.add("asked");
    form.querySelector("button").focus();
  };

  document.addEventListener("keydown", (event) => {
    const field = event.target.closest("input:not([type=checkbox]), textarea, select");
    if (!box.checked || field || event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key;
    if (waiting) {
      const form = waiting;
      waiting.classList.remove("asked");
      waiting = null;
      if (key !== "Escape") pick(form, key);
      return;
    }
    if (key === "j") return go(1);
    if (key === "k") return go(-1);
    if (key === "n") return location.assign(document.getElementById("main").dataset.nextLane);
    const control = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!control) return;
    event.preventDefault();
    if (control.matches(".kinds")) ask(control);
    else if (control.matches("form")) (control.querySelector("input[type=checkbox]") || control).focus();
    else control.click();
  });
})();
