/* How many events were recorded since the reader's last visit. The time of the last page stays in this
   browser (localStorage, no cookie). Without script, without storage or on a first visit nothing is shown. */
"use strict";
(() => {
  const ENDS_AFTER = 30 * 60 * 1000; // a visit ends after so many milliseconds without a page
  const stored = "visit";
  const number = (value) => (Number.isFinite(value) && value > 0 && value <= Date.now() ? value : 0);
  const read = () => {
    try { return JSON.parse(localStorage.getItem(stored)) || {}; } catch { return {}; } // begins anew
  };
  let before = 0; // when the last page of the visit before was opened, 0 for no such visit
  try {
    const now = Date.now();
    const kept = read();
    const last = number(kept.last);
    before = last && now - last > ENDS_AFTER ? last : number(kept.before);
    localStorage.setItem(stored, JSON.stringify({ last: now, before }));
  } catch { /* no storage: nothing is shown */ }
  if (!before) return;

  // Days as the rest of the site writes them: 26 October 2017.
  const language = document.documentElement.lang.replace(/^en$/, "en-GB");
  const at = new Date(before).toISOString().replace(/\.\d+/, "");
  const asked = `recorded=${encodeURIComponent(`${at}..`)}`;
  const show = async () => {
    const place = document.querySelector("[data-since-visit]");
    if (!place || place.childElementCount) return;
    try {
      const answer = await fetch(`${place.dataset.sinceVisit}?${asked}`, { credentials: "omit" });
      if (!answer.ok || place.childElementCount) return;
      const { total } = await answer.json();
      const day = new Intl.DateTimeFormat(language, { dateStyle: "long", numberingSystem: "latn" }).format(before);
      const count = new Intl.NumberFormat(language, { numberingSystem: "latn" }).format(total);
      const words = place.dataset.words.replace("%(day)s", day).replace("%(count)s", count);
      const text = document.createElement(total ? "a" : "span");
      if (total) text.href = `${place.dataset.timeline}?${asked}&sort=recorded`;
      text.textContent = words;
      place.append(text);
    } catch { /* no network: the page works without */ }
  };
  document.addEventListener("htmx:afterSettle", show); // the front page came back in place
  show();
})();
