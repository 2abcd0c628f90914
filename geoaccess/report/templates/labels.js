/*
 * Names on the map: of municipalities and of settlements, the largest first, as many as there
 * is room for at this zoom; none lies over another.
 */
const gaLabels = (() => {
  "use strict";

  const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', Arial, sans-serif";
  const LOOKS = {
    town: { font: `600 13px ${FONT}`, color: "#111", height: 16, shift: 13 },
    zone: { font: `12px ${FONT}`, color: "#37474f", height: 15, shift: 0, spaced: true },
    before: { font: `italic 12px ${FONT}`, color: "#8a3600", height: 15, shift: 0, spaced: true },
  };
  const LONGEST = 28;
  const GAP = 5;
  /* One name of a settlement for so many square pixels, fewer of cells; no more tries than this. */
  const ROOM = 26000;
  const MANY = 20000;
  const TRIES = 400;
  /* Of so many settlements at most, marks of at least this radius are kept clear. */
  const LARGE_MARKS = 30;
  const LARGE = 8;
  /* These settlements are named before the municipalities. */
  const FIRST_TOWNS = 3;

  function shortened(text) {
    const signs = [...text.replace(/[\0\n\r\u2028\u2029]/g, " ").trim().slice(0, 4 * LONGEST)];
    return signs.length > LONGEST ? `${signs.slice(0, LONGEST - 1).join("")}…` : signs.join("");
  }

  const apart = (one, other) =>
    one.left > other.right + GAP || one.right + GAP < other.left ||
    one.top > other.bottom + 1 || one.bottom + 1 < other.top;

  /* `radius` is that of the mark of a settlement, in pixels. */
  function layer(study, words, { order, shownRoles, radius }) {
    const { across, down, plane, Sheet } = gaGround;
    const widths = new Map();
    let inhabited = -1;

    function townsOf() {
      const people = study.people("");
      if (inhabited < 0) inhabited = order().filter((i) => people[i] > 0).length;
      return inhabited ? order().slice(0, inhabited) : order();
    }

    const town = (i) => ({
      text: study.settlements.name[i], lon: study.lon[i], lat: study.lat[i],
      look: LOOKS.town, shift: Math.max(LOOKS.town.shift, radius(i) + 0.6 * LOOKS.town.height),
    });

    function zones() {
      return shownRoles().flatMap((role) => {
        const { name, label_lon: lon, label_lat: lat } = study.territories[role];
        const look = role === "before" ? LOOKS.before : LOOKS.zone;
        return name.map((text, z) => ({ text, lon: lon[z], lat: lat[z], look }));
      });
    }

    function measured(brush, text, look) {
      const key = `${look.font}${look.color}${text}`;
      if (!widths.has(key)) widths.set(key, brush.measureText(text).width);
      return widths.get(key);
    }

    /* What is named where, in pixels of Leaflet's layers. */
    function placed(brush, map) {
      const at = plane(map);
      const size = map.getSize();
      const corner = map.containerPointToLayerPoint([0, 0]);
      const frame = { left: corner.x, top: corner.y, right: corner.x + size.x, bottom: corner.y + size.y };
      const taken = [];
      const said = new Set();
      let [left, tries] = [Math.max(3, Math.round((size.x * size.y) / (study.size > MANY ? 4 * ROOM : ROOM))), TRIES];

      function offer(one) {
        const [x, y] = [at.x(across(one.lon)), at.y(down(one.lat)) + (one.shift || one.look.shift)];
        if (x < frame.left || x > frame.right || y < frame.top || y > frame.bottom) return;
        const plain = shortened(one.text);
        /* A town and the municipality around it that share a name need it but once. */
        const name = gaWords.folded(plain);
        if (!plain || said.has(name)) return;
        const text = one.look.spaced ? plain.toLocaleUpperCase(words.language()) : plain;
        brush.font = one.look.font;
        if ("letterSpacing" in brush) brush.letterSpacing = one.look.spaced ? "0.7px" : "0px";
        const half = measured(brush, text, one.look) / 2;
        const tall = one.look.height / 2;
        const box = { left: x - half, right: x + half, top: y - tall, bottom: y + tall };
        const inside = box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom;
        if (!inside || !taken.every((other) => apart(box, other))) return;
        said.add(name);
        taken.push({ ...box, x, y, text, look: one.look });
        if (one.look === LOOKS.town) left -= 1;
      }

      const towns = townsOf();
      /* No name covers a large mark. */
      const marks = towns.slice(0, LARGE_MARKS).filter((i) => radius(i) > LARGE).map((i) => {
        const [x, y, r] = [at.x(across(study.lon[i])), at.y(down(study.lat[i])), 0.7 * radius(i)];
        return { left: x - r, right: x + r, top: y - r, bottom: y + r };
      });
      taken.push(...marks);
      towns.slice(0, FIRST_TOWNS).forEach((i) => offer(town(i)));
      zones().forEach(offer);
      for (const i of towns.slice(FIRST_TOWNS)) {
        if (left <= 0 || tries <= 0) break;
        const [x, y] = [at.x(across(study.lon[i])), at.y(down(study.lat[i]))];
        if (x < frame.left || x > frame.right || y < frame.top || y > frame.bottom) continue;
        tries -= 1;
        offer(town(i));
      }
      return taken.slice(marks.length);
    }

    function paint(brush, map) {
      brush.save();
      brush.textAlign = "center";
      brush.textBaseline = "middle";
      brush.lineJoin = "round";
      brush.lineWidth = 3.5;
      brush.strokeStyle = "rgb(255 255 255 / 90%)";
      const known = placed(brush, map);
      for (const { text, x, y, look } of known) {
        brush.font = look.font;
        if ("letterSpacing" in brush) brush.letterSpacing = look.spaced ? "0.7px" : "0px";
        brush.fillStyle = look.color;
        brush.strokeText(text, x, y);
        brush.fillText(text, x, y);
      }
      brush.restore();
      brush.canvas.gaNames = known;
    }

    return new Sheet(paint, { pane: "ga-labels", padding: 0 });
  }

  return { layer };
})();
