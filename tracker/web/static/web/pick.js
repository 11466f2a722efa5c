/* Pickers: names and events are found while typing. A field without script takes the same names by hand. */
"use strict";
(() => {
  const own = document.currentScript.dataset;
  let count = 0;

  const listFor = (input, type) => {
    const list = document.createElement("datalist");
    list.id = `picked-${count += 1}`;
    input.after(list);
    input.setAttribute("list", list.id);
    let timer = 0;
    let asked = "";
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(async () => {
        asked = input.value.trim();
        const mine = asked;
        if (mine.length < 2 || [...list.options].some((option) => option.value === mine)) return;
        const answer = await fetch(`${own.find}?type=${type}&q=${encodeURIComponent(mine)}`);
        if (!answer.ok || mine !== asked) return; // an older answer came late
        const { choices } = await answer.json();
        list.replaceChildren(...choices.map(({ value, label }) => new Option(label || value, value)));
      }, 150);
    });
  };

  const lineAdder = (area) => {
    const row = document.createElement("div");
    row.className = "picker";
    const search = document.createElement("input");
    search.type = "text";
    search.autocomplete = "off";
    search.placeholder = own.search;
    const name = area.labels[0] ? area.labels[0].textContent.trim() : "";
    search.setAttribute("aria-label", `${own.search}: ${name}`);
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button quiet";
    button.textContent = own.add;
    button.setAttribute("aria-label", `${own.add}: ${name}`);
    row.append(search, button);
    area.after(row);
    const add = () => {
      const value = search.value.trim();
      const lines = area.value.split("\n").map((line) => line.trim()).filter(Boolean);
      if (value && !lines.includes(value)) lines.push(value);
      area.value = lines.join("\n");
      search.value = "";
      search.focus();
    };
    button.addEventListener("click", add);
    search.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      add();
    });
    listFor(search, area.dataset.pick);
  };

  for (const field of document.querySelectorAll("[data-pick]")) {
    if (field.matches("textarea")) lineAdder(field);
    else listFor(field, field.dataset.pick);
  }
})();
