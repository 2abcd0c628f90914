/*
 * Layers that a study's geometry becomes, each made once and restyled afterwards, and the
 * marks of classes, drawn alike on the map, in the legend and in a picture.
 */
const gaShapes = (() => {
  "use strict";

  const INK = "#1d2b33";
  const SELECTED = "#d1007a";
  const OUTLINES = {
    before: { color: "#b34700", weight: 1.8, dashArray: "6 4" },
    after: { color: "#37474f", weight: 2.4 },
    own: { color: "#6a1b9a", weight: 2, dashArray: "1 5" },
  };
  const LAND = { stroke: false, fillColor: "#fbfaf5", fillOpacity: 1, pane: "ga-land" };
  const ARM = 0.36;
  const PLUS = [
    [-ARM, -1], [ARM, -1], [ARM, -ARM], [1, -ARM], [1, ARM], [ARM, ARM],
    [ARM, 1], [-ARM, 1], [-ARM, ARM], [-1, ARM], [-1, -ARM], [-ARM, -ARM],
  ];
  /* Corners of marks of size 1. */
  const CORNERS = {
    diamond: [[0, -1], [1, 0], [0, 1], [-1, 0]],
    square: [[-0.85, -0.85], [0.85, -0.85], [0.85, 0.85], [-0.85, 0.85]],
    up: [[0, -1.2], [1.1, 0.8], [-1.1, 0.8]],
    down: [[0, 1.2], [1.1, -0.8], [-1.1, -0.8]],
    plus: PLUS.map(([x, y]) => [1.15 * x, 1.15 * y]),
    cross: PLUS.map(([x, y]) => [0.85 * (x - y), 0.85 * (x + y)]),
  };

  function element(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }

  /* Text from data, so that its writing direction turns nothing around it. */
  const isolated = (text) => element("bdi", {}, text);

  /* Adds the outline of a mark to the path of a canvas. */
  function trace(brush, shape, x, y, r) {
    const corners = CORNERS[shape];
    brush.beginPath();
    if (corners) for (const [dx, dy] of corners) brush.lineTo(x + r * dx, y + r * dy);
    else brush.arc(x, y, r, 0, 2 * Math.PI);
    brush.closePath();
  }

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

  const pattern = hatch();
  const paint = (mark) => (mark.fill === gaClasses.HATCHED ? pattern : mark.fill);

  function drawMark(brush, mark, x, y, r, weight = 1) {
    trace(brush, mark.shape, x, y, r);
    brush.fillStyle = paint(mark);
    brush.fill();
    brush.lineWidth = weight;
    brush.strokeStyle = INK;
    brush.stroke();
  }

  /* A mark of the legend. */
  function swatch(mark) {
    const [width, height, sharp] = [24, 18, 2];
    const tile = element("canvas", { class: "ga-swatch", width: width * sharp, height: height * sharp, "aria-hidden": "true" });
    const brush = tile.getContext("2d");
    brush.scale(sharp, sharp);
    drawMark(brush, mark, width / 2, height / 2, 7);
    return tile;
  }

  const Mark = L.CircleMarker.extend({
    options: { shape: "circle" },
    _updatePath() {
      const renderer = this._renderer;
      if (!renderer._drawing || this._empty()) return;
      trace(renderer._ctx, this.options.shape, this._point.x, this._point.y, Math.max(this._radius, 1));
      renderer._fillStroke(renderer._ctx, this);
    },
    /* How it looks from the next drawing of the whole sheet on. */
    dress(look) {
      Object.assign(this.options, look);
      this._radius = look.radius;
      if (this._map) this._updateBounds();
    },
  });

  /* A canvas that is drawn anew once after all marks have changed, not for each of them. */
  const Sheet = L.Canvas.extend({
    refresh() {
      if (!this._map || !this._bounds) return;
      this._redrawBounds = null;
      this._redraw();
    },
  });
  const sheet = (options) => new Sheet(options);

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

  function zonePolygons(study, role, style) {
    const zones = study.territories[role].rings;
    const points = zones.map((rings) => rings.map((ring) => ringPoints(ring, study.steps_per_degree)));
    return L.featureGroup(points.map((rings) => L.polygon(rings, { interactive: false, ...style })));
  }

  const largestFirst = (people) =>
    [...people.keys()].sort((a, b) => people[b] - people[a] || a - b);

  function placeDiamonds({ places: { lat, lon } }, renderer) {
    const style = { renderer, shape: "diamond", color: "#fff", weight: 1.5, fillColor: "#111", fillOpacity: 1 };
    const diamonds = lat.map((_, k) => {
      const diamond = new Mark([lat[k], lon[k]], style);
      diamond.place = k;
      return diamond;
    });
    return L.featureGroup(diamonds);
  }

  const landPolygons = (study, role) => zonePolygons(study, role, LAND);
  const zoneFills = (study, role, renderer) =>
    zonePolygons(study, role, { renderer, stroke: false, fillOpacity: 0.9, interactive: true });
  const zoneLines = (study, role) =>
    zonePolygons(study, role, { ...(OUTLINES[role] || OUTLINES.own), fill: false, pane: "ga-borders" });

  function selectionMarks(renderer) {
    const style = { renderer, color: SELECTED, fill: false, interactive: false };
    return {
      ring: L.circleMarker([0, 0], { ...style, weight: 3 }),
      way: L.polyline([], { ...style, weight: 2, dashArray: "3 5" }),
      edge: L.polygon([], { ...style, weight: 3 }),
    };
  }

  return {
    element, isolated, paint, swatch, drawMark, largestFirst, landPolygons, zoneLines, zoneFills,
    sheet, placeDiamonds, selectionMarks,
  };
})();
