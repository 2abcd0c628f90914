/*
 * The data of the page: packed arrays made readable, and the layers that can be chosen.
 */
const gaStudy = (() => {
  "use strict";

  const WIDTHS = { i1: Int8Array, i2: Int16Array, i4: Int32Array };

  /* Whole numbers of a step; the least number of a width stands for "none". */
  function unpack(packed) {
    const width = Object.keys(WIDTHS).find((name) => name in packed);
    const text = atob(packed[width]);
    const bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
    const steps = new WIDTHS[width](bytes.buffer);
    const none = -(2 ** (8 * WIDTHS[width].BYTES_PER_ELEMENT - 1));
    const perUnit = 1 / packed.step;
    /* Dividing by a whole number gives the decimal that was meant; multiplying may not. */
    const whole = Math.round(perUnit);
    const scale = whole >= 1 && Math.abs(perUnit - whole) < 1e-6 * whole
      ? (one) => one / whole
      : (one) => one * packed.step;
    return Float64Array.from(steps, (one) => (one === none ? NaN : scale(one)));
  }

  function difference(later, earlier) {
    return later.map((value, i) => value - earlier[i]);
  }

  function open(data) {
    const { settlements, layers, services, territories } = data;
    const kept = new Map();
    const once = (key, make) => {
      if (!kept.has(key)) kept.set(key, make());
      return kept.get(key);
    };
    /* Borders of the reader's own come first, so that those after stay the newest. */
    const pair = ["before", "after"].filter((role) => role in territories);
    const roles = [...Object.keys(territories).filter((role) => !pair.includes(role)), ...pair];
    const groups = settlements.people.map((one) => one.group);

    const study = {
      ...data,
      size: settlements.id.length,
      roles,
      groups,
      scenario: layers.some((one) => one.borders === "scenario"),
      newest: roles[roles.length - 1] || "",
      lon: unpack(settlements.lon),
      lat: unpack(settlements.lat),
      zones: Object.fromEntries(roles.map((role) => [role, unpack(settlements.zones[role])])),
      partZones: (role) => once(`part zones ${role}`, () => unpack(territories[role].parts.zone)),
      /* South-west and north-east of a parish. */
      partEdges(role, k) {
        const { parts } = territories[role];
        const [west, south, east, north] = ["west", "south", "east", "north"].map((side) =>
          once(`part ${side} ${role}`, () => unpack(parts[side]))[k]);
        return [[south, west], [north, east]];
      },
      nearest: (k) => once(`nearest ${k}`, () => unpack(services[k].nearest)),
      reason(k, i) {
        const codes = once(`reason ${k}`, () => unpack(services[k].reason));
        return data.reasons[codes[i]] || "";
      },
      /* Counts as they may be shown (none where hidden), and as they enter sums. */
      people(group) {
        const one = settlements.people[Math.max(0, groups.indexOf(group))];
        return once(`people ${one.group}`, () => unpack(one.count));
      },
      counted(group) {
        const one = settlements.people[Math.max(0, groups.indexOf(group))];
        const fill = (value) => (Number.isNaN(value) ? one.hidden_as : value);
        return once(`counted ${one.group}`, () => study.people(group).map(fill));
      },
      values(layer) {
        return once(layer, () => {
          if (!layer.minus) return unpack(layer.values);
          return difference(...layer.minus.map((one) => study.values(layers[one])));
        });
      },
      /* The surface of a choice, where there is one. */
      surface: ({ service, measure, regime, borders }) =>
        measure === "nearest_min" && regime === "borderless" && borders === ""
          ? data.surfaces.find((one) => one.service === service) : undefined,
      parts: (layer) => (layer.minus || []).map((one) => layers[one]),
      find(wish) {
        return layers.find((layer) => Object.keys(wish).every((key) => layer[key] === wish[key]));
      },
      options,
      choose,
    };

    const distinct = (list, key) => [...new Set(list.map((one) => one[key]))];

    /* What each menu offers, given the choices in the menus before it. */
    function options(state) {
      const ofService = layers.filter((one) => one.service === state.service);
      const ofMeasure = ofService.filter((one) => one.measure === state.measure);
      const ofRegime = ofMeasure.filter((one) => one.regime === state.regime);
      return {
        measures: distinct(ofService, "measure"),
        regimes: distinct(ofMeasure, "regime"),
        borders: distinct(ofRegime, "borders"),
        groups: [...new Set([...groups, ...distinct(ofService, "group")])],
      };
    }

    /* The nearest choice that there is a layer for: what was asked for, else the first. */
    function choose(wish) {
      const state = { ...wish };
      const settle = (key, offered) => {
        if (!offered.includes(state[key])) {
          [state[key]] = key === "borders" && offered.includes("after") ? ["after"] : offered;
        }
      };
      if (!services[state.service]) state.service = 0;
      settle("measure", options(state).measures);
      settle("regime", options(state).regimes);
      settle("borders", options(state).borders);
      settle("group", options(state).groups);
      return state;
    }

    /* The layer of a choice; values of everybody serve a group that has none of its own. */
    study.layer = ({ service, measure, regime, borders, group }) =>
      study.find({ service, measure, regime, borders, group }) ||
      study.find({ service, measure, regime, borders, group: "" }) ||
      study.find({ service, measure, regime, borders });

    return study;
  }

  return { open, unpack };
})();
