"""Gains and losses of a reform as text, in the form of a report to parliament."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from geoaccess.study.result import StudyResult

_NONE = "\N{EN DASH}"
_HARD_SPACE = "\N{NO-BREAK SPACE}"
_MINUS = "\N{MINUS SIGN}"
_CAUSES = ("borders", "services", "roads", "population")
_ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
# On that day: in the locative.
_LATVIAN_MONTHS = (
    "janvārī", "februārī", "martā", "aprīlī", "maijā", "jūnijā", "jūlijā", "augustā",
    "septembrī", "oktobrī", "novembrī", "decembrī",
)  # fmt: skip
_WORDS = {
    "en": {
        "borders": "borders",
        "services": "services",
        "roads": "roads",
        "population": "residents",
        "agreements": "agreements between municipalities",
        "seats": "centres of municipalities",
        "permutations": "random mergers to compare with",
    },
    "lv": {
        "borders": "robežas",
        "services": "pakalpojumi",
        "roads": "ceļi",
        "population": "iedzīvotāji",
        "agreements": "pašvaldību savstarpējās vienošanās",
        "seats": "pašvaldību centri",
        "permutations": "nejauša apvienošana salīdzinājumam",
    },
}


def reform_documents(result: StudyResult) -> dict[str, str]:
    """
    Write what a study says of a reform, if it says anything.

    Parameters
    ----------
    result
        What a study found.

    Returns
    -------
    Text by name of file: ``reform_summary.json``, ``reform_summary_en.md``,
    ``reform_summary_lv.md``; none without a reform.
    """
    summary = result.summary.get("reform")
    if summary is None:
        return {}
    told = {
        f"reform_summary_{language}.md": _text(result, summary, language) for language in _WORDS
    }
    page = json.dumps(summary, ensure_ascii=False, indent=2, allow_nan=False)
    return {"reform_summary.json": page + "\n", **told}


def _text(result: StudyResult, summary: Mapping[str, Any], language: str) -> str:
    pages = Environment(
        loader=PackageLoader("geoaccess.report"),
        autoescape=False,  # noqa: S701 - Markdown; text from data goes through `cell`
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    pages.filters |= {
        "cell": _cell,
        "decimal": lambda value: _decimal(value, language),
        "signed": lambda value: _signed(value, language),
        "percent": lambda value: _percent(value, language),
        "share": _share,
        "whole": lambda value: _whole(value, language),
        "day": lambda text: _day(text, language),
        "place": lambda one: _place(one, language),
        "named": _named,
    }
    services = [
        {"label": result.labels[kind][language], **figures}
        for kind, figures in summary["services"].items()
    ]
    missing = summary["not_given"]
    return pages.get_template(f"reform_summary_{language}.md.j2").render(
        {
            **summary,
            "services": services,
            "words": _WORDS[language],
            "causes": [cause for cause in _CAUSES if cause in summary["changed"]],
            "unchanged": [one for one in missing if one in _CAUSES],
            "untold": [one for one in missing if one not in _CAUSES],
            "agreements": "agreements" not in missing,
            "seats": summary.get("seats"),
            "permutations": _draws(services),
            "n_nearer": sum((one["change_min"] or 0) < 0 for one in services),
            "n_farther": sum((one["change_min"] or 0) > 0 for one in services),
        }
    )


def _draws(services: Iterable[Mapping[str, Any]]) -> int:
    """How many random mergers stand beside the reform; 0 if none do."""
    first = next(iter(services), {})
    drawn = first.get("permutations")
    return int(drawn["mean_change_min"]["draws"]) if drawn else 0


def _cell(text: str) -> str:
    """Text from data, made harmless in a line or a table of Markdown."""
    flat = " ".join(str(text).split()).replace("&", "&amp;").replace("<", "&lt;")
    for mark in ("\\", "|", "`", "*", "_", "[", "]"):
        flat = flat.replace(mark, f"\\{mark}")
    return flat


def _decimal(value: float | None, language: str, digits: int = 1) -> str:
    if value is None:
        return _NONE
    text = f"{abs(value):,.{digits}f}"
    sign = _MINUS if value < 0 and float(text.replace(",", "")) else ""
    if language == "lv":
        text = text.replace(",", _HARD_SPACE).replace(".", ",")
    return sign + text


def _signed(value: float | None, language: str) -> str:
    text = _decimal(value, language, 2)
    return f"+{text}" if value is not None and value > 0 and text.strip("0,.") else text


def _percent(share: float | None, language: str) -> str:
    return _NONE if share is None else f"{_decimal(100 * share, language)}{_HARD_SPACE}%"


def _share(pair: tuple[float, float]) -> float | None:
    return pair[0] / pair[1] if pair[1] else None


def _whole(value: float, language: str) -> str:
    return _decimal(value, language, 0)


def _day(text: str, language: str) -> str:
    """Day in words; in Latvian, on that day."""
    day = date.fromisoformat(text)
    if language == "lv":
        return f"{day.year}. gada {day.day}. {_LATVIAN_MONTHS[day.month - 1]}"
    return f"{day.day} {_ENGLISH_MONTHS[day.month - 1]} {day.year}"


def _place(one: Mapping[str, Any] | None, language: str) -> str:
    if one is None:
        return _NONE
    return f"{_cell(one['zone_name'])} ({_signed(one['change_min'], language)})"


def _named(some: Iterable[str], words: Mapping[str, str]) -> str:
    return ", ".join(words[one] for one in some)
