/*
 * Menus, switches and the words of the page around the map.
 */
const gaControls = (() => {
  "use strict";

  const { element } = gaShapes;
  const byId = (id) => document.getElementById(id);
  const MENUS = ["measure", "regime", "borders", "group"];

  function pageWords(page) {
    const { words, state, study } = page;
    words.use(state.language);
    document.documentElement.lang = state.language;
    for (const one of document.querySelectorAll("[data-t]")) one.textContent = words.say(one.dataset.t);
    for (const one of document.querySelectorAll("[data-t-label]")) {
      one.setAttribute("aria-label", words.say(one.dataset.tLabel));
    }
    for (const one of document.querySelectorAll("[data-outlines]")) {
      one.textContent = words.borders(one.dataset.outlines);
    }
    for (const one of document.querySelectorAll("[data-language]")) {
      one.setAttribute("aria-pressed", String(one.dataset.language === state.language));
    }
    for (const step of ["in", "out"]) {
      for (const button of document.querySelectorAll(`.leaflet-control-zoom-${step}`)) {
        button.title = words.say(`zoom_${step}`);
        button.setAttribute("aria-label", button.title);
      }
    }
    const count = words.number(study.services[state.service].places.name.length);
    byId("ga-places-label").textContent = words.say("show_places", { places: count });
  }

  function fill(select, texts, values, chosen) {
    const options = values.map((value, k) => element("option", { value }, texts[k]));
    select.replaceChildren(...options);
    select.value = chosen;
  }

  function menus(page) {
    const { words, state, study } = page;
    document.querySelector("[data-menu=service]").hidden = study.services.length < 2;
    const offered = study.options(state);
    const names = { measure: words.measure, regime: (name) => words.say(`regime_${name}`), borders: words.borders, group: words.group };
    const lists = { measure: offered.measures, regime: offered.regimes, borders: offered.borders, group: offered.groups };
    /* A scenario is compared with what stands, not borders with borders. */
    if (study.scenario) {
      document.querySelector("[for=ga-borders]").textContent = words.say("state");
      document.querySelector("[data-preset=change]").textContent = words.say("preset_scenario");
    }
    fill(byId("ga-service"), study.services.map(words.label), study.services.map((_, k) => String(k)), String(state.service));
    for (const key of MENUS) {
      const box = document.querySelector(`[data-menu=${key}]`);
      fill(byId(`ga-${key}`), lists[key].map(names[key]), lists[key], state[key]);
      box.hidden = lists[key].length < 2 || (key === "borders" && Boolean(page.pair));
    }
  }

  /* A click of the mouse, or of the keyboard, on whatever has the state as its name. */
  function pressed(page) {
    const { state } = page;
    for (const one of document.querySelectorAll("[data-show]")) {
      one.setAttribute("aria-pressed", String(one.dataset.show === state.show));
    }
    for (const one of document.querySelectorAll("[name=ga-outlines]")) one.checked = one.value === state.outlines;
    for (const one of document.querySelectorAll("[data-show=surface]")) one.hidden = !page.study.surface(state);
    byId("ga-places").checked = state.places;
    byId("ga-all").hidden = !state.only;
  }

  /* Presets: each a state that answers one question; only those that can be answered. */
  function presets(page) {
    const { study } = page;
    const change = study.layers.find((one) => one.borders === "change" && one.measure === "nearest_min");
    const norm = study.layers.find((one) => one.kind === "verdict");
    const start = { group: "", only: "", selected: -1, zone: -1, sort: "value", down: true, show: "places" };
    const near = study.layers.find((one) => one.measure === "nearest_min" && one.regime === "borderless");
    return {
      worst: near && { ...start, measure: "nearest_min", regime: "borderless", borders: "", only: "worst" },
      change: change && !page.pair && { ...start, measure: "nearest_min", regime: change.regime, borders: "change", outlines: "both" },
      norm: norm && { ...start, measure: norm.measure, service: norm.service, only: "over" },
    };
  }

  function draw(page) {
    pageWords(page);
    menus(page);
    pressed(page);
    byId("ga-finding").textContent = gaFinding.text(page);
    byId("ga-cite").textContent = page.cite();
    sources(page);
  }

  function sources(page) {
    const { study, words } = page;
    const dates = study.roles.map((role) => study.territories[role].date).sort().map((day) => words.date(day)).join("; ");
    const lines = study.sources.map((line) => element("li", {}, gaShapes.isolated(line)));
    if (study.osm_date) lines.push(element("li", {}, words.say("roads_as_of", { date: words.date(study.osm_date) })));
    if (dates) lines.push(element("li", {}, words.say("borders_as_of", { dates })));
    const { packs, date } = study.norm_packs;
    if (packs.length) lines.push(element("li", {}, gaShapes.isolated(words.say("norms_as_of", { packs: packs.join(", "), date: words.date(date) }))));
    if (study.cutoff_min !== null) lines.push(element("li", {}, words.say("assumed")));
    lines.push(element("li", {}, words.say("made_with", { version: study.version })));
    byId("ga-sources").replaceChildren(...lines);
  }

  function connect(page) {
    const on = (id, part) => byId(id).addEventListener("change", ({ target }) => page.change(part(target)));
    on("ga-service", (target) => ({ service: Number(target.value) }));
    for (const key of MENUS) on(`ga-${key}`, (target) => ({ [key]: target.value }));
    on("ga-places", (target) => ({ places: target.checked }));
    for (const one of document.querySelectorAll("[name=ga-outlines]")) {
      one.addEventListener("change", () => page.change({ outlines: one.value }));
    }
    for (const one of document.querySelectorAll("[data-language]")) {
      one.addEventListener("click", () => page.change({ language: one.dataset.language }));
    }
    for (const one of document.querySelectorAll("[data-show]")) {
      one.addEventListener("click", () => page.change({ show: one.dataset.show }));
    }
    const known = presets(page);
    for (const one of document.querySelectorAll("[data-preset]")) {
      const wish = known[one.dataset.preset];
      one.hidden = !wish;
      one.addEventListener("click", () => page.change(wish));
    }
    byId("ga-all").addEventListener("click", () => page.change({ only: "" }));
    byId("ga-card-close").addEventListener("click", () => page.closeCard());
    document.addEventListener("keydown", ({ key }) => key === "Escape" && page.closeCard());
  }

  return { draw, connect };
})();
