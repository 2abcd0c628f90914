/*
 * Settlements as marks on one canvas: drawn from plain arrays, so that tens of thousands of
 * them are no burden, and found again under the pointer.
 */
const gaPoints = (() => {
  "use strict";

  /* Pixels of a square of the index. */
  const SQUARE = 32;

  function layer(study, order) {
    const { across, down, plane, Sheet } = gaGround;
    const n = study.size;
    const x = Float64Array.from(study.lon, across);
    const y = Float64Array.from(study.lat, down);
    const [px, py] = [new Float64Array(n), new Float64Array(n)];
    let look = null;
    let squares = null;
    let corner = null;
    let wide = 1;
    let sprites = new Map();

    /* A mark drawn once, for all places that look alike. */
    function sprite(kind, r, sharp) {
      const key = kind * 1000 + Math.round(4 * r);
      let one = sprites.get(key);
      if (!one) {
        const half = Math.ceil(1.3 * r + 2);
        one = gaShapes.element("canvas", { width: 2 * half * sharp, height: 2 * half * sharp });
        one.half = half;
        const brush = one.getContext("2d");
        brush.scale(sharp, sharp);
        gaShapes.drawMark(brush, look.marks[kind], half, half, r, look.weight(kind));
        sprites.set(key, one);
      }
      return one;
    }

    function mark(brush, i, r, onScreen) {
      const kind = look.kinds[i];
      brush.globalAlpha = look.dim && !look.dim.has(i) ? look.faint : 1;
      if (!onScreen) {
        gaShapes.drawMark(brush, look.marks[kind], px[i], py[i], r, look.weight(kind));
        return;
      }
      const sharp = L.Browser.retina ? 2 : 1;
      const one = sprite(kind, r, sharp);
      const [left, top] = [Math.round((px[i] - one.half) * sharp) / sharp, Math.round((py[i] - one.half) * sharp) / sharp];
      brush.drawImage(one, left, top, 2 * one.half, 2 * one.half);
    }

    function paint(brush, map, { min, max }) {
      if (!look) return;
      const at = plane(map);
      const onScreen = brush.canvas.gaPaint !== undefined;
      const grown = look.scale();
      corner = min;
      wide = Math.max(1, Math.ceil((max.x - min.x) / SQUARE));
      squares = new Map();
      brush.save();
      for (const i of order()) {
        px[i] = at.x(x[i]);
        py[i] = at.y(y[i]);
        const r = grown * look.sizes[i];
        if (px[i] + r < min.x || px[i] - r > max.x || py[i] + r < min.y || py[i] - r > max.y) continue;
        mark(brush, i, r, onScreen);
        const key = Math.floor((px[i] - corner.x) / SQUARE) + wide * Math.floor((py[i] - corner.y) / SQUARE);
        const known = squares.get(key);
        if (known) known.push(i);
        else squares.set(key, [i]);
      }
      brush.restore();
    }

    const made = new Sheet(paint, { pane: "ga-points" });
    return Object.assign(made, {
      /* How the places look from now on; `draw` later. */
      dress(part) {
        look = part;
        sprites = new Map();
      },
      /* The place under a point of the layer, the topmost if there are several, else -1. */
      under(point, slack) {
        if (!squares || !look || !made._map) return -1;
        const grown = look.scale();
        const reach = Math.ceil((grown * look.largest + slack) / SQUARE);
        const [column, row] = [Math.floor((point.x - corner.x) / SQUARE), Math.floor((point.y - corner.y) / SQUARE)];
        let best = { row: -1, far: Infinity, size: Infinity };
        for (let down = row - reach; down <= row + reach; down += 1) {
          for (let right = column - reach; right <= column + reach; right += 1) {
            for (const i of squares.get(right + wide * down) || []) {
              const r = grown * look.sizes[i];
              const far = Math.max(0, Math.hypot(px[i] - point.x, py[i] - point.y) - r);
              /* Smaller ones are drawn over larger ones. */
              if (far > slack || far > best.far || (far === best.far && r > best.size)) continue;
              best = { row: i, far, size: r };
            }
          }
        }
        return best.row;
      },
    });
  }

  return { layer };
})();
