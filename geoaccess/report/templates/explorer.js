/*
 * The page: one state, which `change` sets and from which everything draws itself again.
 *
 * A new control sets one more field of the state; a new view is one more line in `views`.
 * Texts from data enter the page as text nodes only.
 */
const geoaccess = (() => {
  "use strict";

  const byId = (id) => document.getElementById(id);
  const WORST = 20;

  function firstLanguage(data) {
    const asked = (navigator.languages || []).map((tag) => tag.slice(0, 2).toLowerCase());
    return asked.find((tag) => tag in data.messages) || data.language;
  }

  function start(data) {
    return {
      language: firstLanguage(data), service: 0, measure: "nearest_min", regime: "borderless",
      borders: "", group: "", show: "places", outlines: "", places: true, only: "",
      selected: -1, zone: -1, sort: "value", down: true,
    };
  }

  /* Whatever one map is moved to, the others follow. */
  function together(maps) {
    let busy = false;
    for (const map of maps) {
      map.on("move", () => {
        if (busy) return;
        busy = true;
        for (const other of maps) {
          if (other !== map) other.setView(map.getCenter(), map.getZoom(), { animate: false });
        }
        busy = false;
      });
    }
  }

  /* `maps` holds one map, or two for the borders before and after. */
  function explore(...maps) {
    const data = JSON.parse(byId("ga-data").textContent);
    const study = gaStudy.open(data);
    const words = gaWords.wording(data);
    const state = start(data);
    state.outlines = study.newest || "none";
    if (maps.length > 1 && study.find({ service: 0, measure: "nearest_min", regime: "own" })) state.regime = "own";
    Object.assign(state, study.choose(state));
    words.use(state.language);
    const memo = new Map();
    const page = { study, words, state, pair: maps.length > 1 };

    /* What is worked out once for each state. */
    function once(key, make) {
      if (!memo.has(key)) memo.set(key, make());
      return memo.get(key);
    }

    const wish = (fixed) => {
      if (!fixed) return state;
      const own = study.layer({ ...state, borders: fixed });
      return own ? { ...state, borders: fixed } : state;
    };

    let order = null;
    Object.assign(page, {
      /* Settlements, the largest first, as they are drawn. */
      order: () => (order = order || gaShapes.largestFirst(study.counted(""))),
      layer: (fixed) => once(`layer ${fixed}`, () => study.layer(wish(fixed || (page.pair ? study.newest : "")))),
      scheme: (fixed) => once(`scheme ${fixed}`, () => gaClasses.scheme(study, page.layer(fixed))),
      /* The set of borders that zones are drawn and summed by. */
      role(fixed) {
        if (fixed) return fixed;
        const { borders } = page.layer();
        if (study.roles.includes(borders)) return borders;
        return study.roles.includes(state.outlines) ? state.outlines : study.newest;
      },
      zoneMeans: (fixed) => once(`means ${fixed}`, () =>
        gaClasses.zoneMeans(study, page.layer(fixed), page.role(fixed), study.counted(state.group))),
      zoneScheme: (fixed) => once(`zones ${fixed}`, () =>
        gaClasses.zoneScheme(study, page.layer(fixed), page.zoneMeans(fixed).told)),
      zoneValue(layer, value) {
        if (Number.isNaN(value)) return words.say("no_value");
        if (layer.kind === "verdict") return `${words.number(value, 1)}\u00a0%`;
        if (layer.kind === "minutes") return words.minutes(value);
        if (layer.kind === "change") return `${words.signed(value)} ${words.unit("min")}`;
        return `${words.limit(value)} ${words.unit(layer.unit)}`.trim();
      },
      normLine: (limit) => words.say("norm_line", {
        limit: words.limit(limit), force: words.forceOf(study.services[state.service], limit),
      }),
      isSmall: (people) => people > 0 && people < study.min_count,
      peopleSum: (people) =>
        page.isSmall(people) ? words.say("fewer_than", { count: study.min_count }) : words.number(people),
      /* Settlements that a preset picks out, or null for all. */
      emphasis: () => once("emphasis", () => {
        if (state.only === "worst") return new Set(gaRanking.worst(page, WORST));
        const layer = page.layer();
        if (state.only !== "over" || layer.kind !== "verdict") return null;
        const missed = (value) => ["fail", "unreached"].includes(study.verdicts[value]);
        return new Set([...study.values(layer).keys()].filter((i) => missed(study.values(layer)[i])));
      }),
      context(layer) {
        const told = [words.say(`regime_${layer.regime}`)];
        if (layer.borders) told.push(words.borders(layer.borders));
        return told.join(", ");
      },
      /* What the map shows, in one line. */
      caption(fixed) {
        const layer = page.layer(fixed);
        const service = words.noun(study.services[layer.service]);
        const first = layer.measure === "nearest_min"
          ? words.say(layer.kind === "change" ? "caption_change" : "caption_nearest", { service })
          : words.say("caption", { measure: words.measure(layer.measure), service });
        const rest = layer.regime === "borderless" ? [] : [words.say(`regime_${layer.regime}`)];
        if (layer.borders && layer.borders !== "change" && !page.pair) rest.push(words.borders(layer.borders));
        return [first, ...rest].join("; ");
      },
      classHead() {
        const layer = page.layer();
        if (layer.kind === "verdict") return words.say(state.show === "zones" ? "zone_verdict" : "verdict");
        if (layer.kind === "access") return words.plain(words.unit(layer.unit) || words.say("value"));
        return words.say(layer.kind === "change" ? "change_minutes" : "minutes");
      },
      cite: () => words.say("cite", { title: study.title, version: study.version }),
      fileName() {
        const name = [study.services[state.service].kind, state.measure, state.regime, state.borders, state.show];
        return name.filter(Boolean).join("-").replace(/[^\w-]+/g, "_").slice(0, 80);
      },
      tell: (text) => (byId("ga-told").textContent = text),
      sizes: () => gaLegend.sizes(page),
      change,
      select(row, { by } = {}) {
        page.opener = by;
        change({ selected: row, zone: -1, show: state.show === "zones" ? "places" : state.show });
        const card = gaCard.box();
        for (const view of page.views) view.reveal(row, { ...card, far: by !== "map" });
        if (by === "search") page.tell(study.settlements.name[row].slice(0, 200));
      },
      selectZone(zone, { by } = {}) {
        page.opener = by;
        change({ zone, selected: -1 });
        if (by) page.view.revealZone(page.role(), zone);
      },
      /* A municipality from the search, with the borders that it belongs to. */
      showZone(role, zone) {
        const { borders } = page.layer();
        const part = { show: "zones", outlines: role, zone, selected: -1 };
        change(borders && borders !== role ? { ...part, borders: role } : part);
        page.view.revealZone(page.role(), zone);
      },
      /* A parish has no values of its own: its settlements are shown. */
      showPart({ role, row, name }) {
        change({ show: state.show === "zones" ? "places" : state.show, selected: -1, zone: -1 });
        for (const view of page.views) view.map.fitBounds(study.partEdges(role, row), { padding: [30, 30], animate: false });
        page.tell(name.slice(0, 200));
      },
      closeCard() {
        if (state.selected < 0 && state.zone < 0) return;
        const row = Math.max(state.selected, state.zone);
        change({ selected: -1, zone: -1 });
        const inTable = document.querySelector(`#ga-ranking [data-row="${row}"]`);
        if (page.opener === "search") byId("ga-search").focus();
        else if (page.opener === "table" && inTable) inTable.focus();
        else page.view.map.getContainer().focus({ preventScroll: true });
      },
    });
    page.views = maps.map((map, k) => gaView.make(page, map, page.pair ? ["before", "after"][k] : ""));
    page.view = page.views[page.views.length - 1];

    const views = [
      () => gaControls.draw(page),
      ...page.views.map((view) => () => view.draw()),
      () => gaLegend.draw(page),
      () => gaLegend.sizes(page),
      () => gaCard.draw(page),
      () => gaRanking.draw(page),
      () => gaPermalink.write(page),
    ];

    function change(part) {
      memo.clear();
      const wished = { ...state, ...part };
      /* The borders drawn follow the borders chosen, until the reader chooses otherwise. */
      if ("borders" in part && !("outlines" in part)) {
        if (study.roles.includes(part.borders)) wished.outlines = part.borders;
        else if (part.borders === "change") wished.outlines = "both";
      }
      Object.assign(state, study.choose(wished));
      if (state.show === "surface" && !study.surface(state)) state.show = "places";
      if ("outlines" in part && state.show === "zones" && !("zone" in part)) state.zone = -1;
      for (const view of views) view();
    }

    gaControls.connect(page);
    gaRanking.connect(page);
    gaSearch.connect(page);
    gaPicture.connect(page);
    for (const view of page.views) view.fit();
    if (page.pair) together(page.views.map((view) => view.map));
    const asked = gaPermalink.read(page);
    if (asked.view) page.views[0].map.setView([asked.view[1], asked.view[2]], asked.view[0], { animate: false });
    change(asked.wish);
    performance.mark("ga-drawn");
    page.view.map.on("moveend", () => gaPermalink.write(page));
    window.addEventListener("hashchange", () => {
      const { wish: part, view } = gaPermalink.read(page);
      if (view) page.view.map.setView([view[1], view[2]], view[0], { animate: false });
      change(part);
    });
    return page;
  }

  return { explore };
})();
