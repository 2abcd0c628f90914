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
  const DIMMED = 0.1;
  const PANES = { "ga-land": 250, "ga-backdrop": 300, "ga-borders": 350, "ga-labels": 450 };
  /* Above filled zones, below marks: the canvas of both is Leaflet's own, at 400. */
  const OVER_ZONES = 420;
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
    const byRole = (maker) => Object.fromEntries(roles.map((role) => [role, maker(study, role)]));
    const [lines, names] = [gaShapes.zoneLines, gaShapes.zoneNames].map(byRole);
    const canvas = gaShapes.sheet({ padding: 0.2, tolerance: L.Browser.mobile ? 8 : 3 });
    const fills = byRole((_, one) => gaShapes.zoneFills(study, one, canvas));
    const towns = gaShapes.townNames(study).addTo(map);
    const marks = gaShapes.settlementMarks(study, canvas);
    const places = L.featureGroup(marks);
    const diamonds = services.map((one) => gaShapes.placeDiamonds(one, canvas));
    const { ring, way, edge } = gaShapes.selectionMarks(canvas);
    const many = study.size > MANY;
    let firstZoom = 0;
    let most = 1;

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

    function radius(people, plain = true) {
      const least = plain || many ? SMALLEST_RADIUS : SMALLEST_MARKED;
      return scale() * Math.max(least, LARGEST_RADIUS * Math.sqrt(people / most));
    }

    function paintPlaces() {
      const { classes, of } = page.scheme(fixed);
      const people = study.counted(state.group);
      const chosen = page.emphasis();
      most = people.reduce((high, one) => Math.max(high, one), 1);
      for (const mark of marks) {
        const { fill, shape } = classes[of(mark.row)].mark;
        const plain = shape === "circle" && fill !== gaClasses.HATCHED;
        const seen = chosen && !chosen.has(mark.row) ? DIMMED : 1;
        mark.dress({
          shape,
          radius: radius(people[mark.row], plain),
          fillColor: gaShapes.paint({ fill }),
          weight: many ? 0.3 : plain ? 0.8 : 1.2,
          opacity: 0.8 * seen,
          fillOpacity: 0.95 * seen,
        });
      }
      places.addTo(map);
    }

    function paintZones() {
      const { classes, of } = page.zoneScheme(fixed);
      fills[role()].eachLayer((polygon) => {
        const z = polygon.zone;
        polygon.setStyle({ fillColor: gaShapes.paint(classes[of(z)].mark) });
      });
    }

    function paint() {
      const zones = state.show === "zones";
      map.getPane("ga-borders").style.zIndex = zones ? OVER_ZONES : PANES["ga-borders"];
      for (const one of roles) {
        if (zones && one === role()) fills[one].addTo(map).bringToBack();
        else fills[one].remove();
      }
      if (zones) {
        paintZones();
        places.remove();
      } else paintPlaces();
      diamonds.forEach((group, k) => {
        if (!state.places || k !== state.service) return group.remove();
        group.eachLayer((one) => one.dress({ radius: DIAMOND_RADIUS * scale() * (many ? 2 : 1) }));
        return group.addTo(map).bringToFront();
      });
      canvas.refresh();
    }

    /* The new line lies over the old one, so that dashes are left where a border went. */
    function drawBorders() {
      for (const one of roles) {
        for (const each of [lines[one], names[one]]) {
          if (shown(one)) each.addTo(map);
          else each.remove();
        }
        if (shown(one)) lines[one].bringToFront();
      }
      const zones = roles.filter(shown).reverse().flatMap((one) => names[one].getLayers());
      const known = towns.getLayers();
      gaShapes.spread([...known.slice(0, 3), ...zones, ...known.slice(3)], map.getContainer());
    }

    function drawSelection() {
      for (const one of [ring, way, edge]) one.remove();
      const { selected: i, zone: z } = state;
      if (z >= 0 && state.show === "zones") {
        edge.setLatLngs(fills[role()].getLayers()[z].getLatLngs()).addTo(map);
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

    places.bindTooltip(({ row }) => named(study.settlements.name[row], gaCard.facts(page, row, fixed)), TIP);
    places.on("click", ({ layer: mark }) => {
      places.closeTooltip();
      page.select(mark.row, { by: "map" });
    });
    for (const one of roles) {
      fills[one].getLayers().forEach((polygon, z) => (polygon.zone = z));
      fills[one].bindTooltip(({ zone }) => named(study.territories[one].name[zone], gaCard.zoneFacts(page, zone, fixed)), TIP);
      fills[one].on("click", ({ layer: polygon }) => page.selectZone(polygon.zone));
    }
    for (const group of diamonds) group.bindTooltip(diamondTip, TIP);
    const again = () => [paint, drawBorders, drawSelection].forEach((each) => each());
    map.on("zoomend resize", () => {
      again();
      page.sizes();
    });

    return {
      map, canvas, radius, layer, fixed,
      draw() {
        const title = page.caption(fixed);
        map.getContainer().setAttribute("role", "region");
        map.getContainer().setAttribute("aria-label", words.say("map", { caption: title }));
        again();
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
        map.fitBounds(fills[zoneRole].getLayers()[z].getBounds(), { padding: [30, 30], animate: false });
      },
    };
  }

  return { make };
})();
