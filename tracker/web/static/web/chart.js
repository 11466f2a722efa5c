/* The chart: drag over periods, or extend from a focused one by Shift and the arrows and press Enter, to narrow the
   timeline. Without script each period is a link. */
"use strict";
(() => {
  const NAMESPACE = "http://www.w3.org/2000/svg";
  let drag = null;

  const chartOf = (node) => node.closest && node.closest("figure.chart[data-address]");
  const periods = (figure) => [...figure.querySelectorAll("svg.bars a")];
  const days = (link) => {
    const fields = new URLSearchParams(link.getAttribute("href").split("?")[1]);
    return { since: fields.getAll("since").pop(), until: fields.getAll("until").pop() };
  };
  const mark = (figure, from, to) => {
    const svg = figure.querySelector("svg.bars");
    let band = svg.querySelector(".band");
    if (!band) {
      band = document.createElementNS(NAMESPACE, "rect");
      band.setAttribute("class", "band");
      band.setAttribute("height", "120");
      svg.append(band);
    }
    const edges = [from, to].flatMap((link) => {
      const box = link.querySelector(".hit");
      const x = Number(box.getAttribute("x"));
      return [x, x + Number(box.getAttribute("width"))];
    });
    band.setAttribute("x", Math.min(...edges));
    band.setAttribute("width", Math.max(...edges) - Math.min(...edges));
  };
  const unmark = (figure) => figure.querySelector(".band")?.remove();
  const go = (figure, from, to) => {
    const [first, last] = [days(from), days(to)].sort((a, b) => (a.since < b.since ? -1 : 1));
    location.assign(`${figure.dataset.address}since=${first.since}&until=${last.until}`);
  };
  const nearest = (figure, x) => {
    let best = null;
    let far = Infinity;
    for (const link of periods(figure)) {
      const box = link.querySelector(".hit").getBoundingClientRect();
      const off = x < box.left ? box.left - x : Math.max(0, x - box.right);
      if (off < far) { far = off; best = link; }
    }
    return best;
  };

  document.addEventListener("pointerdown", (event) => {
    const figure = chartOf(event.target);
    if (!figure || !event.target.closest("svg.field") || event.button !== 0 || event.pointerType === "touch") return;
    drag = { figure, x: event.clientX, from: nearest(figure, event.clientX), to: null };
  });
  document.addEventListener("pointermove", (event) => {
    if (!drag || !drag.from) return;
    if (Math.abs(event.clientX - drag.x) < 6 && !drag.to) return;
    drag.to = nearest(drag.figure, event.clientX);
    mark(drag.figure, drag.from, drag.to);
  });
  document.addEventListener("pointerup", () => {
    if (drag && drag.to) go(drag.figure, drag.from, drag.to);
    // The click that follows a drag belongs to the drag.
    setTimeout(() => { drag = null; }, 0);
  });
  document.addEventListener("dragstart", (event) => { if (chartOf(event.target)) event.preventDefault(); });
  document.addEventListener("click", (event) => { if (drag && drag.to) event.preventDefault(); }, true);

  document.addEventListener("keydown", (event) => {
    const link = event.target.closest && event.target.closest("figure.chart[data-address] svg.bars a");
    if (!link) return;
    const figure = chartOf(link);
    const every = periods(figure);
    if (event.shiftKey && (event.key === "ArrowRight" || event.key === "ArrowLeft")) {
      event.preventDefault();
      figure.from = figure.from || link;
      const next = every[every.indexOf(link) + (event.key === "ArrowRight" ? 1 : -1)];
      if (!next) return;
      next.focus();
      mark(figure, figure.from, next);
    } else if (event.key === "Enter" && figure.from) {
      event.preventDefault();
      go(figure, figure.from, link);
    } else if (event.key !== "Shift") {
      figure.from = null;
      unmark(figure);
    }
  });
})();
