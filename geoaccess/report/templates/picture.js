/*
 * The map as a picture: for PNG, with title, legend and sources; for print, the map alone,
 * since the rest of the page prints by itself.
 */
const gaPicture = (() => {
  "use strict";

  const SHARP = 2;
  const MARGIN = 24;
  const LINE = 20;
  const FONT = "system-ui, 'Segoe UI', Roboto, Arial, sans-serif";
  const byId = (id) => document.getElementById(id);

  function save(blob, name) {
    const link = gaShapes.element("a", { href: URL.createObjectURL(blob), download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  /* What the map shows: its canvases in their order; ours are drawn anew, and so sharper. */
  function drawMap(brush, map) {
    const frame = map.getContainer();
    const box = frame.getBoundingClientRect();
    brush.save();
    brush.beginPath();
    brush.rect(0, 0, box.width, box.height);
    brush.clip();
    brush.fillStyle = getComputedStyle(frame).backgroundColor;
    brush.fillRect(0, 0, box.width, box.height);
    const panes = [...frame.querySelectorAll("canvas")];
    const order = (one) => Number(getComputedStyle(one.closest(".leaflet-pane")).zIndex) || 0;
    panes.sort((a, b) => order(a) - order(b));
    const corner = map.layerPointToContainerPoint([0, 0]);
    for (const one of panes) {
      brush.save();
      brush.globalAlpha = Number(getComputedStyle(one.closest(".leaflet-pane")).opacity);
      if (one.gaPaint) {
        brush.translate(corner.x, corner.y);
        one.gaPaint(brush);
      } else {
        const at = one.getBoundingClientRect();
        brush.drawImage(one, at.left - box.left, at.top - box.top, at.width, at.height);
      }
      brush.restore();
    }
    brush.restore();
    return { width: box.width, height: box.height };
  }

  function canvas(width, height) {
    const made = gaShapes.element("canvas", { width: Math.round(width * SHARP), height: Math.round(height * SHARP) });
    const brush = made.getContext("2d");
    brush.scale(SHARP, SHARP);
    return { made, brush };
  }

  function wrapped(brush, text, width) {
    const lines = [];
    let line = "";
    for (const word of text.slice(0, 600).split(/\s+/)) {
      const longer = line ? `${line} ${word}` : word;
      if (line && brush.measureText(longer).width > width) {
        lines.push(line);
        line = word;
      } else line = longer;
    }
    return [...lines, line];
  }

  /* Writes lines of text from the top down, and says where the next one would stand. */
  function write(brush, text, { x, y, width, size = 14, weight = 400 }) {
    brush.font = `${weight} ${size}px ${FONT}`;
    brush.textAlign = "start";
    brush.textBaseline = "top";
    brush.fillStyle = "#1d2b33";
    const lines = wrapped(brush, text, width);
    lines.forEach((line, k) => brush.fillText(line, x, y + 1.35 * size * k, width));
    return y + 1.35 * size * lines.length;
  }

  function drawLegend(brush, page, x, top, width) {
    const { words } = page;
    let y = write(brush, page.caption(), { x, y: top, width, weight: 600 }) + 8;
    for (const one of gaLegend.rows(page).told) {
      gaShapes.drawMark(brush, one.mark, x + 9, y + 8, 7);
      const people = words.say("people_count", { people: page.peopleSum(one.people) });
      write(brush, one.text, { x: x + 26, y, width: width - 130, size: 13 });
      brush.textAlign = "end";
      brush.fillText(people, x + width, y, 110);
      y += LINE;
      if (one.norm === undefined) continue;
      brush.fillStyle = "#a8200b";
      brush.fillRect(x, y - 1, width, 2);
      y = write(brush, page.normLine(one.norm), { x, y: y + 4, width, size: 12, weight: 600 }) + 6;
    }
    return y;
  }

  function png(page) {
    const { study, words } = page;
    const maps = page.views.map((one) => one.map);
    const boxes = maps.map((map) => map.getSize());
    const side = 340;
    const width = Math.max(boxes.reduce((sum, box) => sum + box.x + MARGIN, 0) + side + MARGIN, 900);
    const height = Math.max(...boxes.map((box) => box.y)) + 190;
    const { made, brush } = canvas(width, height);
    brush.fillStyle = "#fff";
    brush.fillRect(0, 0, width, height);
    const wide = width - 2 * MARGIN;
    let top = write(brush, study.title, { x: MARGIN, y: MARGIN, width: wide, size: 22, weight: 600 });
    if (study.synthetic) top = write(brush, `${words.say("synthetic_head")}. ${words.say("synthetic")}`, { x: MARGIN, y: top, width: wide, size: 13 });
    top = write(brush, gaFinding.text(page), { x: MARGIN, y: top + 2, width: wide, size: 15 }) + 10;
    let left = MARGIN;
    for (const map of maps) {
      brush.save();
      brush.translate(left, top);
      left += drawMap(brush, map).width + MARGIN;
      brush.restore();
    }
    drawLegend(brush, page, left, top, width - left - MARGIN);
    const foot = [...study.sources, page.cite()].join(" · ");
    write(brush, foot, { x: MARGIN, y: top + Math.max(...boxes.map((box) => box.y)) + 10, width: wide, size: 11 });
    made.toBlob((blob) => save(blob, `${page.fileName()}.png`), "image/png");
  }

  /* Just before print: a picture of each map in the place of the map. */
  function beforePrint(page) {
    const pictures = page.views.map(({ map }) => {
      const size = map.getSize();
      const { made, brush } = canvas(size.x, size.y);
      drawMap(brush, map);
      return made;
    });
    byId("ga-print").replaceChildren(...pictures);
    byId("ga-printed").textContent = page.words.say("printed", {
      date: page.words.date(new Date().toISOString().slice(0, 10)),
    });
  }

  function connect(page) {
    byId("ga-png").addEventListener("click", () => png(page));
    byId("ga-printer").addEventListener("click", () => window.print());
    window.addEventListener("beforeprint", () => beforePrint(page));
  }

  return { connect, save, png };
})();
