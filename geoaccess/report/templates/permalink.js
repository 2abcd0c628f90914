/*
 * The state of the page as the part of its address behind "#", and back.
 */
const gaPermalink = (() => {
  "use strict";

  const TEXTS = ["measure", "regime", "borders", "group", "show", "outlines", "only", "language"];

  function read(page) {
    const { study } = page;
    const asked = new URLSearchParams(window.location.hash.slice(1));
    const wish = {};
    for (const key of TEXTS) if (asked.has(key)) wish[key] = asked.get(key);
    const kind = study.services.findIndex((one) => one.kind === asked.get("service"));
    if (kind >= 0) wish.service = kind;
    const row = study.settlements.id.indexOf(asked.get("place"));
    if (row >= 0) wish.selected = row;
    if (!(wish.language in study.messages)) delete wish.language;
    const shows = ["places", ...(study.roles.length ? ["zones"] : []), ...(study.surfaces.length ? ["surface"] : [])];
    if (!shows.includes(wish.show)) delete wish.show;
    if (![...study.roles, "both", "none"].includes(wish.outlines)) delete wish.outlines;
    if (!["worst", "over"].includes(wish.only)) delete wish.only;
    const view = (asked.get("view") || "").split(",").map(Number);
    return { wish, view: view.length === 3 && view.every(Number.isFinite) ? view : null };
  }

  function text(page) {
    const { study, state, view } = page;
    const told = new URLSearchParams();
    told.set("service", study.services[state.service].kind);
    for (const key of TEXTS) if (state[key]) told.set(key, state[key]);
    if (state.selected >= 0) told.set("place", study.settlements.id[state.selected]);
    const { lat, lng } = view.map.getCenter();
    told.set("view", `${view.map.getZoom()},${lat.toFixed(5)},${lng.toFixed(5)}`);
    return `#${told}`;
  }

  function write(page) {
    const hash = text(page);
    document.getElementById("ga-permalink").setAttribute("href", hash);
    try {
      window.history.replaceState(null, "", hash);
    } catch {
      /* Some browsers refuse it for files; the link still holds the state. */
    }
  }

  return { read, write };
})();
