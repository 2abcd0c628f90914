/*
 * Search: settlements, parishes and municipalities, the old ones too, with or without diacritics.
 */
const gaSearch = (() => {
  "use strict";

  const { element, isolated } = gaShapes;
  const { folded } = gaWords;
  const byId = (id) => document.getElementById(id);
  const MOST = 12;
  /* Among names that fit alike, parishes stand with villages of so many people. */
  const PART_WEIGHT = 500;

  /* Parishes and towns, those of old borders too where the new ones do not have their name. */
  function parishes(study) {
    const known = new Set();
    return study.roles.slice().reverse().flatMap((role) => {
      const { parts } = study.territories[role];
      if (!parts) return [];
      const zones = study.partZones(role);
      const found = parts.name.map((name, row) => ({ kind: "part", role, row, name, zone: zones[row], weight: PART_WEIGHT }));
      const fresh = role === study.newest ? found : found.filter(({ name }) => !known.has(name));
      fresh.forEach(({ name }) => known.add(name));
      return fresh;
    });
  }

  function entries(page) {
    const { study } = page;
    const places = study.settlements.name.map((name, i) => ({ kind: "place", row: i, name, weight: study.counted("")[i] }));
    /* A municipality that kept its name stands once, with its newest borders. */
    const now = new Set(study.newest ? study.territories[study.newest].name : []);
    const zones = study.roles.slice().reverse().flatMap((role) =>
      study.territories[role].name
        .map((name, z) => ({ kind: "zone", role, row: z, name, weight: Infinity }))
        .filter(({ name }) => role === study.newest || !now.has(name)));
    return [...zones, ...parishes(study), ...places].map((one) => ({ ...one, key: folded(one.name.slice(0, 200)) }));
  }

  /* Names that begin with the text, then those with a word that does, then any that hold it. */
  function rank(key, asked) {
    const at = key.indexOf(asked);
    if (at < 0) return -1;
    if (at === 0) return key.length === asked.length ? 3 : 2;
    return /[^\p{L}\p{N}]/u.test(key[at - 1]) ? 1 : 0;
  }

  function connect(page) {
    const { study, words } = page;
    const input = byId("ga-search");
    const list = byId("ga-found");
    let known = null;
    let found = [];
    let at = -1;

    function look(text) {
      known = known || entries(page);
      const asked = folded(text.trim());
      if (!asked) return [];
      return known
        .map((one) => ({ ...one, rank: rank(one.key, asked) }))
        .filter((one) => one.rank >= 0)
        .sort((a, b) => b.rank - a.rank || (b.weight > a.weight) - (b.weight < a.weight) || words.compare(a.name, b.name))
        .slice(0, MOST);
    }

    function whereabouts(one) {
      if (one.kind === "place") {
        const zone = study.newest ? study.zones[study.newest][one.row] : -1;
        return zone < 0 ? "" : study.territories[study.newest].name[zone];
      }
      if (one.kind === "part") {
        const name = one.zone < 0 ? "" : study.territories[one.role].name[one.zone];
        return one.role === study.newest ? words.say("part_of", { name }) : words.say("part_was", { name });
      }
      if (one.role === study.newest) return words.say("zone");
      if (one.role !== "before") return words.borders(one.role);
      const names = gaCard.heirs(page, one.role, one.row).map((z) => study.territories[study.newest].name[z]);
      return words.say("zone_was", { names: names.join(", ") });
    }

    function show() {
      const options = found.map((one, k) => {
        const option = element("li", { role: "option", id: `ga-found-${k}`, "aria-selected": String(k === at) },
          isolated(one.name), " ", element("small", {}, isolated(whereabouts(one))));
        option.addEventListener("mousedown", (event) => {
          event.preventDefault();
          take(k);
        });
        return option;
      });
      list.replaceChildren(...options);
      list.hidden = found.length === 0;
      input.setAttribute("aria-expanded", String(found.length > 0));
      if (at >= 0) input.setAttribute("aria-activedescendant", `ga-found-${at}`);
      else input.removeAttribute("aria-activedescendant");
    }

    function close() {
      found = [];
      at = -1;
      show();
    }

    function take(k) {
      const one = found[k];
      close();
      if (!one) return;
      input.value = one.name.slice(0, 200);
      if (one.kind === "place") page.select(one.row, { by: "search" });
      else if (one.kind === "part") page.showPart(one);
      else page.showZone(one.role, one.row);
    }

    input.addEventListener("input", () => {
      found = look(input.value);
      at = found.length ? 0 : -1;
      show();
      const count = found.length ? words.say("found", { count: found.length }) : words.say("found_none");
      page.tell(input.value.trim() ? count : "");
    });
    input.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step && found.length) {
        at = (at + step + found.length) % found.length;
        show();
        byId(`ga-found-${at}`).scrollIntoView({ block: "nearest" });
      } else if (event.key === "Enter") take(Math.max(0, at));
      else if (event.key === "Escape" && found.length) {
        event.stopPropagation();
        close();
      } else return;
      event.preventDefault();
    });
    input.addEventListener("blur", close);
  }

  return { connect };
})();
