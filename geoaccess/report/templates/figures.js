/*
 * What the numbers of a study say, in the reader's language. Knows nothing of page or map.
 */
const gaFigures = (() => {
  "use strict";

  function wording(data) {
    let language = data.language;
    const words = {
      use(chosen) {
        language = chosen;
      },
      say(key, values = {}) {
        const text = data.messages[language][key] || key;
        return text.replace(/\{(\w+)\}/g, (gap, name) => (name in values ? values[name] : gap));
      },
      number(value, digits = 0) {
        const rule = { minimumFractionDigits: digits, maximumFractionDigits: digits };
        return new Intl.NumberFormat(words.say("locale"), rule).format(value);
      },
      minutes(value, digits = 1) {
        const rule = { style: "unit", unit: "minute", unitDisplay: "long" };
        rule.minimumFractionDigits = rule.maximumFractionDigits = digits;
        return new Intl.NumberFormat(words.say("locale"), rule).format(value);
      },
      limit(value) {
        return words.number(value, Number.isInteger(value) ? 0 : 1);
      },
      share(part, whole) {
        const percent = whole > 0 ? (100 * part) / whole : 0;
        const tiny = percent > 0 && percent < 0.05;
        const text = words.number(tiny ? 0.1 : percent, percent > 0 && percent < 10 ? 1 : 0);
        return `${tiny ? "<\u00a0" : ""}${text}\u00a0%`;
      },
      date(iso) {
        const rule = { dateStyle: "long", timeZone: "UTC" };
        return new Intl.DateTimeFormat(words.say("locale"), rule).format(new Date(`${iso}T00:00:00Z`));
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
        const known = key in data.messages[language];
        return known ? words.say(key, { cutoff: words.limit(data.cutoff_min) }) : code;
      },
    };
    return words;
  }

  /* Classes hold their upper limit; the last two are "over the last limit" and unreached. */
  function classOf(minutes, breaks) {
    if (minutes === null) return breaks.length + 1;
    const found = breaks.findIndex((upper) => minutes <= upper);
    return found < 0 ? breaks.length : found;
  }

  function classText(words, breaks, k) {
    if (k > breaks.length) return words.say("unreached");
    if (k === 0) return words.say("up_to", { to: words.number(breaks[0]) });
    const from = words.number(breaks[k - 1]);
    if (k === breaks.length) return words.say("over", { from });
    return words.say("between", { from, to: words.number(breaks[k]) });
  }

  function nobody() {
    return { places: 0, people: 0 };
  }

  function reasonOf(data, service, i) {
    return data.reasons[service.reason[i]] || "";
  }

  /* Settlements and people in each class, for each reason, and in all. */
  function tally(data, service) {
    const classes = Array.from({ length: data.breaks_min.length + 2 }, nobody);
    const reasons = new Map();
    const all = nobody();
    service.minutes.forEach((minutes, i) => {
      const groups = [classes[classOf(minutes, data.breaks_min)], all];
      if (minutes === null) {
        const reason = reasonOf(data, service, i);
        if (!reasons.has(reason)) reasons.set(reason, nobody());
        groups.push(reasons.get(reason));
      }
      for (const group of groups) {
        group.places += 1;
        group.people += data.settlements.people[i];
      }
    });
    return { classes, reasons, all };
  }

  /*
   * The headline: how many live beyond the middle class limit, or beyond a lower one when
   * nobody does. Whoever needs longer than was computed counts as late, not as cut off.
   */
  function finding(data, words, service) {
    const { classes, reasons, all } = tally(data, service);
    const unit = all.people > 0 ? "people" : "places";
    const tail = unit === "people" ? "" : "_places";
    const beyond = (reasons.get("over_cutoff") || nobody())[unit];
    const never = classes[classes.length - 1][unit] - beyond;
    const over = (k) => classes.slice(k + 1, -1).reduce((sum, one) => sum + one[unit], beyond);
    let limit = Math.floor(data.breaks_min.length / 2);
    while (limit > 0 && over(limit) === 0) limit -= 1;
    const late = over(limit);
    const values = {
      limit: words.limit(data.breaks_min[limit]),
      service: words.noun(service),
      people: words.number(all.people),
      places: words.number(all.places),
      share: words.share(late, all[unit]),
    };
    const everyone = late + never === 0 && unit === "people";
    const sentences = [words.say(everyone ? "finding_none" : `finding${tail}`, values)];
    if (never > 0) {
      const cutOff = { share: words.share(never, all[unit]), [unit]: words.number(never) };
      sentences.push(words.say(`finding_unreached${tail}`, cutOff));
    }
    return sentences.join(" ");
  }

  function timeText(data, words, service, i) {
    const minutes = service.minutes[i];
    if (minutes !== null) return words.minutes(minutes);
    return `${words.say("unreached")}: ${words.reason(reasonOf(data, service, i))}`;
  }

  return { wording, classOf, classText, tally, finding, timeText };
})();
