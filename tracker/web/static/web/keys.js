/* Keys. Each presses or focuses a control that stands on the page: `data-key` names it. Without script all of
   them work. They can be switched off (WCAG 2.2, 2.1.4), and rest while something is typed. */
"use strict";
(() => {
  const box = document.getElementById("keys");
  const stored = "keys";
  try { box.checked = localStorage.getItem(stored) !== "off"; } catch { /* no storage: keys stay on */ }
  box.addEventListener("change", () => {
    try { localStorage.setItem(stored, box.checked ? "on" : "off"); } catch { /* as above */ }
  });

  const queue = document.querySelector(".queue");
  const steps = [...document.querySelectorAll(queue ? ".queue a" : ".event h3 a")];
  const current = () => steps.findIndex((a) => (queue ? a.hasAttribute("aria-current") : a === document.activeElement
    || a.closest(".event").contains(document.activeElement)));
  const go = (step) => {
    const to = steps[Math.max(current() + step, 0)];
    if (!to) return;
    if (queue) location.assign(to.href);
    else { to.focus(); to.closest(".event").scrollIntoView({ block: "nearest" }); }
  };
  const here = (selector) => {
    const found = steps[current()]?.closest(".event")?.querySelector(selector);
    if (found) found.click();
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

  const press = (control) => {
    if (control.matches(".kinds")) ask(control);
    else if (control.matches("form")) (control.querySelector("input[type=checkbox]") || control).focus();
    else if (control.matches("input")) control.focus();
    else control.click();
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
    if (!queue && key === "o") return here("h3 a");
    if (!queue && key === "x") return here("summary");
    const control = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!control) return;
    event.preventDefault();
    press(control);
  });
})();
