/*
 * Words and numbers in the reader's language. Knows nothing of page or map.
 */
const gaWords = (() => {
  "use strict";

  /* Making a format takes longer than a hundred uses of it. */
  const formats = new Map();
  function format(kind, locale, options) {
    const key = JSON.stringify([kind.name, locale, options]);
    if (!formats.has(key)) formats.set(key, new kind(locale, options));
    return formats.get(key);
  }

  function wording(data) {
    let language = data.language;
    const rule = (digits) => ({ minimumFractionDigits: digits, maximumFractionDigits: digits });
    const has = (key) => key in data.messages[language];

    const words = {
      use(chosen) {
        language = chosen;
      },
      language: () => language,
      has,
      say(key, values = {}) {
        const text = has(key) ? data.messages[language][key] : key;
        return text.replace(/\{(\w+)\}/g, (gap, name) => (name in values ? values[name] : gap));
      },
      number(value, digits = 0) {
        return format(Intl.NumberFormat, words.say("locale"), rule(digits)).format(value);
      },
      minutes(value, digits = 1) {
        const unit = { style: "unit", unit: "minute", unitDisplay: "long", ...rule(digits) };
        return format(Intl.NumberFormat, words.say("locale"), unit).format(value);
      },
      /* A limit of a class: no digit that says nothing. */
      limit(value) {
        return format(Intl.NumberFormat, words.say("locale"), { maximumSignificantDigits: 4 }).format(value);
      },
      signed(value, digits = 1) {
        const sign = { signDisplay: "exceptZero", ...rule(digits) };
        return format(Intl.NumberFormat, words.say("locale"), sign).format(value);
      },
      share(part, whole) {
        const percent = whole > 0 ? (100 * part) / whole : 0;
        const tiny = percent > 0 && percent < 0.05;
        const text = words.number(tiny ? 0.1 : percent, percent > 0 && percent < 10 ? 1 : 0);
        return `${tiny ? "<\u00a0" : ""}${text}\u00a0%`;
      },
      date(iso) {
        const long = { dateStyle: "long", timeZone: "UTC" };
        return format(Intl.DateTimeFormat, words.say("locale"), long).format(new Date(`${iso}T00:00:00Z`));
      },
      compare(one, other) {
        return one.localeCompare(other, language);
      },
      label(service) {
        return service.label[language] || service.label.en || service.kind;
      },
      /* The label inside a sentence; an abbreviation stays as it is. */
      noun(service) {
        const label = words.label(service);
        const shouted = label.length > 1 && label[1] !== label[1].toLowerCase();
        return shouted ? label : label.charAt(0).toLocaleLowerCase(language) + label.slice(1);
      },
      reason(code) {
        const key = `reason_${code}`;
        return has(key) ? words.say(key, { cutoff: words.limit(data.cutoff_min) }) : code;
      },
      /* A name of a table, where no message knows it. */
      plain(name) {
        const text = name.replace(/_/g, " ").trim();
        return text.charAt(0).toLocaleUpperCase(language) + text.slice(1);
      },
      measure(name) {
        if (name.startsWith("norm:")) return words.norm(...name.slice(5).split(":"));
        const ranked = /^nearest_(\d+)_min$/.exec(name) || /^(?:kth|k)_?(\d+)_min$/.exec(name);
        if (ranked) return words.say("measure_kth", { k: ranked[1] });
        return has(`measure_${name}`) ? words.say(`measure_${name}`) : words.plain(name);
      },
      norm(force, ...parts) {
        const id = parts.join(":");
        const known = (data.norms || []).find((one) => one.id === id);
        const norm = (known && (known.title[language] || known.title.en)) || words.plain(id);
        const key = has(`measure_norm_${force}`) ? `measure_norm_${force}` : "measure_norm";
        return words.say(key, { norm });
      },
      /* What force a norm has: no planning assumption passes for law. */
      force: (status) => (has(`status_${status}`) ? ` (${words.say(`status_${status}`)})` : ""),
      forceOf(service, limit) {
        const known = (data.norms || []).find((one) => one.service === service.kind && one.threshold === limit);
        return known ? words.force(known.status) : "";
      },
      unit(name) {
        if (!name) return "";
        return has(`unit_${name}`) ? words.say(`unit_${name}`) : name.replace(/_/g, " ");
      },
      group(name) {
        if (!name) return words.say("group_all");
        const ages = /^age_(\d+)_(\d+|plus)$/.exec(name);
        if (!ages) return has(`group_${name}`) ? words.say(`group_${name}`) : words.plain(name);
        const [, from, to] = ages;
        return to === "plus" ? words.say("group_from", { from }) : words.say("group_ages", { from, to });
      },
      role: (name) => (has(name) ? words.say(name) : words.plain(name)),
      /* A set of borders by its role; one alone is neither before nor after anything. */
      borders(role) {
        if (role === "change" && data.layers.some((one) => one.borders === "scenario")) return words.say("borders_scenario_change");
        if (!(role in data.territories)) return words.say(`borders_${role || "any"}`);
        const date = words.date(data.territories[role].date);
        const alone = Object.keys(data.territories).length === 1;
        if (!alone && !has(`borders_${role}`)) return `${words.plain(role)} (${date})`;
        return words.say(alone ? "borders_on" : `borders_${role}`, { date });
      },
    };
    return words;
  }

  /* Text without case and marks, so that "Kekava" is found in "Ķekava". */
  const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  return { wording, folded };
})();
