/*
 * Layers that a study's geometry becomes, each made once and restyled afterwards.
 */
const gaShapes = (() => {
  "use strict";

  const INK = "#1d2b33";
  const SELECTED = "#d1007a";
  const TOWN_LABELS = 14;
  const OUTLINES = {
    before: { color: "#b34700", weight: 1.8, dashArray: "6 4" },
    after: { color: "#37474f", weight: 2.4 },
  };
  const LAND = { stroke: false, fillColor: "#fbfaf5", fillOpacity: 1, pane: "ga-land" };

  function element(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }

  /* Text from data, so that its writing direction turns nothing around it. */
  const isolated = (text) => element("bdi", {}, text);

  const largestFirst = (people) =>
    people.map((_, i) => i).sort((a, b) => people[b] - people[a] || a - b);

  function hatch() {
    const tile = element("canvas", { width: 5, height: 5 });
    const brush = tile.getContext("2d");
    brush.fillStyle = "#fff";
    brush.fillRect(0, 0, 5, 5);
    brush.strokeStyle = INK;
    brush.lineWidth = 1.3;
    for (const shift of [-5, 0, 5]) {
      brush.moveTo(shift - 1, 6);
      brush.lineTo(shift + 6, -1);
    }
    brush.stroke();
    return brush.createPattern(tile, "repeat");
  }

  const Diamond = L.CircleMarker.extend({
    _updatePath() {
      const renderer = this._renderer;
      if (!renderer._drawing || this._empty()) return;
      const { _point: at, _radius: r } = this;
      const brush = renderer._ctx;
      brush.beginPath();
      for (const [x, y] of [[0, -r], [r, 0], [0, r], [-r, 0]]) brush.lineTo(at.x + x, at.y + y);
      brush.closePath();
      renderer._fillStroke(brush, this);
    },
  });

  /* A ring holds steps from point to point. */
  function ringPoints(ring, stepsPerDegree) {
    const points = [];
    for (let i = 0, x = 0, y = 0; i < ring.length; i += 2) {
      x += ring[i];
      y += ring[i + 1];
      points.push([y / stepsPerDegree, x / stepsPerDegree]);
    }
    return points;
  }

  function zonePolygons(data, role, style) {
    const zones = data.territories[role].rings;
    const points = zones.map((rings) => rings.map((ring) => ringPoints(ring, data.steps_per_degree)));
    return L.featureGroup(points.map((rings) => L.polygon(rings, { interactive: false, ...style })));
  }

  function nameLabel(at, text, kinds) {
    const html = element("span", { class: `ga-label ${kinds}` }, isolated(text));
    const icon = L.divIcon({ className: "ga-anchor", html, iconSize: null });
    return L.marker(at, { icon, pane: "ga-labels", interactive: false, keyboard: false });
  }

  function zoneNames(data, role) {
    const { name, label_lat: lat, label_lon: lon } = data.territories[role];
    const kinds = `ga-label--zone ga-label--${role}`;
    return L.layerGroup(name.map((text, i) => nameLabel([lat[i], lon[i]], text, kinds)));
  }

  function townNames({ name, lat, lon, people }) {
    const towns = largestFirst(people).filter((i) => people[i] > 0).slice(0, TOWN_LABELS);
    return L.layerGroup(towns.map((i) => nameLabel([lat[i], lon[i]], name[i], "ga-label--town")));
  }

  /* Labels come in order of weight; one that would touch an earlier one hides. */
  function spread(labels) {
    const taken = [];
    for (const label of labels) {
      const text = label.getElement().firstChild;
      const box = text.getBoundingClientRect();
      const apart = (other) =>
        box.left > other.right + 4 || box.right + 4 < other.left ||
        box.top > other.bottom + 1 || box.bottom + 1 < other.top;
      const fits = taken.every(apart);
      text.classList.toggle("ga-label--hidden", !fits);
      if (fits) taken.push(box);
    }
  }

  function settlementCircles({ lat, lon, people }, renderer) {
    const style = { renderer, color: INK, weight: 0.8, opacity: 0.8, fillOpacity: 0.95 };
    return largestFirst(people).map((i) => {
      const circle = L.circleMarker([lat[i], lon[i]], style);
      circle.row = i;
      return circle;
    });
  }

  function placeDiamonds({ places: { lat, lon, name } }, renderer) {
    const style = { renderer, color: "#fff", weight: 1.5, fillColor: "#111", fillOpacity: 1 };
    const diamonds = name.map((text, i) => {
      const diamond = new Diamond([lat[i], lon[i]], style);
      diamond.placeName = text;
      return diamond;
    });
    return L.featureGroup(diamonds);
  }

  const landPolygons = (data, role) => zonePolygons(data, role, LAND);
  const zoneLines = (data, role) =>
    zonePolygons(data, role, { ...OUTLINES[role], fill: false, pane: "ga-borders" });

  function selectionMarks(renderer) {
    const style = { renderer, color: SELECTED, fill: false, interactive: false };
    return {
      ring: L.circleMarker([0, 0], { ...style, weight: 3 }),
      way: L.polyline([], { ...style, weight: 2, dashArray: "3 5" }),
    };
  }

  return {
    element, isolated, hatch, landPolygons, zoneLines, zoneNames, townNames, spread,
    settlementCircles, placeDiamonds, selectionMarks,
  };
})();
