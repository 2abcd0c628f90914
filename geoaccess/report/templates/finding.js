/*
 * The headline: what the chosen layer says, in one or two sentences.
 */
const gaFinding = (() => {
  "use strict";

  /*
   * How many live beyond the norm, else beyond the middle class limit, or beyond a lower
   * one when nobody does. Whoever needs longer than was computed counts as late, not as
   * cut off.
   */
  function minutes(study, words, layer, people, values) {
    const { breaks, norms } = layer;
    const shown = gaClasses.scheme(study, layer);
    const { groups, all } = gaClasses.tally(shown.classes.length, study.size, shown.of, people);
    const unit = all.people > 0 ? "people" : "places";
    const why = shown.classes[shown.classes.length - 1].why;
    const late = why ? gaClasses.reasons(study, layer, people).get("over_cutoff") : undefined;
    const beyond = late ? late[unit] : 0;
    const never = groups[groups.length - 1][unit] - beyond;
    const over = (k) => groups.slice(k + 1, -1).reduce((sum, one) => sum + one[unit], beyond);
    let k = norms.length ? breaks.indexOf(norms[norms.length - 1]) : Math.floor(breaks.length / 2);
    while (!norms.length && k > 0 && over(k) === 0) k -= 1;
    Object.assign(values, {
      limit: words.limit(breaks[k]),
      share: words.share(over(k), all[unit]),
      people: words.number(all.people),
      places: words.number(all.places),
    });
    const told = [];
    if (layer.measure !== "nearest_min") return [words.say("finding_measure", values)];
    if (over(k) + never === 0 && unit === "people") told.push(words.say("finding_none", values));
    else told.push(words.say(unit === "people" ? "finding" : "finding_places", values));
    const force = words.forceOf(study.services[layer.service], norms[norms.length - 1]);
    if (norms.length) told.push(words.say("finding_norm", { force }));
    if (never > 0) {
      const cut = { share: words.share(never, all[unit]), [unit]: words.number(never) };
      told.push(words.say(unit === "people" ? "finding_unreached" : "finding_unreached_places", cut));
    }
    return told;
  }

  function change(study, words, layer, people, values) {
    const shown = gaClasses.scheme(study, layer);
    const { groups, all } = gaClasses.tally(shown.classes.length, study.size, shown.of, people);
    const sum = (from, to) => groups.slice(from, to).reduce((total, one) => total + one.people, 0);
    const half = layer.breaks.length / 2;
    const [gained, lost] = groups.slice(-3);
    Object.assign(values, {
      people: words.number(all.people),
      limit: words.limit(layer.breaks[half]),
      longer: words.share(sum(half + 1, 2 * half + 1), all.people),
      shorter: words.share(sum(0, half), all.people),
      lost: words.share(lost.people, all.people),
      gained: words.share(gained.people, all.people),
    });
    const told = [words.say(study.scenario ? "finding_scenario" : "finding_change", values)];
    if (lost.places + gained.places > 0) told.push(words.say("finding_lost", values));
    return told;
  }

  function quantile(values, people, share) {
    const rows = [...values.keys()].filter((i) => !Number.isNaN(values[i]));
    rows.sort((a, b) => values[a] - values[b]);
    const whole = rows.reduce((sum, i) => sum + people[i], 0);
    let sum = 0;
    for (const i of rows) {
      sum += people[i];
      if (sum >= share * whole) return values[i];
    }
    return NaN;
  }

  function access(study, words, layer, people, values) {
    const known = study.values(layer);
    const number = (share) => words.limit(Number(quantile(known, people, share).toPrecision(3)) || 0);
    Object.assign(values, { median: number(0.5), low: number(0.1), unit: words.unit(layer.unit) });
    return [words.say("finding_access", values)];
  }

  function verdict(study, words, layer, people, values) {
    const shown = gaClasses.scheme(study, layer);
    const { groups, all } = gaClasses.tally(shown.classes.length, study.size, shown.of, people);
    const missed = groups[1].people + groups[2].people;
    const judged = all.people - groups[3].people;
    Object.assign(values, { share: words.share(missed, judged), people: words.number(judged) });
    return [words.say("finding_verdict", values)];
  }

  const BY_KIND = { minutes, change, access, verdict };

  function text(page) {
    const { study, words, state } = page;
    const layer = page.layer();
    const people = study.counted(state.group);
    const values = {
      service: words.noun(study.services[layer.service]),
      measure: words.measure(layer.measure),
    };
    const told = BY_KIND[layer.kind](study, words, layer, people, values);
    const context = [];
    if (state.group) context.push(words.group(state.group));
    if (layer.regime !== "borderless") context.push(words.say(`regime_${layer.regime}`));
    if (layer.borders && layer.borders !== "change") context.push(words.borders(layer.borders));
    if (layer.measure !== "nearest_min" && layer.kind !== "access") context.push(values.measure);
    return (context.length ? `${context.join(" · ")}: ` : "") + told.join(" ");
  }

  return { text };
})();
