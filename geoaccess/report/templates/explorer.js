/*
 * Draws one study on a Leaflet map.
 *
 * Texts from data enter the page as text nodes only. What the reader chose stands in
 * `state`; `change` sets it, and every view draws itself again from it. A new control sets
 * one more field; a new view is one more function in `views`.
 */
const geoaccess = (() => {
  "use strict";

  const { wording, classOf, classText, tally, finding, timeText } = gaFigures;
  const { element, isolated } = gaShapes;
  const SHADES = ["#fde725", "#7ad151", "#22a884", "#2a788e", "#414487", "#440154"];
  const LARGEST_RADIUS = 18;
  const SMALLEST_RADIUS = 3.2;
  const SMALLEST_HATCHED = 4.6;
  const DIAMOND_RADIUS = 6;
  const NARROW = 600;
  const ROLES = ["before", "after"];
  const PANES = { "ga-land": 250, "ga-borders": 350, "ga-labels": 450 };

  /* Makers of page elements. */

  const byId = (id) => document.getElementById(id);

  const cell = (value) => element("td", {}, value);
  const heading = (scope, ...children) => element("th", { scope }, ...children);

  function table(caption, head, rows) {
    const headings = element("tr", {}, ...head.map((text) => heading("col", text)));
    const body = element("tbody", {}, ...rows);
    return element("table", {}, element("caption", {}, caption), element("thead", {}, headings), body);
  }

  function definitions(rows) {
    const pairs = rows.map(([label, value]) => [element("dt", {}, label), element("dd", {}, value)]);
    return element("dl", {}, ...pairs.flat());
  }

  function prepare(map) {
    for (const [name, order] of Object.entries(PANES)) {
      Object.assign(map.createPane(name).style, { zIndex: order, pointerEvents: "none" });
    }
    if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) {
      /* Leaflet has made up its mind by now; its options are read no more. */
      Object.assign(map, { _zoomAnimated: false, _fadeAnimated: false });
      map.getContainer().classList.remove("leaflet-fade-anim");
      map.options.inertia = false;
    }
  }

  function firstLanguage(data) {
    const asked = (navigator.languages || []).map((tag) => tag.slice(0, 2).toLowerCase());
    return asked.find((tag) => tag in data.messages) || data.language;
  }

  function explore(map) {
    const data = JSON.parse(byId("ga-data").textContent);
    const words = wording(data);
    const { settlements, services, territories, breaks_min: breaks } = data;
    const roles = ROLES.filter((role) => role in territories);
    const newest = roles[roles.length - 1] || "none";
    const state = {
      language: firstLanguage(data), service: 0, borders: newest, places: true, selected: -1,
    };
    const service = () => services[state.service];
    const shown = (role) => state.borders === role || state.borders === "both";

    prepare(map);
    const land = newest === "none" ? L.featureGroup() : gaShapes.landPolygons(data, newest);
    if (!data.tiles) land.addTo(map);
    const lines = Object.fromEntries(roles.map((role) => [role, gaShapes.zoneLines(data, role)]));
    const names = Object.fromEntries(roles.map((role) => [role, gaShapes.zoneNames(data, role)]));
    const towns = gaShapes.townNames(settlements).addTo(map);
    const canvas = L.canvas({ padding: 0.3, tolerance: L.Browser.mobile ? 8 : 3 });
    const circles = L.featureGroup(gaShapes.settlementCircles(settlements, canvas)).addTo(map);
    const diamonds = services.map((one) => gaShapes.placeDiamonds(one, canvas));
    const { ring, way } = gaShapes.selectionMarks(canvas);
    const pattern = gaShapes.hatch();
    const most = settlements.people.reduce((high, one) => Math.max(high, one), 1);
    let firstZoom = 0;

    /* What is told of one settlement. */

    function zoneRow(role, i) {
      const zone = settlements.zones[role][i];
      const name = zone < 0 ? words.say("outside") : isolated(territories[role].name[zone]);
      return [`${words.say("municipality")} ${words.say(role)}`, name];
    }

    function nearest(one, i) {
      return one.nearest[i] < 0 ? "" : isolated(one.places.name[one.nearest[i]]);
    }

    function facts(i) {
      return definitions([
        [words.say("people"), words.number(settlements.people[i])],
        [words.label(service()), timeText(data, words, service(), i)],
        [words.say("nearest"), nearest(service(), i) || "–"],
        ...roles.map((role) => zoneRow(role, i)),
      ]);
    }

    function circleTip(circle) {
      const name = element("strong", {}, isolated(settlements.name[circle.row]));
      return element("div", {}, name, facts(circle.row));
    }

    function diamondTip(diamond) {
      return element("div", {}, element("strong", {}, isolated(diamond.placeName)),
        element("div", {}, words.label(service())));
    }

    /* Views: each draws itself from the state. */

    function pageWords() {
      words.use(state.language);
      document.documentElement.lang = state.language;
      const page = document.body;
      for (const one of page.querySelectorAll("[data-t]")) one.textContent = words.say(one.dataset.t);
      for (const one of page.querySelectorAll("[data-t-label]")) {
        one.setAttribute("aria-label", words.say(one.dataset.tLabel));
      }
      for (const one of page.querySelectorAll("[data-borders]")) {
        const role = one.dataset.borders;
        const date = role in territories ? words.date(territories[role].date) : "";
        // One set of borders alone is neither before nor after anything.
        const alone = role in territories && Object.keys(territories).length === 1;
        one.textContent = words.say(alone ? "borders_on" : `borders_${role}`, { date });
      }
      for (const one of page.querySelectorAll("[data-language]")) {
        one.setAttribute("aria-pressed", String(one.dataset.language === state.language));
      }
      for (const step of ["in", "out"]) {
        const button = page.querySelector(`.leaflet-control-zoom-${step}`);
        if (!button) continue;
        button.title = words.say(`zoom_${step}`);
        button.setAttribute("aria-label", button.title);
      }
    }

    function choices() {
      const select = byId("ga-service");
      while (select.length < services.length) select.append(element("option", { value: select.length }));
      services.forEach((one, k) => (select.options[k].textContent = words.label(one)));
      select.value = state.service;
      const count = words.number(service().places.name.length);
      byId("ga-places-label").textContent = words.say("show_places", { places: count });
      byId("ga-places").checked = state.places;
      byId("ga-finding").textContent = finding(data, words, service());
      const name = words.say("map", { service: words.noun(service()) });
      map.getContainer().setAttribute("role", "region");
      map.getContainer().setAttribute("aria-label", name);
    }

    /* Marks are smaller on a small map and grow on the way in. */
    function scale() {
      const closer = 2 ** Math.max(0, (map.getZoom() - firstZoom) * 0.35);
      return closer * (map.getSize().x < NARROW ? 0.75 : 1);
    }

    function radius(people, reached = true) {
      const least = reached ? SMALLEST_RADIUS : SMALLEST_HATCHED;
      return scale() * Math.max(least, LARGEST_RADIUS * Math.sqrt(people / most));
    }

    function paint() {
      circles.eachLayer((circle) => {
        const k = classOf(service().minutes[circle.row], breaks);
        const reached = k < SHADES.length;
        circle.setStyle({ fillColor: SHADES[k] || pattern, weight: reached ? 0.8 : 1.4 });
        circle.setRadius(radius(settlements.people[circle.row], reached));
      });
      diamonds.forEach((group, k) => {
        if (!state.places || k !== state.service) return group.remove();
        group.invoke("setRadius", DIAMOND_RADIUS * scale());
        return group.addTo(map).bringToFront();
      });
    }

    /* The new line lies over the old one, so that dashes are left where a border went. */
    function drawBorders() {
      for (const role of roles) {
        for (const layer of [lines[role], names[role]]) {
          if (shown(role)) layer.addTo(map);
          else layer.remove();
        }
        if (shown(role)) lines[role].bringToFront();
      }
      const zones = roles.filter(shown).reverse().flatMap((role) => names[role].getLayers());
      const places = towns.getLayers();
      gaShapes.spread([...places.slice(0, 3), ...zones, ...places.slice(3)]);
    }

    function swatch(k) {
      const mark = element("i", { class: "ga-swatch", "aria-hidden": "true" });
      if (k < SHADES.length) mark.style.background = SHADES[k];
      else mark.classList.add("ga-swatch--unreached");
      return mark;
    }

    function counts(group, all, ...first) {
      const share = all.people > 0 ? words.share(group.people, all.people) : "–";
      return element("tr", {}, heading("row", ...first), cell(words.number(group.places)),
        cell(words.number(group.people)), cell(share));
    }

    function sizes() {
      const nice = [1, 2, 5].flatMap((lead) => [0, 1, 2, 3, 4, 5, 6].map((zeros) => lead * 10 ** zeros));
      const below = (limit) => Math.max(1, ...nice.filter((one) => one <= limit));
      const steps = [...new Set([most / 25, most / 5, most].map(below))];
      const rows = steps.map((people) => {
        const mark = element("i", { class: "ga-circle", "aria-hidden": "true" });
        mark.style.width = mark.style.height = `${2 * radius(people)}px`;
        return element("li", {}, mark, " ", words.number(people));
      });
      byId("ga-sizes").replaceChildren(...rows);
    }

    function legend() {
      const { classes, reasons, all } = tally(data, service());
      const rows = classes.map((group, k) => counts(group, all, swatch(k), classText(words, breaks, k)));
      for (const [code, group] of reasons) {
        const row = counts(group, all, words.reason(code));
        row.className = "ga-reason";
        rows.push(row);
      }
      const total = counts(all, all, words.say("total"));
      total.className = "ga-total";
      const head = ["minutes", "settlements", "people", "share"].map((key) => words.say(key));
      const caption = words.say("legend", { service: words.noun(service()) });
      const rule = words.say("class_rule", { cutoff: words.limit(data.cutoff_min) });
      byId("ga-legend").replaceChildren(table(caption, head, [...rows, total]),
        element("p", { class: "ga-hint" }, rule));
    }

    function serviceRow(one, i) {
      const minutes = one.minutes[i];
      return element("tr", {}, heading("row", words.label(one)),
        cell(minutes === null ? timeText(data, words, one, i) : words.number(minutes, 1)),
        cell(nearest(one, i) || "–"));
    }

    function card() {
      const i = state.selected;
      byId("ga-card").hidden = i < 0;
      ring.remove();
      way.remove();
      if (i < 0) return;
      const here = [settlements.lat[i], settlements.lon[i]];
      ring.setLatLng(here).setRadius(radius(settlements.people[i]) + 4).addTo(map);
      const { nearest: target, places } = service();
      if (target[i] >= 0) way.setLatLngs([here, [places.lat[target[i]], places.lon[target[i]]]]).addTo(map);
      const head = ["service", "minutes", "nearest"].map((key) => words.say(key));
      const rows = services.map((one) => serviceRow(one, i));
      byId("ga-card-name").replaceChildren(isolated(settlements.name[i]));
      byId("ga-card-body").replaceChildren(facts(i), table(words.say("all_services"), head, rows));
    }

    function sources() {
      const dates = roles.map((role) => words.date(territories[role].date)).join("; ");
      const lines = data.sources.map((line) => element("li", {}, isolated(line)));
      if (dates) lines.push(element("li", {}, words.say("borders_as_of", { dates })));
      lines.push(element("li", {}, words.say("made_with", { version: data.version })));
      byId("ga-sources").replaceChildren(...lines);
    }

    const views = [pageWords, choices, paint, drawBorders, legend, sizes, card, sources];

    function change(part) {
      Object.assign(state, part);
      for (const view of views) view();
    }

    /* Move the map when the card hides what it tells of. */
    function clearOfCard(at) {
      const { offsetWidth: width, offsetHeight: height } = byId("ga-card");
      const below = width > map.getSize().x / 2;
      map.panInside(at, below
        ? { paddingTopLeft: [20, 20], paddingBottomRight: [20, height + 20] }
        : { paddingTopLeft: [20, 20], paddingBottomRight: [width + 30, 20] });
    }

    function closeCard() {
      if (state.selected < 0) return;
      change({ selected: -1 });
      map.getContainer().focus({ preventScroll: true });
    }

    /* The first look: everybody in view. */
    function fit() {
      const around = L.latLngBounds(settlements.lat.map((lat, i) => [lat, settlements.lon[i]]));
      around.extend(land.getBounds());
      if (around.isValid()) map.fitBounds(around, { padding: [12, 12], maxZoom: 14, animate: false });
      firstZoom = map.getZoom();
    }

    circles.bindTooltip(circleTip, { sticky: true, className: "ga-tip", opacity: 1 });
    circles.on("click", ({ layer }) => {
      circles.closeTooltip();
      change({ selected: layer.row });
      clearOfCard(layer.getLatLng());
    });
    for (const group of diamonds) {
      group.bindTooltip(diamondTip, { sticky: true, className: "ga-tip", opacity: 1 });
    }
    map.on("zoomend resize", () => [paint, drawBorders, sizes, card].forEach((view) => view()));
    byId("ga-service").addEventListener("change", ({ target }) => change({ service: Number(target.value) }));
    byId("ga-places").addEventListener("change", ({ target }) => change({ places: target.checked }));
    byId("ga-card-close").addEventListener("click", closeCard);
    document.addEventListener("keydown", ({ key }) => key === "Escape" && closeCard());
    for (const one of document.querySelectorAll("[name=ga-borders]")) {
      one.addEventListener("change", () => change({ borders: one.value }));
    }
    for (const one of document.querySelectorAll("[data-language]")) {
      one.addEventListener("click", () => change({ language: one.dataset.language }));
    }
    fit();
    change({});
  }

  return { explore };
})();
