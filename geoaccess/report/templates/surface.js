/*
 * The travel-time surface: a picture of classes, coloured as the legend is.
 */
const gaSurface = (() => {
  "use strict";

  const OUTSIDE = 255;
  const STRONG = 0.85;
  const INK = [77, 92, 102];

  const rgb = (fill) => [1, 3, 5].map((at) => parseInt(fill.slice(at, at + 2), 16));

  /* Shades of grey become the colours of their classes; the unreached are striped. */
  function coloured(pixels, width, marks) {
    const colors = marks.map(({ fill }) => (fill === gaClasses.HATCHED ? null : rgb(fill)));
    for (let i = 0; i < pixels.length; i += 4) {
      const code = pixels[i];
      const at = i / 4;
      const striped = ((at % width) + Math.floor(at / width)) % 4 === 0 ? INK : [255, 255, 255];
      const color = colors[code] === null ? striped : colors[code];
      if (code === OUTSIDE || !color) pixels[i + 3] = 0;
      else pixels.set(color, i);
    }
  }

  function layer(page, marks) {
    const { study } = page;
    const known = new Map();
    let made = null;

    function load(surface) {
      const sheet = gaShapes.element("canvas", { width: 1, height: 1 });
      const told = { sheet, codes: null };
      const picture = new Image();
      picture.addEventListener("load", () => {
        Object.assign(sheet, { width: picture.width, height: picture.height });
        const brush = sheet.getContext("2d", { willReadFrequently: true });
        brush.drawImage(picture, 0, 0);
        const image = brush.getImageData(0, 0, sheet.width, sheet.height);
        told.codes = image.data.filter((_, i) => i % 4 === 0);
        coloured(image.data, sheet.width, marks());
        brush.putImageData(image, 0, 0);
        made.refresh();
      });
      picture.src = `data:image/png;base64,${surface.png}`;
      return told;
    }

    function current() {
      const surface = study.surface(page.state);
      if (surface && !known.has(surface)) known.set(surface, load(surface));
      return { surface, ...known.get(surface) };
    }

    function corners({ west, south, east, north }, { across, down }) {
      return { left: across(west), right: across(east), top: down(north), bottom: down(south) };
    }

    function paint(brush, map) {
      const { surface, sheet, codes } = current();
      if (!codes) return;
      const at = gaGround.plane(map);
      const { left, right, top, bottom } = corners(surface, gaGround);
      brush.save();
      brush.imageSmoothingEnabled = false;
      brush.globalAlpha = STRONG;
      brush.drawImage(sheet, at.x(left), at.y(top), at.x(right) - at.x(left), at.y(bottom) - at.y(top));
      brush.restore();
    }

    made = new gaGround.Sheet(paint, { pane: "ga-surface" });
    return Object.assign(made, {
      /* Class of the surface at a place, or -1. */
      classAt({ lat, lng }) {
        const { surface, sheet, codes } = current();
        if (!codes) return -1;
        const { left, right, top, bottom } = corners(surface, gaGround);
        const column = Math.floor((sheet.width * (gaGround.across(lng) - left)) / (right - left));
        const row = Math.floor((sheet.height * (gaGround.down(lat) - top)) / (bottom - top));
        const inside = column >= 0 && column < sheet.width && row >= 0 && row < sheet.height;
        const code = inside ? codes[row * sheet.width + column] : OUTSIDE;
        return code === OUTSIDE ? -1 : code;
      },
    });
  }

  return { layer };
})();
