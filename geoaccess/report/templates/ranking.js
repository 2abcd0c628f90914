/*
 * The ranking: everything on the map as a table, sorted, linked to the map both ways, and
 * saved as CSV.
 */
const gaRanking = (() => {
  "use strict";

  const { element, isolated } = gaShapes;
  const byId = (id) => document.getElementById(id);
  const PAGE_ROWS = 20;
  /* Cells that a spreadsheet would take for a formula. */
  const FORMULA = /^[=+\-@\t\r\n]/;

  let rowsShown = PAGE_ROWS;

  /* Worst first: long times, growing times, little access, missed norms. */
  function worseness(layer, value, code) {
    if (layer.kind === "verdict") return [1, 3, 2, 0].indexOf(code === undefined ? 0 : code);
    if (Number.isNaN(value)) return layer.kind === "minutes" ? Infinity : -Infinity;
    return gaClasses.better(layer) ? -value : value;
  }

  function places(page) {
    const { study, state } = page;
    const layer = page.layer();
    const values = study.values(layer);
    const people = study.counted(state.group);
    const shown = study.people(state.group);
    const chosen = page.emphasis();
    const role = page.role() || study.newest;
    const rows = [];
    for (let i = 0; i < study.size; i += 1) {
      if (chosen && !chosen.has(i)) continue;
      const zone = role ? study.zones[role][i] : -1;
      rows.push({
        row: i,
        name: study.settlements.name[i],
        zone: zone < 0 ? "" : study.territories[role].name[zone],
        people: people[i],
        hidden: Number.isNaN(shown[i]),
        value: values[i],
        order: worseness(layer, values[i], values[i]),
        told: () => gaCard.valueText(page, layer, i, true),
        peopleTold: () => gaCard.peopleText(page, state.group, i),
      });
    }
    return rows;
  }

  function zones(page) {
    const { study } = page;
    const layer = page.layer();
    const { zones: known, told } = page.zoneMeans();
    const { name } = study.territories[page.role()];
    const rows = known.map((one, z) => ({
      row: z,
      name: name[z],
      zone: "",
      people: one.people,
      hidden: page.isSmall(one.people),
      value: told[z],
      order: Number.isNaN(told[z]) ? -Infinity : worseness(layer.kind === "verdict" ? { kind: "minutes" } : layer, told[z]),
      told: () => page.zoneValue(layer, told[z]),
      peopleTold: () => page.peopleSum(one.people),
    }));
    return rows;
  }

  const BY = {
    name: (words) => (a, b) => words.compare(a.name, b.name),
    zone: (words) => (a, b) => words.compare(a.zone, b.zone),
    people: () => (a, b) => a.people - b.people,
    value: () => (a, b) => a.order - b.order || 0,
  };

  function sorted(page) {
    const { state, words } = page;
    const rows = state.show === "zones" ? zones(page) : places(page);
    const by = BY[state.sort](words);
    const sign = state.down ? -1 : 1;
    return rows.sort((a, b) => sign * by(a, b) || b.people - a.people || a.row - b.row);
  }

  const columns = (page) =>
    page.state.show === "zones" || !page.study.roles.length ? ["name", "people", "value"] : ["name", "zone", "people", "value"];

  function headText(page, key) {
    const { words, state } = page;
    if (key === "people") return state.group ? words.group(state.group) : words.say("people");
    if (key === "value") return page.classHead();
    if (key === "name") return words.say(state.show === "zones" ? "zone" : "settlement");
    return words.say("zone");
  }

  function sortButton(page, key) {
    const { state } = page;
    const on = state.sort === key;
    const button = element("button", { type: "button", "data-sort": key }, headText(page, key));
    button.append(element("span", { "aria-hidden": "true" }, on ? (state.down ? " ▼" : " ▲") : " ↕"));
    button.addEventListener("click", () => {
      const down = on ? !state.down : key === "people" || key === "value";
      page.change({ sort: key, down });
    });
    return button;
  }

  /* Names and their municipalities share a column, which sorts by either. */
  function headCell(page, keys) {
    const { state } = page;
    const head = element("th", { scope: "col" }, ...keys.map((key) => sortButton(page, key)));
    if (keys.includes(state.sort)) head.setAttribute("aria-sort", state.down ? "descending" : "ascending");
    return head;
  }

  function bodyRow(page, one) {
    const { state } = page;
    const zones = state.show === "zones";
    const button = element("button", { type: "button", "data-row": one.row }, isolated(one.name));
    button.addEventListener("click", () => {
      if (zones) page.selectZone(one.row, { by: "table" });
      else page.select(one.row, { by: "table" });
    });
    const name = element("th", { scope: "row" }, button);
    if (one.zone) name.append(element("small", {}, isolated(one.zone)));
    const line = element("tr", {}, name, element("td", {}, one.peopleTold()), element("td", {}, one.told()));
    if (one.row === (zones ? state.zone : state.selected)) line.setAttribute("aria-current", "true");
    return line;
  }

  /* The button of the table that has the focus, which drawing anew would take from it. */
  function focused() {
    const { row, sort } = document.activeElement?.closest("#ga-ranking button")?.dataset || {};
    if (sort) return `[data-sort=${sort}]`;
    return row ? `[data-row="${row}"]` : "";
  }

  function draw(page) {
    const { words, state } = page;
    const rows = sorted(page);
    const chosen = rows.findIndex((one) => one.row === (state.show === "zones" ? state.zone : state.selected));
    const first = rows.slice(0, rowsShown);
    /* Who is selected on the map stands in the table too, wherever it ranks. */
    if (chosen >= rowsShown) first.push(rows[chosen]);
    const names = columns(page).filter((key) => key === "name" || key === "zone");
    const head = element("tr", {}, ...[names, ["people"], ["value"]].map((keys) => headCell(page, keys)));
    const caption = element("caption", {}, words.say(state.show === "zones" ? "ranking_zones" : "ranking_places"));
    const made = element("table", {}, caption, element("thead", {}, head),
      element("tbody", {}, ...first.map((one) => bodyRow(page, one))));
    const mark = focused();
    byId("ga-ranking").replaceChildren(made);
    if (mark) made.querySelector(mark)?.focus({ preventScroll: true });
    const left = rows.length - Math.min(rowsShown, rows.length);
    const more = byId("ga-more");
    more.hidden = left <= 0;
    more.textContent = words.say("more_rows", { left: words.number(left) });
  }

  function safe(text) {
    const plain = String(text).replace(/\0/g, "");
    return FORMULA.test(plain) ? `'${plain}` : plain;
  }

  /* A table for the reader's own spreadsheet: semicolons and decimal commas in Latvian. */
  function csv(page) {
    const { study, words, state } = page;
    const comma = words.say("csv_separator");
    const special = (text) => text.includes(comma) || /["\r\n]/.test(text);
    const quoted = (text) => (special(text) ? `"${text.replace(/"/g, '""')}"` : text);
    const decimal = (value, digits) => {
      if (Number.isNaN(value)) return "";
      const text = String(Number(value.toFixed(digits)));
      return comma === ";" ? text.replace(".", ",") : text;
    };
    const layer = page.layer();
    const zoned = state.show === "zones";
    const keys = columns(page);
    const code = (one) => (zoned ? study.territories[page.role()].code : study.settlements.id)[one.row];
    const lines = sorted(page).map((one) => [
      safe(code(one)),
      safe(one.name),
      ...(keys.includes("zone") ? [safe(one.zone)] : []),
      one.hidden ? one.peopleTold() : decimal(one.people, 1),
      layer.kind === "verdict" && !zoned ? safe(one.told()) : decimal(one.value, 3),
    ]);
    const head = ["id", ...keys.map((key) => headText(page, key))].map(safe);
    const about = [safe(`${study.title}. ${page.caption()}`)];
    const text = [head, ...lines, [], about].map((line) => line.map(quoted).join(comma)).join("\r\n");
    return `\ufeff${text}\r\n`;
  }

  function connect(page) {
    byId("ga-more").addEventListener("click", () => {
      rowsShown += 5 * PAGE_ROWS;
      draw(page);
    });
    byId("ga-csv").addEventListener("click", () => {
      gaPicture.save(new Blob([csv(page)], { type: "text/csv;charset=utf-8" }), `${page.fileName()}.csv`);
    });
  }

  /* The settlements with people that have the worst values. */
  function worst(page, n) {
    const { study, state } = page;
    const layer = page.layer();
    const values = study.values(layer);
    const people = study.counted(state.group);
    const order = Float64Array.from(values, (value) => worseness(layer, value, value));
    const known = [...values.keys()].filter((i) => people[i] > 0 && Number.isFinite(order[i]));
    known.sort((a, b) => order[b] - order[a] || people[b] - people[a] || a - b);
    return known.slice(0, n);
  }

  return { draw, connect, csv, worst };
})();
