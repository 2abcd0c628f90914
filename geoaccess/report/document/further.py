"""Chapters of what a study asked beyond access: norms met or missed, and what a reform did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from geoaccess.report.document.charts import LyingBarChart, lying_bar_chart
from geoaccess.report.document.tables import ReportTables
from geoaccess.report.document.words import Words

Told = dict[str, Any]


def further_chapters(tables: ReportTables, words: Words, *, min_count: int) -> list[Told]:
    """
    Say what the parts of a study found, those that it asked for.

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
    Chapters: ``id``, ``title``, ``sentences``, ``tables`` (``words`` where they hold texts) and
    ``charts``.
    """
    chapters = []
    if "norms" in tables.summary:
        chapters.append(_norms(tables.summary["norms"], words, min_count))
    if "reform" in tables.summary and "reform_zones" in tables.further:
        chapters.append(_reform(tables, words, min_count))
    return chapters


def _norms(summary: Mapping[str, Any], words: Words, min_count: int) -> Told:
    norms = summary["norms"]
    judged = [one for one in norms if one["verdict"] != "not_modelled"]
    failed = sum(one["verdict"] == "fail" for one in judged)
    head = ("norm", "force", "limit", "required", "achieved", "people_beyond", "verdict")
    return {
        "id": "norms",
        "title": words.say("norms"),
        "sentences": [
            words.say(
                "norms_found",
                judged=words.number(float(len(judged)), 0),
                failed=words.number(float(failed), 0),
                date=str(summary["date"]),
            ),
            words.say("norms_force"),
        ],
        "charts": [],
        "tables": [
            {
                "title": words.say("norms_checked"),
                "words": False,
                "head": [words.say(name) for name in head],
                "rows": [_norm(one, words, min_count) for one in judged],
            },
            {
                "title": words.say("norms_left"),
                "words": True,
                "head": [words.say(name) for name in ("norm", "force", "why")],
                "rows": [
                    (_title(one, words), _force(one, words), _why(one, words))
                    for one in norms
                    if one["verdict"] == "not_modelled"
                ],
            },
            {
                "title": words.say("norms_sources"),
                "words": True,
                "head": [words.say(name) for name in ("norm", "source")],
                "rows": [(_title(one, words), _source(one)) for one in norms],
            },
        ],
    }


def _norm(one: Mapping[str, Any], words: Words, min_count: int) -> tuple[str, ...]:
    limit = words.number(float(one["threshold"]), 0)
    return (
        _title(one, words),
        _force(one, words),
        f"{limit} {one['unit']}",
        _share(one["required_share"], words),
        _share(one["share_within"], words),
        words.people(_number(one["people_beyond"]), min_count=min_count),
        words.say(f"norm_{one['verdict']}"),
    )


def _title(one: Mapping[str, Any], words: Words) -> str:
    title = one.get("title") or {}
    return str(title.get(words.language) or title.get("en") or one["norm_id"])


def _force(one: Mapping[str, Any], words: Words) -> str:
    return words.say(f"status_{one['status']}")


def _why(one: Mapping[str, Any], words: Words) -> str:
    key = f"left_{one['reason']}"
    return words.say(key) if words.says(key) else str(one["reason"]).replace("_", " ")


def _source(one: Mapping[str, Any]) -> str:
    source = one.get("source") or {}
    return "; ".join(
        str(source[name]) for name in ("citation", "where", "link") if source.get(name)
    )


def _reform(tables: ReportTables, words: Words, min_count: int) -> Told:
    reform, zones = tables.summary["reform"], tables.further["reform_zones"]
    whole = zones[zones["territory"] == "all"]
    after = zones[zones["territory"] == "after"]
    head = (
        "service",
        "own_before",
        "own_after",
        "borderless",
        "difference",
        "people_gain",
        "people_loss",
        "people_unchanged",
    )
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
        "tables": [
            {
                "title": words.say("reform_services"),
                "words": False,
                "head": [words.say(name) for name in head],
                "rows": [_reform_row(row, tables, words, min_count) for _, row in whole.iterrows()],
            }
        ],
        "charts": [
            _change_chart(after[after["service"] == kind], str(kind), tables, words)
            for kind in dict.fromkeys(after["service"])
        ],
    }


def _reform_row(row: Any, tables: ReportTables, words: Words, min_count: int) -> tuple[str, ...]:  # noqa: ANN401 - a row of pandas
    minutes = ("own_before_min", "own_after_min", "borderless_min")
    people = ("people_gain", "people_loss", "people_unchanged")
    return (
        label_of(tables, str(row["service"]), words.language),
        *(words.minutes(float(row[name])) for name in minutes),
        words.change(float(row["change_min"])),
        *(words.people(float(row[name]), min_count=min_count) for name in people),
    )


def _change_chart(zones: Any, kind: str, tables: ReportTables, words: Words) -> Told:  # noqa: ANN401
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


def label_of(tables: ReportTables, kind: str, language: str) -> str:
    """Name of a kind of service."""
    known = tables.labels.get(kind, {})
    return str(known.get(language) or known.get("en") or kind.replace("_", " "))


def _share(value: float | None, words: Words) -> str:
    return words.share(_number(value))


def _number(value: float | None) -> float:
    return np.nan if value is None else float(value)
