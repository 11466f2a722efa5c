/* Suggestions while typing (combobox with a list, ARIA 1.2), "Copy link", and addresses without blank
   parameters. Without script the search box, the links and the forms work as they are. */
"use strict";
(() => {
  const box = document.querySelector("[data-suggestions]");
  const count = document.getElementById("suggestion-count");
  let list = null;
  let chosen = -1;
  let asked = 0;

  const close = () => {
    if (list) list.remove();
    list = null;
    chosen = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  };
  const take = (item) => { box.value = item.dataset.text; close(); box.focus(); ask(); };
  const mark = (step) => {
    const items = [...list.children];
    if (chosen >= 0) items[chosen].setAttribute("aria-selected", "false");
    chosen = (chosen + step + items.length + (chosen < 0 && step < 0 ? 1 : 0)) % items.length;
    items[chosen].setAttribute("aria-selected", "true");
    items[chosen].scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", items[chosen].id);
  };
  const show = (suggestions) => {
    close();
    if (count) count.textContent = suggestions.length ? count.dataset.words.replace("%s", suggestions.length) : "";
    if (!suggestions.length) return;
    list = document.createElement("ul");
    list.id = "suggestions";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", box.getAttribute("aria-label"));
    suggestions.forEach((suggestion, i) => {
      const item = document.createElement("li");
      item.id = `suggestion-${i}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      item.dataset.text = suggestion.text;
      const name = document.createElement("bdi");
      name.textContent = suggestion.name;
      const note = document.createElement("small");
      note.textContent = suggestion.count === null ? suggestion.field : `${suggestion.field} ${suggestion.count}`;
      item.append(name, " ", note);
      item.addEventListener("mousedown", (event) => { event.preventDefault(); take(item); });
      list.append(item);
    });
    box.after(list);
    box.setAttribute("aria-expanded", "true");
  };
  const ask = async () => {
    const number = ++asked;
    const typed = box.value;
    if (!typed.trim()) return show([]);
    try {
      const answer = await fetch(`${box.dataset.suggestions}?q=${encodeURIComponent(typed)}`);
      const body = answer.ok ? await answer.json() : { suggestions: [] };
      if (number === asked && document.activeElement === box) show(body.suggestions);
    } catch { /* no network: the box works without */ }
  };
  if (box) {
    box.setAttribute("role", "combobox");
    box.setAttribute("aria-autocomplete", "list");
    box.setAttribute("aria-expanded", "false");
    box.setAttribute("aria-controls", "suggestions");
    let wait = 0;
    box.addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(ask, 150); });
    box.addEventListener("blur", () => { asked += 1; close(); });
    box.addEventListener("keydown", (event) => {
      if (!list) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        mark(event.key === "ArrowDown" ? 1 : -1);
      } else if (event.key === "Enter" && chosen >= 0) {
        event.preventDefault();
        take(list.children[chosen]);
      } else if (event.key === "Escape") {
        event.preventDefault();
        close();
      }
    });
  }

  document.addEventListener("htmx:configRequest", (event) => {
    const sent = event.detail.formData || new FormData();
    for (const name of new Set(sent.keys())) {
      const filled = sent.getAll(name).filter((value) => value !== "");
      sent.delete(name);
      filled.forEach((value) => sent.append(name, value));
    }
  });
})();
