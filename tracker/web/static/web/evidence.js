/* A fact and the words of the reports that gave it light up together, under the pointer and on focus. */
"use strict";
(() => {
  const parts = () => document.querySelectorAll("[data-fact]");
  const facts = (node) => (node ? node.dataset.fact.split(" ") : []);
  const light = (event) => {
    const lit = facts(event.target.closest && event.target.closest("[data-fact]"));
    parts().forEach((part) => part.classList.toggle("lit", facts(part).some((fact) => lit.includes(fact))));
  };
  for (const name of ["pointerover", "focusin"]) document.addEventListener(name, light);
  document.addEventListener("focusout", () => parts().forEach((part) => part.classList.remove("lit")));
  // Facts without a link in them are reached by keyboard too, where a title on the page has their words.
  document.querySelectorAll("dd[data-fact]").forEach((fact) => {
    if (document.querySelector(`mark[data-fact~="${fact.dataset.fact}"]`) && !fact.querySelector("a, button")) fact.tabIndex = 0;
  });
})();
