/*
 * Classes of values: which one a value falls in, how it looks, what it is called, who is in it.
 *
 * A class differs from its neighbours by shade, and, where shades could be mistaken for one
 * another in grey, by the shape of its mark.
 */
const gaClasses = (() => {
  "use strict";

  const VIRIDIS = {
    1: ["#22a884"],
    2: ["#fde725", "#440154"],
    3: ["#fde725", "#21918c", "#440154"],
    4: ["#fde725", "#35b779", "#31688e", "#440154"],
    5: ["#fde725", "#5ec962", "#21918c", "#3b528b", "#440154"],
    6: ["#fde725", "#7ad151", "#22a884", "#2a788e", "#414487", "#440154"],
    7: ["#fde725", "#90d743", "#35b779", "#21918c", "#31688e", "#443983", "#440154"],
  };
  const CHANGE = ["#1b5a9e", "#6aaed6", "#c3dcee", "#f6f4ee", "#fdd0a2", "#f0862f", "#a8480b"];
  const SHADE_BREAKS = [1, 5, 10, 25, 50];
  const HATCHED = "hatched";
  const circle = (fill) => ({ fill, shape: "circle" });

  const below = (words, breaks) => words.say("up_to", { to: words.limit(breaks[0]) });
  const above = (words, breaks) => words.say("over", { from: words.limit(breaks[breaks.length - 1]) });
  const between = (words, from, to) =>
    words.say("between", { from: words.limit(from), to: words.limit(to) });

  /* Of access more is better; of a cost it is not. */
  const better = (layer) => layer.kind === "access" && layer.unit !== "cost";

  function ordered(breaks, shades) {
    return [...breaks, Infinity].map((upper, k) => ({
      mark: circle(shades[k]),
      text(words) {
        if (k === 0) return below(words, breaks);
        if (k === breaks.length) return above(words, breaks);
        return between(words, breaks[k - 1], upper);
      },
    }));
  }

  /* The class that holds its upper limit; the last one is open. */
  function place(value, breaks) {
    const found = breaks.findIndex((upper) => value <= upper);
    return found < 0 ? breaks.length : found;
  }

  /* Changes hold the limit that is farther from nought. */
  function changePlace(value, breaks) {
    const half = breaks.length / 2;
    const steps = breaks.slice(half).filter((limit) => Math.abs(value) > limit).length;
    return half + Math.sign(value) * steps;
  }

  function changeClasses(breaks) {
    const limits = breaks.slice(breaks.length / 2);
    const [least] = limits;
    const far = (side, k) => (words) => {
      if (k === limits.length - 1) return words.say(`${side}_over`, { from: words.limit(limits[k]) });
      return words.say(`${side}_between`, { from: words.limit(limits[k]), to: words.limit(limits[k + 1]) });
    };
    const shorter = limits.map((_, k) => ({ mark: { fill: CHANGE[2 - k], shape: "down" }, text: far("shorter", k) }));
    const longer = limits.map((_, k) => ({ mark: { fill: CHANGE[4 + k], shape: "up" }, text: far("longer", k) }));
    const same = {
      mark: circle(CHANGE[3]),
      text: (words) => words.say("about_same", { limit: words.limit(least) }),
    };
    return [
      ...shorter.reverse(), same, ...longer,
      { mark: { fill: CHANGE[0], shape: "plus" }, text: (words) => words.say("gained"), rare: true },
      { mark: { fill: CHANGE[6], shape: "cross" }, text: (words) => words.say("lost"), rare: true },
      { mark: circle(HATCHED), text: (words) => words.say("unreached_both") },
    ];
  }

  function verdictClasses() {
    const marks = [circle("#d9f0d3"), { fill: "#a8480b", shape: "up" }, circle(HATCHED), { fill: "#b8c0c4", shape: "square" }];
    return ["pass", "fail", "unreached", "not_modelled"].map((name, k) => ({
      mark: marks[k],
      text: (words) => words.say(`verdict_${name}`),
    }));
  }

  /*
   * How a layer is shown: its classes, the class of settlement i, and where norms stand
   * between them. Dark is worse in every scheme.
   */
  function scheme(study, layer) {
    const values = study.values(layer);
    const { breaks, kind } = layer;
    if (kind === "verdict") {
      const none = study.verdicts.length - 1;
      return { classes: verdictClasses(), of: (i) => (Number.isNaN(values[i]) ? none : values[i]), norms: new Map() };
    }
    if (kind === "change") {
      const [later, earlier] = study.parts(layer).map((one) => study.values(one));
      const classes = changeClasses(breaks);
      const cut = (i) => {
        if (!later) return classes.length - 1;
        if (!Number.isNaN(later[i])) return classes.length - 3;
        return Number.isNaN(earlier[i]) ? classes.length - 1 : classes.length - 2;
      };
      return {
        classes,
        of: (i) => (Number.isNaN(values[i]) ? cut(i) : changePlace(values[i], breaks)),
        norms: new Map(),
      };
    }
    const shades = [...VIRIDIS[Math.min(7, breaks.length + 1)]];
    if (better(layer)) shades.reverse();
    const none = {
      mark: circle(HATCHED),
      text: (words) => words.say(kind === "minutes" ? "unreached" : "no_value"),
      why: kind === "minutes" && layer.regime === "borderless" && layer.borders !== "base" && layer.measure === "nearest_min",
    };
    const classes = [...ordered(breaks, shades), none];
    return {
      classes,
      of: (i) => (Number.isNaN(values[i]) ? classes.length - 1 : place(values[i], breaks)),
      norms: new Map(layer.norms.map((norm) => [place(norm, breaks), norm])),
    };
  }

  /* The same for zones: `told` holds a mean, or a share where the layer is a verdict. */
  function zoneScheme(study, layer, told) {
    const verdict = layer.kind === "verdict";
    const breaks = verdict ? SHADE_BREAKS : layer.zone_breaks;
    const squared = (one) => ({ ...one, mark: { ...one.mark, shape: one.mark.shape === "circle" ? "square" : one.mark.shape } });
    if (layer.kind === "change") {
      const classes = changeClasses(breaks).filter((one) => !one.rare).map(squared);
      return { classes, of: (z) => (Number.isNaN(told[z]) ? classes.length - 1 : changePlace(told[z], breaks)), norms: new Map() };
    }
    const shades = [...VIRIDIS[Math.min(7, breaks.length + 1)]];
    if (better(layer)) shades.reverse();
    const none = { mark: circle(HATCHED), text: (words) => words.say("no_value") };
    const classes = [...ordered(breaks, shades), none].map(squared);
    return {
      classes,
      of: (z) => (Number.isNaN(told[z]) ? classes.length - 1 : place(told[z], breaks)),
      norms: verdict ? new Map() : new Map(layer.norms.map((norm) => [place(norm, breaks), norm])),
    };
  }

  /* Places and people in each class, in all, and, of the unreached, for each reason. */
  function tally(count, size, of, people) {
    const groups = Array.from({ length: count }, () => ({ places: 0, people: 0 }));
    const all = { places: 0, people: 0 };
    for (let i = 0; i < size; i += 1) {
      for (const one of [groups[of(i)], all]) {
        one.places += 1;
        one.people += people[i];
      }
    }
    return { groups, all };
  }

  function reasons(study, layer, people) {
    const values = study.values(layer);
    const found = new Map();
    values.forEach((value, i) => {
      if (!Number.isNaN(value)) return;
      const code = study.reason(layer.service, i);
      const one = found.get(code) || { places: 0, people: 0 };
      one.places += 1;
      one.people += people[i];
      found.set(code, one);
    });
    return found;
  }

  /* People-weighted means by zone; shares of those who miss the norm for verdicts. */
  function zoneMeans(study, layer, role, people) {
    const n = study.territories[role].code.length;
    const zone = study.zones[role];
    const values = study.values(layer);
    const verdict = layer.kind === "verdict";
    const zones = Array.from({ length: n }, () => ({ people: 0, places: 0, sum: 0, weight: 0, unreached: 0, plain: 0, count: 0 }));
    zone.forEach((z, i) => {
      if (z < 0 || Number.isNaN(z)) return;
      const one = zones[z];
      one.places += 1;
      one.people += people[i];
      const missing = Number.isNaN(values[i]) || (verdict && study.verdicts[values[i]] === "not_modelled");
      if (missing) {
        one.unreached += people[i];
        return;
      }
      const value = verdict ? 100 * Number(study.verdicts[values[i]] !== "pass") : values[i];
      one.sum += people[i] * value;
      one.weight += people[i];
      one.plain += value;
      one.count += 1;
    });
    const mean = (one) => {
      if (one.weight > 0) return one.sum / one.weight;
      return one.count > 0 ? one.plain / one.count : NaN;
    };
    return { zones, told: Float64Array.from(zones, mean) };
  }

  return { better, scheme, zoneScheme, tally, reasons, zoneMeans, place, HATCHED };
})();
