/* Keys. Each presses or focuses a control that stands on the page: `data-key` names it. Without script all of
   them work. They can be switched off (WCAG 2.2, 2.1.4), and rest while something is typed. */
"use strict";
(() => {
  const stored = "keys";
  let isOn = true;
  try { isOn = localStorage.getItem(stored) !== "off"; } catch { /* no storage: keys stay on */ }
  const show = () => { const box = document.getElementById("keys"); if (box) box.checked = isOn; };
  show();
  document.addEventListener("htmx:afterSettle", show); // a part of the page was replaced
  document.addEventListener("change", (event) => {
    if (event.target.id !== "keys") return;
    isOn = event.target.checked;
    try { localStorage.setItem(stored, isOn ? "on" : "off"); } catch { /* as above */ }
  });

  const queue = document.querySelector(".queue");
  const all = () => [...document.querySelectorAll(queue ? ".queue a" : ".event h3 a")];
  const current = (steps) => steps.findIndex((a) => (queue ? a.hasAttribute("aria-current") : a === document.activeElement
    || a.closest(".event").contains(document.activeElement)));
  const go = (step) => {
    const steps = all();
    const to = steps[Math.max(current(steps) + step, 0)];
    if (!to) return;
    if (queue) location.assign(to.href);
    else { to.focus(); to.closest(".event").scrollIntoView({ block: "nearest" }); }
  };
  const here = (selector) => {
    const steps = all();
    const found = steps[current(steps)]?.closest(".event")?.querySelector(selector);
    if (found) found.click();
  };

  let waiting = null; // the form whose number or letter is asked for
  const asking = document.getElementById("asking"); // says what a letter waits for
  const pick = (form, key) => {
    for (const button of form.querySelectorAll("button, a")) {
      const sign = button.querySelector("kbd");
      if (sign && sign.textContent === key) { button.click(); return; }
    }
  };
  const ask = (form) => {
    const first = form.querySelector("button, a");
    if (!first) return;
    waiting = form;
    form.classList.add("asked");
    if (asking) asking.textContent = asking.dataset.words;
    first.focus();
  };

  const press = (control) => {
    if (control.matches(".kinds")) ask(control);
    else if (control.matches("form")) [...control.elements].find((part) => part.type === "checkbox")?.focus();
    else if (control.matches("input, select, textarea")) control.focus();
    else control.click();
  };

  document.addEventListener("keydown", (event) => {
    const field = event.target.closest("input:not([type=checkbox]), textarea, select");
    if (field && queue && event.key === "Escape") return field.blur();
    if (!isOn || field || event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key;
    if (waiting) {
      const form = waiting;
      waiting.classList.remove("asked");
      waiting = null;
      if (asking) asking.textContent = "";
      // Digits alone choose: no letter means another thing after a letter than before it.
      if (/^[0-9]$/.test(key) || !queue) pick(form, key);
      return;
    }
    if (key === "j") return go(1);
    if (key === "k") return go(-1);
    if (queue && key === "x") return document.querySelector(".queue a[aria-current]")?.closest("li").querySelector("input").click();
    if (!queue && key === "o") return here("h3 a");
    if (!queue && key === "x") return here("summary");
    const control = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!control) return;
    event.preventDefault();
    press(control);
  });
})();
