"""Chapters of what a study asked beyond access: norms met or missed, and what a reform did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from geoaccess.report.document.reform_chapter import reform_chapter
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
    Chapters: ``id``, ``title``, ``sentences``, ``tables`` (``words`` where they hold texts,
    ``about`` where one says more) and ``charts``.
    """
    chapters = []
    if "norms" in tables.summary:
        chapters.append(_norms(tables.summary["norms"], words, min_count))
    if "reform" in tables.summary and "reform_zones" in tables.further:
        chapters.append(reform_chapter(tables, words, min_count=min_count))
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
    return (
        _title(one, words),
        _force(one, words),
        words.limit(float(one["threshold"]), str(one["unit"])),
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


def _share(value: float | None, words: Words) -> str:
    return words.share(_number(value))


def _number(value: float | None) -> float:
    return np.nan if value is None else float(value)
