/*
 * Roads and water under the map, drawn on one canvas from short texts that are read when they
 * are first needed. And what every canvas of ours shares: places in the plane of the map.
 */
const gaGround = (() => {
  "use strict";

  const TILE = 256;
  /* How each kind looks, and the zoom from which it is drawn. */
  const LOOKS = {
    lake: { fill: "#c6dae6", stroke: "#93b4c7", width: 0.7, from: 0 },
    river: { stroke: "#93b9d0", width: 1.3, from: 7 },
    coast: { stroke: "#6f97ae", width: 1, from: 0 },
    ferry: { stroke: "#5f879e", width: 1.2, dash: [5, 4], from: 0 },
    residential: { stroke: "#dcd5c8", width: 0.8, from: 12.5 },
    unclassified: { stroke: "#d6cebf", width: 0.9, from: 11.5 },
    tertiary: { stroke: "#cfc5b2", width: 1, from: 9.5 },
    secondary: { stroke: "#c6b99f", width: 1.2, from: 7.5 },
    primary: { stroke: "#b9a882", width: 1.7, from: 0 },
    trunk: { stroke: "#ab966a", width: 2.2, from: 0 },
    motorway: { stroke: "#9c8455", width: 2.6, from: 0 },
  };

  /* Places between 0 and 1 over the whole of Mercator's world, from west and from north. */
  const across = (lon) => (lon + 180) / 360;
  const down = (lat) => 0.5 - Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) / (2 * Math.PI);

  /* From the world to the points of Leaflet's layers. */
  function plane(map) {
    const scale = TILE * 2 ** map.getZoom();
    const { x, y } = map.getPixelOrigin();
    return { scale, x: (at) => at * scale - x, y: (at) => at * scale - y };
  }

  /* Numbers of seven bits a byte; see report/ground.py. */
  function* numbers(text) {
    const bytes = atob(text);
    let [value, place] = [0, 1];
    for (let i = 0; i < bytes.length; i += 1) {
      const byte = bytes.charCodeAt(i);
      value += (byte & 127) * place;
      place *= 128;
      if (byte > 127) continue;
      yield value;
      [value, place] = [0, 1];
    }
  }

  const signed = (value) => (value % 2 ? -(value + 1) / 2 : value / 2);

  function lines({ kind, step, lines: text }) {
    const read = numbers(text);
    const next = () => signed(read.next().value);
    const found = [];
    let start = [0, 0];
    for (let one = read.next(); !one.done; one = read.next()) {
      const points = new Float64Array(2 * one.value);
      let [lon, lat] = start;
      const box = { west: Infinity, east: -Infinity, north: Infinity, south: -Infinity };
      for (let i = 0; i < points.length; i += 2) {
        lon += next();
        lat += next();
        if (i === 0) start = [lon, lat];
        const [x, y] = [across(lon * step), down(lat * step)];
        points[i] = x;
        points[i + 1] = y;
        box.west = Math.min(box.west, x);
        box.east = Math.max(box.east, x);
        box.north = Math.min(box.north, y);
        box.south = Math.max(box.south, y);
      }
      found.push({ points, ...box });
    }
    return { kind, look: LOOKS[kind], found };
  }

  function trace(brush, { points }, at) {
    brush.moveTo(at.x(points[0]), at.y(points[1]));
    for (let i = 2; i < points.length; i += 2) brush.lineTo(at.x(points[i]), at.y(points[i + 1]));
  }

  /* A canvas of Leaflet's that draws what `paint` says; a picture asks it to paint again. */
  const Sheet = L.Canvas.extend({
    initialize(paint, options) {
      this._paint = paint;
      L.Canvas.prototype.initialize.call(this, { padding: 0.2, ...options });
    },
    _initContainer() {
      L.Canvas.prototype._initContainer.call(this);
      this._container.gaPaint = (brush) => this._paint(brush, this._map, this._bounds);
    },
    _draw() {
      if (this._bounds) this._paint(this._ctx, this._map, this._bounds);
    },
    refresh() {
      if (!this._map || !this._bounds) return;
      this._redrawBounds = null;
      this._redraw();
    },
  });

  function layer(study) {
    let known = null;
    function paint(brush, map, { min, max }) {
      known = known || study.ground.map(lines);
      const at = plane(map);
      const zoom = map.getZoom();
      brush.save();
      brush.lineJoin = brush.lineCap = "round";
      for (const { look, found } of known) {
        if (zoom < look.from) continue;
        brush.beginPath();
        for (const one of found) {
          const seen = at.x(one.east) >= min.x && at.x(one.west) <= max.x && at.y(one.south) >= min.y && at.y(one.north) <= max.y;
          if (seen) trace(brush, one, at);
        }
        brush.setLineDash(look.dash || []);
        brush.lineWidth = look.width * (zoom > 11 ? 1.5 : 1);
        brush.strokeStyle = look.stroke;
        if (look.fill) {
          brush.fillStyle = look.fill;
          brush.fill("nonzero");
        }
        brush.stroke();
      }
      brush.restore();
    }
    return new Sheet(paint, { pane: "ga-backdrop" });
  }

  return { across, down, plane, Sheet, layer };
})();
