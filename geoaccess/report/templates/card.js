/*
 * What is told of one settlement or zone: a few facts under the pointer, everything in a card.
 */
const gaCard = (() => {
  "use strict";

  const { element, isolated } = gaShapes;
  const byId = (id) => document.getElementById(id);
  const PARTS = ["part_borders_min", "part_services_min", "part_roads_min", "part_population_min"];

  const cell = (value) => element("td", {}, value);
  const heading = (scope, ...children) => element("th", { scope }, ...children);

  function table(caption, head, rows) {
    const headings = element("tr", {}, ...head.map((text) => heading("col", text)));
    const body = element("tbody", {}, ...rows);
    return element("table", {}, element("caption", {}, caption), element("thead", {}, headings), body);
  }

  function definitions(rows) {
    const pairs = rows.map(([label, value]) => [element("dt", {}, label), element("dd", {}, value)]);
    return element("dl", {}, ...pairs.flat());
  }

  /* A value with its unit; why there is none, unless it must be short. */
  function valueText(page, layer, i, short = false) {
    const { study, words } = page;
    const value = study.values(layer)[i];
    if (layer.kind === "verdict") {
      const name = Number.isNaN(value) ? "not_modelled" : study.verdicts[value];
      return words.say(`verdict_${name}`);
    }
    if (layer.kind === "change") {
      if (!Number.isNaN(value)) return `${words.signed(value)} ${words.unit("min")}`;
      const { classes, of } = gaClasses.scheme(study, layer);
      return classes[of(i)].text(words);
    }
    if (layer.kind === "minutes") {
      if (!Number.isNaN(value)) return words.minutes(value);
      const code = layer.regime === "borderless" && layer.borders !== "base" && !short ? study.reason(layer.service, i) : "";
      return code === "" ? words.say("unreached") : `${words.say("unreached")}: ${words.reason(code)}`;
    }
    return Number.isNaN(value) ? words.say("no_value") : `${words.limit(value)} ${words.unit(layer.unit)}`.trim();
  }

  function peopleText(page, group, i) {
    const { study, words } = page;
    const people = study.people(group)[i];
    return Number.isNaN(people) ? words.say("fewer_than", { count: study.min_count }) : words.number(people);
  }

  function zoneName(page, role, i) {
    const zone = page.study.zones[role][i];
    return zone < 0 ? page.words.say("outside") : isolated(page.study.territories[role].name[zone]);
  }

  function nearestName(page, k, i) {
    const target = page.study.nearest(k)[i];
    return target < 0 ? null : isolated(page.study.services[k].places.name[target]);
  }

  function facts(page, i, fixed) {
    const { study, words, state } = page;
    const layer = page.layer(fixed);
    const rows = [[words.say("people"), peopleText(page, "", i)]];
    if (state.group) rows.push([words.group(state.group), peopleText(page, state.group, i)]);
    const label = layer.measure === "nearest_min" ? words.label(study.services[layer.service]) : words.measure(layer.measure);
    rows.push([label, valueText(page, layer, i)]);
    const known = study.services[state.service].places.name.length > 0;
    if (layer.regime === "borderless" && known) rows.push([words.say("nearest"), nearestName(page, state.service, i) || "–"]);
    for (const role of study.roles) {
      rows.push([`${words.say("municipality")} ${words.role(role)}`, zoneName(page, role, i)]);
    }
    return definitions(rows);
  }

  function zoneFacts(page, z, fixed) {
    const { words, state } = page;
    const layer = page.layer(fixed);
    const { zones, told } = page.zoneMeans(fixed);
    const one = zones[z];
    const rows = [
      [state.group ? words.group(state.group) : words.say("people"), page.peopleSum(one.people)],
      [words.say("settlements"), words.number(one.places)],
      [words.say(`zone_${layer.kind}`), page.zoneValue(layer, told[z])],
    ];
    if (one.unreached > 0) rows.push([words.say("zone_without"), page.peopleSum(one.unreached)]);
    return definitions(rows);
  }

  /* Every service: minutes, the nearest and whose it is. */
  function serviceRows(page, i) {
    const { study, words } = page;
    return study.services.flatMap((one, k) => {
      const layer = study.find({ service: k, measure: "nearest_min", regime: "borderless" });
      if (!layer) return [];
      const minutes = study.values(layer)[i];
      const target = study.nearest(k)[i];
      const zone = study.newest && target >= 0 ? one.places.zones[study.newest][target] : -1;
      const owner = zone < 0 ? [] : [element("small", {}, isolated(study.territories[study.newest].name[zone]))];
      return element("tr", {}, heading("row", words.label(one)),
        cell(Number.isNaN(minutes) ? valueText(page, layer, i) : words.number(minutes, 1)),
        element("td", {}, nearestName(page, k, i) || "–", ...owner));
    });
  }

  /* Everything else that is known of the chosen service: regimes, measures, norms. */
  function layerRows(page, i) {
    const { study, words, state } = page;
    const own = study.layers.filter((one) => one.service === state.service && !PARTS.includes(one.measure));
    const plain = (one) => one.measure === "nearest_min" && one.regime === "borderless";
    const others = own.filter((one) => !plain(one) && !(one.minus && one.measure !== "nearest_min"));
    return others.map((one) => element("tr", {},
      heading("row", [words.measure(one.measure), one.group && words.group(one.group)].filter(Boolean).join(", "),
        element("small", {}, page.context(one))),
      cell(valueText(page, one, i))));
  }

  /* The change of minutes, taken apart. */
  function partRows(page, i) {
    const { study, words, state } = page;
    const parts = study.layers.filter((one) => one.service === state.service && PARTS.includes(one.measure));
    const known = parts.filter((one) => !Number.isNaN(study.values(one)[i]));
    return known.map((one) => element("tr", {}, heading("row", words.measure(one.measure)),
      cell(words.signed(study.values(one)[i]))));
  }

  function settlement(page, i) {
    const { study, words, state } = page;
    const body = [facts(page, i)];
    const service = words.label(study.services[state.service]);
    const parts = partRows(page, i);
    if (parts.length) body.push(table(words.say("change_parts"), [words.say("cause"), words.say("minutes")], parts));
    const more = layerRows(page, i);
    if (more.length) body.push(table(service, ["measure", "value"].map((key) => words.say(key)), more));
    const head = ["service", "minutes", "nearest"].map((key) => words.say(key));
    const services = serviceRows(page, i);
    if (services.length) body.push(table(words.say("all_services"), head, services));
    byId("ga-card-name").replaceChildren(isolated(study.settlements.name[i]));
    byId("ga-card-body").replaceChildren(...body);
  }

  /* Borders that those of a role became, or came from. */
  const heirRole = (study, role) =>
    [role === "after" ? "before" : "after"].find((one) => study.roles.includes(one));

  /* Where the settlements of a zone were, or are now. */
  function heirs(page, role, z) {
    const { study } = page;
    const other = heirRole(study, role);
    if (!other) return [];
    const people = new Map();
    study.zones[role].forEach((zone, i) => {
      const there = study.zones[other][i];
      if (zone === z && there >= 0) people.set(there, (people.get(there) || 0) + 1 + study.counted("")[i]);
    });
    return [...people.keys()].sort((a, b) => people.get(b) - people.get(a));
  }

  function zone(page, role, z) {
    const { study, words } = page;
    const body = [zoneFacts(page, z)];
    const others = heirs(page, role, z);
    if (others.length) {
      const other = heirRole(study, role);
      const names = others.map((one) => element("li", {}, isolated(study.territories[other].name[one])));
      body.push(element("p", {}, words.say(role === "before" ? "zone_now" : "zone_formerly")), element("ul", {}, ...names));
    }
    byId("ga-card-name").replaceChildren(isolated(study.territories[role].name[z]));
    byId("ga-card-body").replaceChildren(...body);
  }

  function draw(page) {
    const { state } = page;
    const open = state.selected >= 0 || (state.zone >= 0 && state.show === "zones");
    byId("ga-card").hidden = !open;
    if (state.selected >= 0) settlement(page, state.selected);
    else if (open) zone(page, page.role(), state.zone);
  }

  function box() {
    const { offsetWidth: width, offsetHeight: height } = byId("ga-card");
    return { width, height };
  }

  return { draw, box, facts, zoneFacts, valueText, peopleText, table, cell, heading, heirs };
})();
