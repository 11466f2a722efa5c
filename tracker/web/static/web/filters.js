/* On a narrow screen the filters lie folded above the list: several are ticked before they are applied. */
"use strict";
document.addEventListener("htmx:confirm", (event) => {
  if (event.target.id === "filters" && matchMedia("(max-width: 60rem)").matches) event.preventDefault();
});
