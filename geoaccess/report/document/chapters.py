"""The chapters of a report as words, rows and charts, ready for the template."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from geoaccess.report.document.charts import bar_chart, box_chart, curve_chart
from geoaccess.report.document.figures import ServiceFigures, latest_borders
from geoaccess.report.document.further import further_chapters
from geoaccess.report.document.tables import ReportTables, label_of
from geoaccess.report.document.words import Words
from geoaccess.study.measures_schema import EVERYBODY, NEAREST

# A ranking names so many at once; the rest stands below, folded.
_NAMED_FIRST = 10
Told = dict[str, Any]


def chapters(
    tables: ReportTables, services: Sequence[ServiceFigures], words: Words, *, min_count: int
) -> Told:
    """
    Say what a run found in one language.

    Parameters
    ----------
    tables
        The run.
    services
        Figures of each kind of service.
    words
        The language.
    min_count
        Numbers of people below this are not told.

    Returns
    -------
    Values of the template ``report.html.j2``.
    """
    summary = tables.summary
    return {
        "facts": _facts(tables, words),
        "findings": _findings(tables, services, words, min_count),
        "overview": [_overview(tables, one, words, min_count) for one in services],
        "services": [_service(tables, one, words, min_count) for one in services],
        "gini": _gini(tables, services, words),
        "equity": _equity(tables, words),
        "further": further_chapters(tables, words, min_count=min_count),
        "notes": list(tables.manifest.get("warnings", ())),
        "cutoff": words.number(float(summary["cutoff_min"]), 0),
        "methods": [
            words.say(f"method_{name}", cutoff=words.number(float(summary["cutoff_min"]), 0))
            for name in ("roads", "nearest", "unreached", "zones", "equity", "privacy")
        ],
    }


def _facts(tables: ReportTables, words: Words) -> list[tuple[str, str]]:
    summary = tables.summary
    dates = ", ".join(f"{one['date']} ({one['count']})" for one in summary["zones"].values())
    facts = [
        (words.say("settlements"), words.number(float(summary["settlements"]), 0)),
        (words.say("people"), words.number(float(summary["population"]), 0)),
        (words.say("borders"), dates or words.say("none")),
    ]
    stamp = str(tables.manifest.get("osm_timestamp") or "")
    return [*facts, (words.say("roads_of"), stamp)] if stamp else facts


def _findings(
    tables: ReportTables, services: Sequence[ServiceFigures], words: Words, min_count: int
) -> list[str]:
    """Say in a few sentences what is farthest, and whom nothing reaches."""
    reached = [one for one in services if one.told["mean_min"] is not None]
    said = []
    if reached:
        order = sorted(reached, key=lambda one: float(one.told["mean_min"]))
        near, far = order[0], order[-1]
        said.append(
            words.say(
                "found_services",
                far=label_of(tables, far.kind, words.language),
                far_min=_minutes(far.told["mean_min"], words),
                near=label_of(tables, near.kind, words.language),
                near_min=_minutes(near.told["mean_min"], words),
            )
        )
    rows = tables.access
    lost = rows[rows["nearest_min"].isna()].drop_duplicates("id")
    key = "found_lost" if len(lost) else "found_nobody_lost"
    people = words.people(float(lost["population"].sum()), min_count=min_count)
    return [*said, words.say(key, people=people, places=words.number(float(len(lost)), 0))]


def _overview(
    tables: ReportTables, one: ServiceFigures, words: Words, min_count: int
) -> tuple[str, ...]:
    told = one.told
    return (
        label_of(tables, one.kind, words.language),
        words.number(float(told["count"]), 0),
        *(_minutes(told[name], words) for name in ("median_min", "mean_min", "p90_min")),
        words.people(float(told["population_unreached"]), min_count=min_count),
    )


def _service(tables: ReportTables, one: ServiceFigures, words: Words, min_count: int) -> Told:
    label = label_of(tables, one.kind, words.language)
    ranking = [_zone(row, words, min_count) for row in one.zones.itertuples()]
    return {
        "kind": one.kind,
        "label": label,
        "sentences": _sentences(one, label, words, min_count),
        "unreached": [
            (
                words.say(f"reason_{reason}"),
                words.people(n["people"], min_count=min_count),
                words.number(float(n["settlements"]), 0),
            )
            for reason, n in one.told["unreached"].items()
        ],
        "histogram": _histogram(one, words, min_count),
        "ranking_first": ranking[:_NAMED_FIRST],
        "ranking_rest": ranking[_NAMED_FIRST:],
        "boxes": _boxes(one, words),
        "lorenz": _lorenz(one, words),
        "borders": latest_borders(tables),
    }


def _sentences(one: ServiceFigures, label: str, words: Words, min_count: int) -> list[str]:
    told = one.told
    known = {
        "service": label,
        "count": words.number(float(told["count"]), 0),
        "median": _minutes(told["median_min"], words),
        "p90": _minutes(told["p90_min"], words),
        "mean": _minutes(told["mean_min"], words),
    }
    said = [words.say("found_median" if told["median_min"] is not None else "found_none", **known)]
    if told["p90_min"] is not None:
        said.append(words.say("found_p90", **known))
    far = float(told["population_unreached"])
    key = "found_unreached" if far > 0 else "found_all_reached"
    said.append(words.say(key, people=words.people(far, min_count=min_count)))
    if len(one.zones):
        worst, best = one.zones.iloc[0], one.zones.iloc[-1]
        if np.isfinite(best["mean_min"]):
            said.append(
                words.say(
                    "found_zones",
                    worst=str(worst["zone_name"]) or words.say("outside"),
                    worst_min=words.minutes(float(worst["mean_min"])),
                    best=str(best["zone_name"]) or words.say("outside"),
                    best_min=words.minutes(float(best["mean_min"])),
                )
            )
    return said


def _minutes(value: float | None, words: Words) -> str:
    return words.minutes(float("nan") if value is None else float(value))


def _zone(row: Any, words: Words, min_count: int) -> Told:  # noqa: ANN401 - a row of pandas
    return {
        "name": str(row.zone_name) or words.say("outside"),
        "people": words.people(row.population, min_count=min_count),
        "mean": words.minutes(row.mean_min),
        "median": words.minutes(row.median_min),
        "p90": words.minutes(row.p90_min),
        "unreached": words.people(row.population_unreached, min_count=min_count),
    }


def _histogram(one: ServiceFigures, words: Words, min_count: int) -> Told:
    ends = [
        "0",
        *(words.number(float(stop), 0 if float(stop).is_integer() else 1) for stop in one.breaks),
    ]
    names = [words.span(low, high) for low, high in pairwise(ends)]
    names += [words.say("over", minutes=ends[-1]), words.say("unreached")]
    total = max(float(one.people.sum()), 1.0)
    # A class too small to be told is not drawn either.
    drawn = [0.0 if 0 < n < min_count else n for n in one.people.tolist()]
    chart = bar_chart(drawn)
    return {
        "chart": chart,
        "names": names,
        "ticks": [(tick.at, words.number(tick.value, 0)) for tick in chart.ticks],
        "rows": [
            (name, words.people(n, min_count=min_count), words.share(n / total))
            for name, n in zip(names, one.people.tolist(), strict=True)
        ],
    }


def _boxes(one: ServiceFigures, words: Words) -> Told:
    chart = box_chart(one.boxes.tolist())
    names = [str(name) or words.say("outside") for name in one.zones["zone_name"]]
    return {
        "chart": chart,
        "names": names,
        "ticks": [(tick.at, words.number(tick.value, 0)) for tick in chart.ticks],
        "rows": [
            (name, *(words.minutes(value) for value in row))
            for name, row in zip(names, one.boxes.tolist(), strict=True)
        ],
    }


def _lorenz(one: ServiceFigures, words: Words) -> Told:
    chart = curve_chart([one.lorenz])
    return {
        "chart": chart,
        "x_ticks": [(tick.at, words.number(tick.value * 100, 0)) for tick in chart.x_ticks],
        "y_ticks": [(tick.at, words.number(tick.value * 100, 0)) for tick in chart.y_ticks],
        "rows": _shares(one, words),
    }


def _shares(one: ServiceFigures, words: Words) -> list[tuple[str, str]]:
    """Share of all minutes that the first so many people need."""
    people, minutes = one.lorenz
    return [
        (words.share(share), words.share(float(np.interp(share, people, minutes))))
        for share in (0.25, 0.5, 0.75, 0.9)
    ]


def _gini(
    tables: ReportTables, services: Sequence[ServiceFigures], words: Words
) -> list[tuple[str, str]]:
    nearest = _of_nearest(tables)
    gini = nearest[nearest["index"] == "gini"].drop_duplicates("service")
    known = dict(zip(gini["service"], gini["value"], strict=True))
    return [
        (
            label_of(tables, one.kind, words.language),
            words.number(float(known.get(one.kind, float("nan"))), 3),
        )
        for one in services
    ]


def _of_nearest(tables: ReportTables) -> pd.DataFrame:
    """Rows of the minutes to the nearest service among everybody; all of an older run."""
    table = tables.equity
    if "measure" not in table:
        return table
    return table[(table["measure"] == NEAREST) & (table["group"] == EVERYBODY)]


def _equity(tables: ReportTables, words: Words) -> list[tuple[str, ...]]:
    rows = _of_nearest(tables)
    return [
        (
            label_of(tables, str(row["service"]), words.language),
            _index(str(row["index"]), words),
            *_level(row, words),
            words.number(float(row["value"]), 3),
            _interval(row, words),
        )
        for _, row in rows.iterrows()
    ]


def _index(name: str, words: Words) -> str:
    key = f"index_{name}"
    return words.say(key) if words.says(key) else name.replace("_", " ")


def _level(row: pd.Series[Any], words: Words) -> tuple[str, str]:
    territory, component = str(row["territory"]), str(row["component"])
    level = str(row.get("level", "") or territory)
    told = [
        words.say(f"part_{one}") if words.says(f"part_{one}") else one.replace("_", " ")
        for one in (territory, level, component)
    ]
    # Borders before and after stand side by side.
    place = told[1] if territory in {"all", level} else f"{told[1]} ({told[0]})"
    return place, told[2]


def _interval(row: pd.Series[Any], words: Words) -> str:
    low, high = (float(row.get(name, np.nan)) for name in ("ci_low", "ci_high"))
    if not np.isfinite(low) or not np.isfinite(high):
        return ""
    return words.span(words.number(low, 3), words.number(high, 3))
