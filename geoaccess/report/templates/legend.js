/*
 * The legend of what is visible, and nothing else: classes, their people and settlements,
 * the norm between them, and why some are unreached.
 */
const gaLegend = (() => {
  "use strict";

  const { element } = gaShapes;
  const { table, cell, heading } = gaCard;
  const byId = (id) => document.getElementById(id);

  /* Rows as plain facts, from which the page and the picture are drawn. */
  function rows(page) {
    const { study, words, state } = page;
    const zones = state.show === "zones";
    const layer = page.layer();
    const shown = zones ? page.zoneScheme() : page.scheme();
    const people = zones ? page.zoneMeans().zones.map((one) => one.people) : study.counted(state.group);
    const { groups, all } = gaClasses.tally(shown.classes.length, people.length, shown.of, people);
    const squared = state.show === "surface";
    const told = shown.classes.map((one, k) => ({
      mark: squared ? { ...one.mark, shape: "square" } : one.mark, text: one.text(words), ...groups[k], norm: shown.norms.get(k), skip: one.rare && groups[k].places === 0,
    }));
    const why = shown.classes[shown.classes.length - 1].why && !zones;
    const reasons = why ? [...gaClasses.reasons(study, layer, people)] : [];
    return { told: told.filter((one) => !one.skip), reasons, all };
  }

  function counts(page, group, all, ...first) {
    const { words } = page;
    const share = all.people > 0 ? words.share(group.people, all.people) : "–";
    return element("tr", {}, heading("row", ...first), cell(words.number(group.places)),
      cell(page.peopleSum(group.people)), cell(share));
  }

  function normRow(page, norm) {
    const text = page.normLine(norm);
    return element("tr", { class: "ga-norm" }, element("th", { scope: "row", colspan: 4 }, text));
  }

  function notes(page) {
    const { study, words, state } = page;
    const layer = page.layer();
    const told = [];
    if (layer.kind === "minutes" && study.cutoff_min !== null) told.push(words.say("class_rule", { cutoff: words.limit(study.cutoff_min) }));
    if (state.show === "surface") told.push(words.say("surface_rule"));
    if (state.show === "zones") told.push(words.say(layer.kind === "verdict" ? "zone_rule_verdict" : "zone_rule"));
    const hidden = study.people(state.group).reduce((sum, one) => sum + Number(Number.isNaN(one)), 0);
    if (hidden > 0) {
      const one = study.settlements.people.find(({ group }) => group === state.group);
      told.push(words.say("hidden_rule", {
        places: words.number(hidden), count: study.min_count, stand: words.limit(one.hidden_as),
      }));
    }
    return told;
  }

  function draw(page) {
    const { words, state } = page;
    const { told, reasons, all } = rows(page);
    const lines = told.flatMap((one) => {
      const key = element("span", { class: "ga-key" }, gaShapes.swatch(one.mark), element("span", {}, one.text));
      const row = counts(page, one, all, key);
      return one.norm === undefined ? [row] : [row, normRow(page, one.norm)];
    });
    for (const [code, group] of reasons) {
      const row = counts(page, group, all, words.reason(code));
      row.className = "ga-reason";
      lines.push(row);
    }
    const total = counts(page, all, all, words.say("total"));
    total.className = "ga-total";
    const head = [
      page.classHead(), words.say(state.show === "zones" ? "zones" : "settlements"),
      state.group ? words.group(state.group) : words.say("people"), words.say("share"),
    ];
    const hints = notes(page).map((text) => element("p", { class: "ga-hint" }, text));
    byId("ga-legend").replaceChildren(table(page.caption(), head, [...lines, total]), ...hints);
  }

  /* How large a circle is for how many people. */
  function sizes(page) {
    const { words, state } = page;
    const most = page.view.most();
    byId("ga-sizes-box").hidden = state.show !== "places";
    const nice = [1, 2, 5].flatMap((lead) => [0, 1, 2, 3, 4, 5, 6].map((zeros) => lead * 10 ** zeros));
    const below = (limit) => Math.max(1, ...nice.filter((one) => one <= limit));
    const steps = [...new Set([most / 25, most / 5, most].map(below))];
    const circles = steps.map((people) => {
      const mark = element("i", { class: "ga-circle", "aria-hidden": "true" });
      mark.style.width = mark.style.height = `${2 * page.view.radius(people)}px`;
      return element("li", {}, mark, " ", words.number(people));
    });
    byId("ga-sizes").replaceChildren(...circles);
  }

  return { draw, sizes, rows };
})();
