/*
 * One map of the study. It holds no choice of its own: `draw` shows the state of the page,
 * with the borders of `fixed` where two maps stand side by side.
 */
const gaView = (() => {
  "use strict";

  const { element, isolated } = gaShapes;
  const LARGEST_RADIUS = 18;
  const SMALLEST_RADIUS = 3.2;
  const SMALLEST_MARKED = 4.6;
  const DIAMOND_RADIUS = 6;
  const NARROW = 600;
  const MANY = 20000;
  /* So many marks, or diamonds, have room at full size; more of them are drawn smaller. */
  const ROOMY = 2500;
  const ROOMY_DIAMONDS = 150;
  const crowded = (count, roomy) => Math.min(1, Math.max(0.5, Math.sqrt(roomy / Math.max(1, count))));
  const DIMMED = 0.1;
  const PANES = { "ga-land": 250, "ga-backdrop": 300, "ga-surface": 320, "ga-borders": 350, "ga-points": 390, "ga-labels": 450 };
  /* Above filled zones, which are on Leaflet's own canvas at 400, and above a surface. */
  const OVER_ZONES = { "ga-backdrop": 410, "ga-borders": 420 };
  const TIP = { sticky: true, className: "ga-tip", opacity: 1 };

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

  function make(page, map, fixed) {
    const { study, state, words } = page;
    const { services, roles } = study;
    const layer = () => page.layer(fixed);

    prepare(map);
    const land = study.newest ? gaShapes.landPolygons(study, study.newest) : L.featureGroup();
    if (!study.tiles) land.addTo(map);
    if (!study.newest) map.getContainer().classList.add("ga-dry");
    const canvas = gaShapes.sheet({ padding: 0.2, tolerance: L.Browser.mobile ? 8 : 3 });
    const points = gaPoints.layer(study, page.order);
    const labels = gaLabels.layer(study, words, {
      order: page.order,
      shownRoles: () => roles.filter(shown).reverse(),
      radius: (i) => (state.show === "places" ? radius(study.counted(state.group)[i]) : 0),
    });
    const surface = gaSurface.layer(page, () => page.scheme(fixed).classes.map(({ mark }) => mark));
    const ground = study.tiles ? null : gaGround.layer(study);
    const tip = L.tooltip(TIP);
    const { ring, way, edge } = gaShapes.selectionMarks(canvas);
    const many = study.size > MANY;
    let firstZoom = 0;
    let most = 1;
    let [under, busy, drawn] = [-1, false, false];

    /* Shapes are made when they are first shown. */
    const made = new Map();
    function once(key, make) {
      if (!made.has(key)) made.set(key, make());
      return made.get(key);
    }
    const lines = (one) => once(`lines ${one}`, () => gaShapes.zoneLines(study, one));
    const fills = (one) => once(`fills ${one}`, () => tellZones(one, gaShapes.zoneFills(study, one, canvas)));
    const diamonds = (k) => once(`places ${k}`, () => tellPlaces(gaShapes.placeDiamonds(services[k], canvas)));

    const role = () => page.role(fixed);
    const shown = (one) => {
      if (fixed && state.outlines !== "none") return one === fixed;
      return state.outlines === one || state.outlines === "both";
    };

    /* Marks are smaller on a small map and grow on the way in. */
    function scale() {
      const closer = 2 ** Math.max(0, (map.getZoom() - firstZoom) * 0.35);
      return closer * (map.getSize().x < NARROW ? 0.75 : 1) * (many ? 0.5 : 1);
    }

    function size(people, plain = true) {
      const least = (plain || many ? SMALLEST_RADIUS : SMALLEST_MARKED) * (many ? 1 : crowded(study.size, ROOMY));
      return Math.max(least, LARGEST_RADIUS * Math.sqrt(people / most));
    }

    const radius = (people) => scale() * size(people);

    /* What of the places changes with a choice, and not with the zoom. */
    function dressPlaces() {
      const { classes, of } = page.scheme(fixed);
      const people = study.counted(state.group);
      most = people.reduce((high, one) => Math.max(high, one), 1);
      const plain = classes.map(({ mark }) => mark.shape === "circle" && mark.fill !== gaClasses.HATCHED);
      const kinds = Uint8Array.from(people, (_, i) => of(i));
      const sizes = Float32Array.from(people, (one, i) => size(one, plain[kinds[i]]));
      points.dress({
        kinds, sizes, scale,
        marks: classes.map(({ mark }) => mark),
        largest: sizes.reduce((high, one) => Math.max(high, one), 0),
        weight: (kind) => (many ? 0.3 : plain[kind] ? 0.8 : 1.2),
        dim: page.emphasis(),
        faint: DIMMED,
      });
    }

    function paintZones() {
      const { classes, of } = page.zoneScheme(fixed);
      fills(role()).eachLayer((polygon) => {
        const z = polygon.zone;
        polygon.setStyle({ fillColor: gaShapes.paint(classes[of(z)].mark) });
      });
    }

    function only(key, one, wanted) {
      if (wanted) one().addTo(map);
      else if (made.has(key)) made.get(key).remove();
    }

    function shownOrNot(sheet, wanted) {
      if (!wanted) sheet.remove();
      else if (sheet._map) sheet.refresh();
      else sheet.addTo(map);
    }

    function paint() {
      const zones = state.show === "zones";
      const filled = state.show !== "places";
      for (const [name, order] of Object.entries(OVER_ZONES)) {
        map.getPane(name).style.zIndex = filled ? order : PANES[name];
      }
      map.getPane("ga-backdrop").style.opacity = filled ? 0.5 : 1;
      for (const one of roles) only(`fills ${one}`, () => fills(one).bringToBack(), zones && one === role());
      if (zones) paintZones();
      if (filled) tip.remove();
      shownOrNot(points, !filled);
      shownOrNot(surface, state.show === "surface");
      services.forEach((_, k) => only(`places ${k}`, () => diamonds(k), state.places && k === state.service));
      if (state.places) {
        const small = crowded(services[state.service].places.name.length, ROOMY_DIAMONDS);
        const radius = DIAMOND_RADIUS * small * scale() * (many ? 2 : 1);
        diamonds(state.service).eachLayer((one) => one.dress({ radius, weight: 1.5 * small }));
        diamonds(state.service).bringToFront();
      }
      canvas.refresh();
    }

    /* The new line lies over the old one, so that dashes are left where a border went. */
    function drawBorders() {
      for (const one of roles) {
        only(`lines ${one}`, () => lines(one), shown(one));
        if (shown(one)) lines(one).bringToFront();
      }
      shownOrNot(labels, true);
      if (ground && !ground._map) ground.addTo(map);
    }

    function drawSelection() {
      for (const one of [ring, way, edge]) one.remove();
      const { selected: i, zone: z } = state;
      if (z >= 0 && state.show === "zones") {
        edge.setLatLngs(fills(role()).getLayers()[z].getLatLngs()).addTo(map);
      }
      if (i < 0) return;
      const here = [study.lat[i], study.lon[i]];
      ring.setLatLng(here).setRadius(radius(study.counted(state.group)[i]) + 4).addTo(map);
      const target = study.nearest(state.service)[i];
      const { lat, lon } = services[state.service].places;
      if (layer().regime === "borderless" && target >= 0) {
        way.setLatLngs([here, [lat[target], lon[target]]]).addTo(map);
      }
    }

    function diamondTip({ place }) {
      const { places: known } = services[state.service];
      const lines = [element("div", {}, words.label(services[state.service]))];
      const zone = study.newest ? known.zones[study.newest][place] : -1;
      if (zone >= 0) lines.push(element("div", {}, isolated(study.territories[study.newest].name[zone])));
      const capacity = known.capacity[place];
      if (capacity !== null) lines.push(element("div", {}, words.say("capacity", { capacity: words.number(capacity) })));
      return element("div", {}, element("strong", {}, isolated(known.name[place])), ...lines);
    }

    function named(text, facts) {
      return element("div", {}, element("strong", {}, isolated(text)), facts);
    }

    function tellZones(one, polygons) {
      polygons.getLayers().forEach((polygon, z) => (polygon.zone = z));
      polygons.bindTooltip(({ zone }) => named(study.territories[one].name[zone], gaCard.zoneFacts(page, zone, fixed)), TIP);
      return polygons.on("click", ({ layer: polygon }) => page.selectZone(polygon.zone));
    }

    /* What a diamond tells comes before the settlement under it. */
    function tellPlaces(group) {
      group.on("mouseover", () => {
        busy = true;
        tip.remove();
      });
      return group.on("mouseout", () => (busy = false)).bindTooltip(diamondTip, TIP);
    }

    function placeUnder({ layerPoint }) {
      return state.show === "places" ? points.under(layerPoint, canvas.options.tolerance) : -1;
    }

    /* What the surface says between the settlements. */
    function tellSurface(event) {
      const found = busy ? -1 : surface.classAt(event.latlng);
      if (found < 0) return tip.remove();
      const head = element("strong", {}, words.label(services[state.service]));
      const text = `${page.classHead()}: ${page.scheme(fixed).classes[found].text(words)}`;
      return tip.setContent(element("div", {}, head, element("div", {}, text))).setLatLng(event.latlng).addTo(map);
    }

    map.on("mousemove", (event) => {
      if (state.show === "surface") return tellSurface(event);
      const row = busy ? -1 : placeUnder(event);
      map.getContainer().style.cursor = row < 0 ? "" : "pointer";
      if (row < 0) tip.remove();
      else {
        if (row !== under || !tip._map) tip.setContent(named(study.settlements.name[row], gaCard.facts(page, row, fixed)));
        tip.setLatLng(event.latlng).addTo(map);
      }
      under = row;
      return undefined;
    });
    map.on("mouseout", () => tip.remove());
    map.on("click", (event) => {
      const row = placeUnder(event);
      if (row < 0) return;
      tip.remove();
      page.select(row, { by: "map" });
    });
    const again = () => [paint, drawBorders, drawSelection].forEach((each) => each());
    map.on("zoomend resize", () => {
      if (!drawn) return;
      again();
      page.sizes();
    });

    return {
      map, canvas, radius, layer, fixed,
      draw() {
        const title = page.caption(fixed);
        map.getContainer().setAttribute("role", "region");
        map.getContainer().setAttribute("aria-label", words.say("map", { caption: title }));
        dressPlaces();
        again();
        drawn = true;
      },
      most: () => most,
      /* The first look: everybody in view. */
      fit() {
        const around = L.latLngBounds([]);
        for (let i = 0; i < study.size; i += 1) around.extend([study.lat[i], study.lon[i]]);
        around.extend(land.getBounds());
        if (around.isValid()) map.fitBounds(around, { padding: [12, 12], maxZoom: 14, animate: false });
        firstZoom = map.getZoom();
      },
      /* Bring a settlement into sight, clear of the card that tells of it. */
      reveal(i, card) {
        const at = L.latLng(study.lat[i], study.lon[i]);
        if (card.far) map.setView(at, Math.max(map.getZoom(), firstZoom + 2), { animate: false });
        const below = card.width > map.getSize().x / 2;
        map.panInside(at, below
          ? { paddingTopLeft: [20, 20], paddingBottomRight: [20, card.height + 20] }
          : { paddingTopLeft: [20, 20], paddingBottomRight: [card.width + 30, 20] });
      },
      revealZone(zoneRole, z) {
        map.fitBounds(fills(zoneRole).getLayers()[z].getBounds(), { padding: [30, 30], animate: false });
      },
    };
  }

  return { make };
})();
