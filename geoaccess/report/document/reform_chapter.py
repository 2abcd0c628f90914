"""The chapter on what a reform did: services, municipalities, seats, and random mergers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from geoaccess.report.document.charts import LyingBarChart, lying_bar_chart
from geoaccess.report.document.tables import ReportTables, label_of
from geoaccess.report.document.words import Words

Told = dict[str, Any]
# A ranking names so many; all of them stand in the charts and in reform_zones.csv.
_NAMED = 20
_TO = ("to_old_seat_min", "to_new_seat_min", "to_client_service_min")


def reform_chapter(tables: ReportTables, words: Words, *, min_count: int) -> Told:
    """
    Say what a reform did.

    Parameters
    ----------
    tables
        The run.
    words
        The language.
    min_count
        Numbers of people below this are not told.

    Returns
    -------
    A chapter as :func:`geoaccess.report.document.further.further_chapters` gives them.
    """
    reform, zones = tables.summary["reform"], tables.further["reform_zones"]
    after = zones[zones["territory"] == "after"]
    parts = [
        _services(zones, tables, words, min_count),
        _ranking(after, tables, words, min_count),
        *_seats(tables, words, min_count),
        *_permutations(tables, words),
    ]
    return {
        "id": "reform",
        "title": words.say("reform"),
        "sentences": [
            words.say(
                "reform_about",
                before=str(reform["before"]["date"]),
                after=str(reform["after"]["date"]),
                many=words.number(float(reform["before"]["municipalities"]), 0),
                few=words.number(float(reform["after"]["municipalities"]), 0),
            ),
            words.say("reform_rules", minutes=words.number(float(reform["unchanged_min"]), 0)),
        ],
        "tables": parts,
        "charts": [
            _change_chart(after[after["service"] == kind], str(kind), tables, words)
            for kind in dict.fromkeys(after["service"])
        ],
    }


def _table(
    title: str, head: tuple[str, ...], rows: Sequence[tuple[str, ...]], words: Words
) -> Told:
    return {
        "title": words.say(title),
        "about": "",
        "words": False,
        "head": [words.say(name) for name in head],
        "rows": rows,
    }


def _services(zones: pd.DataFrame, tables: ReportTables, words: Words, min_count: int) -> Told:
    whole = zones[zones["territory"] == "all"]
    head = (
        "service",
        "own_before",
        "own_after",
        "borderless",
        "difference",
        "people_gain",
        "people_loss",
        "people_unchanged",
        "people_neither",
    )
    rows = [_service(row, tables, words, min_count) for row in whole.to_dict("records")]
    return _table("reform_services", head, rows, words)


def _service(
    row: Mapping[Any, Any], tables: ReportTables, words: Words, min_count: int
) -> tuple[str, ...]:
    minutes = ("own_before_min", "own_after_min", "borderless_min")
    people = ("people_gain", "people_loss", "people_unchanged", "people_unreached")
    return (
        label_of(tables, str(row["service"]), words.language),
        *(words.minutes(float(row[name])) for name in minutes),
        words.change(float(row["change_min"])),
        *(words.people(float(row[name]), min_count=min_count) for name in people),
    )


def _ranking(after: pd.DataFrame, tables: ReportTables, words: Words, min_count: int) -> Told:
    """Name the municipalities whose people gained or lost most, whatever the service."""
    rows = after[(after["population"] > 0) & (after["change_min"].round(1).abs() > 0)]
    rows = rows.assign(size=-rows["change_min"].abs())
    rows = rows.sort_values(["size", "zone_id", "service"], kind="stable").head(_NAMED)
    head = ("municipality", "service", "people", "own_before", "own_after", "difference")
    told = [
        (
            str(row["zone_name"]) or words.say("outside"),
            label_of(tables, str(row["service"]), words.language),
            words.people(float(row["population"]), min_count=min_count),
            words.minutes(float(row["own_before_min"])),
            words.minutes(float(row["own_after_min"])),
            words.change(float(row["change_min"])),
        )
        for row in rows.to_dict("records")
    ]
    return _table("reform_ranking", head, told, words)


def _seats(tables: ReportTables, words: Words, min_count: int) -> list[Told]:
    """Minutes to the seat of one's municipality, in all and where they changed most."""
    seats = tables.summary["reform"].get("seats")
    if seats is None:
        return []
    rows = [
        (
            words.say(f"seat_{name}"),
            words.minutes(_number(seats[name]["median_min"])),
            words.minutes(_number(seats[name]["p90_min"])),
            words.people(float(seats[name]["people_unreached"]), min_count=min_count),
        )
        for name in _TO
        if name in seats
    ]
    told = _table("seats", ("seat_where", "median", "p90", "unreached"), rows, words)
    told["about"] = words.say(
        "seats_found",
        nearer=words.people(float(seats["people_nearer"]), min_count=min_count),
        farther=words.people(float(seats["people_farther"]), min_count=min_count),
    )
    if "reform_seats" not in tables.further:
        return [told]
    return [told, _seats_by_zone(tables, words, min_count)]


def _seats_by_zone(tables: ReportTables, words: Words, min_count: int) -> Told:
    seats, zones = tables.further["reform_seats"], tables.further["reform_zones"]
    known = zones[zones["territory"] == "after"]
    names = {str(code): str(name) for code, name in known[["zone_id", "zone_name"]].to_numpy()}
    rows = []
    for code, group in seats.groupby("zone_after", sort=True):
        people = group["population"].to_numpy(dtype=np.float64)
        change = group["change_min"].to_numpy(dtype=np.float64)
        if code and people.sum() > 0:
            mean = float(change @ people / people.sum())
            rows.append((-abs(mean), str(code), float(people.sum()), mean))
    told = [
        (names.get(code) or code, words.people(people, min_count=min_count), words.change(mean))
        for _, code, people, mean in sorted(rows)[:_NAMED]
        if round(mean, 1) != 0
    ]
    return _table("seats_zones", ("municipality", "people", "difference"), told, words)


def _permutations(tables: ReportTables, words: Words) -> list[Told]:
    """Set the reform beside random mergers of the same municipalities."""
    drawn = tables.further.get("reform_permutations")
    if drawn is None or drawn.empty:
        return []
    head = ("service", "statistic", "observed", "random_median", "random_span", "as_large")
    rows = [
        (
            label_of(tables, str(row["service"]), words.language),
            words.say(f"statistic_{row['statistic']}"),
            *(_statistic(row, name, words) for name in ("observed", "median")),
            words.say(
                "from_to", low=_statistic(row, "p05", words), high=_statistic(row, "p95", words)
            ),
            words.share(float(row["share_as_large"])),
        )
        for row in drawn.to_dict("records")
    ]
    told = _table("permutations", head, rows, words)
    draws = words.number(float(drawn["draws"].iloc[0]), 0)
    told["about"] = words.say("permutations_about", draws=draws)
    return [told]


def _statistic(row: Mapping[Any, Any], name: str, words: Words) -> str:
    value = float(row[name])
    if row["statistic"] == "gain_share":
        return words.share(value)
    return words.change(value) if row["statistic"] == "mean_change_min" else words.number(value, 3)


def _change_chart(zones: pd.DataFrame, kind: str, tables: ReportTables, words: Words) -> Told:
    """Draw the mean change of every municipality, the largest loss first."""
    rows = zones[zones["population"] > 0].sort_values(
        ["change_min", "zone_id"], ascending=[False, True]
    )
    label = label_of(tables, kind, words.language)
    chart = lying_bar_chart([float(value) for value in rows["change_min"]])
    names = [str(name) or words.say("outside") for name in rows["zone_name"]]
    return {
        "title": words.say("reform_chart", service=label),
        "about": words.say("reform_chart_about", service=label),
        "axis": words.say("change_axis"),
        "chart": chart,
        "names": names,
        "ticks": _ticks(chart, words),
        "head": [words.say("municipality"), words.say("difference")],
        "rows": [
            (name, words.change(float(value)))
            for name, value in zip(names, rows["change_min"], strict=True)
        ],
    }


def _ticks(chart: LyingBarChart, words: Words) -> list[tuple[float, str]]:
    digits = 0 if all(float(tick.value).is_integer() for tick in chart.ticks) else 1
    return [(tick.at, words.number(tick.value, digits)) for tick in chart.ticks]


def _number(value: float | None) -> float:
    return np.nan if value is None else float(value)
