"""One scenario as one page: what is edited, who gains and loses, and a map of change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup

from geoaccess import __version__
from geoaccess.report import assets
from geoaccess.report.document.change_map import change_map
from geoaccess.report.document.words import LANGUAGES, Words
from geoaccess.report.templating import filled
from geoaccess.scenario.edits import NewRoad
from geoaccess.study.scenario_run import ScenarioResult

_NAMED = 20
# Each map holds every settlement; more of them would make a heavy page.
_MAPS = 3
_PEOPLE = (
    "people_gain",
    "people_loss",
    "people_newly_reached",
    "people_newly_unreached",
)
_CROSSING = ("people_newly_within", "people_newly_beyond")
Told = dict[str, Any]


def scenario_html(
    result: ScenarioResult,
    *,
    title: str,
    synthetic: bool,
    labels: dict[str, dict[str, str]],
    languages: Sequence[str] = LANGUAGES,
    min_count: int = 5,
) -> str:
    """
    Whole text of a scenario's page, the same for the same result.

    Parameters
    ----------
    result
        What the scenario changes.
    title
        Name of the study.
    synthetic
        Whether any input is generated.
    labels
        Names of kinds of service by language.
    languages
        Which to write, the first of which opens.
    min_count
        Numbers of people below this are not told.
    """
    script = assets.own("report.js")
    pages = []
    for language in languages:
        words = Words(language)
        page = _Page(result, words, labels, min_count)
        pages.append(
            {
                "language": language,
                "words": words,
                "title": f"{title}: {result.scenario.name}",
                "description": result.scenario.description,
                "synthetic": synthetic,
                "version": __version__,
                **page.told(),
            }
        )
    return filled(
        "scenario.html.j2",
        reports=pages,
        style=Markup(assets.own("report.css")),  # noqa: S704 - a file of ours
        script=Markup(script),  # noqa: S704
        script_hash=assets.csp_hash(script),
    )


def _most_changed(result: ScenarioResult) -> list[str]:
    """Pick the kinds of service whose map says most: by people to whom something happens."""
    table = result.tables["scenario"]
    touched = table[~table["verdict"].isin(["unchanged", "unreached"])]
    people = touched.groupby("service")["population"].sum().sort_index()
    order = people[people > 0].sort_values(ascending=False, kind="stable")
    chosen = [str(kind) for kind in order.index[:_MAPS]]
    # A new road is drawn even where it helps nobody.
    return chosen or (list(result.pair.before.nearest)[:1] if _new_roads(result) else [])


def _new_roads(result: ScenarioResult) -> list[tuple[tuple[float, float], ...]]:
    return [one.line for one in result.scenario.edits if isinstance(one, NewRoad)]


class _Page:
    """One language of the page."""

    def __init__(
        self,
        result: ScenarioResult,
        words: Words,
        labels: dict[str, dict[str, str]],
        min_count: int,
    ) -> None:
        self._result = result
        self._words = words
        self._labels = labels
        self._min_count = min_count
        self._mapped = _most_changed(result)
        kinds = set(result.pair.before.nearest)
        self._has_norm = bool(kinds & set(result.pair.norm_min or {}))

    def told(self) -> Told:
        return {
            "edits": [self._edit(one) for one in self._result.summary["edits"]],
            "reused": [self._label(kind) for kind in self._result.summary["reused"]],
            "has_norm": self._has_norm,
            "overview": self._overview(),
            "maps": [self._map(kind) for kind in self._mapped],
            "losers": self._losers(),
            "moved": self._moved(),
            "loads": self._loads(),
            "norms": [self._norm(one) for one in self._result.summary.get("norms", ())],
            "equity": self._equity(),
        }

    def _edit(self, edit: Told) -> tuple[str, str]:
        name = self._words.say(f"edit_{edit['do']}")
        parts = [f"{key}: {_plain(value)}" for key, value in edit.items() if key != "do"]
        return name, "; ".join(parts)

    def _label(self, kind: str) -> str:
        return self._labels.get(kind, {}).get(self._words.language) or kind.replace("_", " ")

    def _people(self, value: float) -> str:
        return self._words.people(value, min_count=self._min_count)

    def _overview(self) -> list[tuple[str, ...]]:
        zones = self._result.tables["scenario_zones"]
        whole = zones[(zones["territory"] == "all") & (zones["group"] == "all")]
        return [
            (
                self._label(str(row["service"])),
                self._words.minutes(float(row["mean_before_min"])),
                self._words.minutes(float(row["mean_min"])),
                self._words.change(float(row["change_min"])),
                *(self._people(float(row[name])) for name in _PEOPLE),
                *(self._crossing(row) if self._has_norm else ()),
            )
            for _, row in whole.iterrows()
        ]

    def _crossing(self, row: pd.Series[Any]) -> list[str]:
        """People who cross the norm; a dash where the study has none for the service."""
        if str(row["service"]) not in (self._result.pair.norm_min or {}):
            return [self._words.people(float("nan"))] * len(_CROSSING)
        return [self._people(float(row[name])) for name in _CROSSING]

    def _map(self, kind: str) -> Told:
        table = self._result.tables["scenario"]
        rows = table[table["service"] == kind]
        origins = self._result.edited.origins
        word = rows.set_index("id").reindex(list(origins.id))["verdict"].to_numpy(dtype=object)
        territories = list(self._result.edited.territories.values())
        drawn = change_map(
            origins.lon,
            origins.lat,
            origins.population,
            word,
            territories[-1] if territories else None,
            roads=_new_roads(self._result),
        )
        counts = rows.groupby("verdict")["population"].agg(["size", "sum"])
        return {
            "label": self._label(kind),
            "map": drawn,
            "rows": [
                (
                    self._words.say(f"verdict_{name}"),
                    self._words.number(float(row["size"]), 0),
                    self._people(float(row["sum"])),
                    name,
                )
                for name, row in counts.iterrows()
            ],
        }

    def _norm(self, one: Told) -> tuple[str, ...]:
        """Tell of one norm; a dash where only the other side asks about it."""
        say = self._words
        title = one["title"].get(say.language) or one["title"].get("en") or one["norm_id"]
        sides = [
            (one[f"threshold{side}"], one[f"share_within{side}"], one[f"verdict{side}"], asked)
            for side, asked in (
                ("_before", one["asked"] != "after"),
                ("", one["asked"] != "before"),
            )
        ]
        told = [
            (
                say.limit(float(limit), str(one["unit"])),
                say.share(float("nan") if share is None else share),
                say.say(f"norm_{verdict}") if verdict else say.number(float("nan")),
            )
            if asked
            else (say.number(float("nan")),) * 3
            for limit, share, verdict, asked in sides
        ]
        return (
            str(title),
            *(text for pair in zip(*told, strict=True) for text in pair),
            *(self._people(float("nan") if one[name] is None else one[name]) for name in _CROSSING),
        )

    def _losers(self) -> list[tuple[str, ...]]:
        table = self._result.tables["scenario"]
        lost = table[table["verdict"].isin(["loss", "newly_unreached"])]
        order = lost.sort_values(
            ["change_min", "population", "id"], ascending=[False, False, True]
        ).head(_NAMED)
        return [
            (
                str(row["name"]),
                self._label(str(row["service"])),
                self._people(float(row["population"])),
                self._words.minutes(float(row["before_min"])),
                self._words.minutes(float(row["after_min"])),
            )
            for _, row in order.iterrows()
        ]

    def _moved(self) -> list[tuple[str, ...]]:
        table = self._result.tables["reassignment"]
        rows = table[table["group"] == "all"].sort_values(
            ["people", "from_id", "to_id"], ascending=[False, True, True]
        )
        nobody = self._words.say("nowhere")
        return [
            (
                self._label(str(row["service"])),
                str(row["from_name"]) or nobody,
                str(row["to_name"]) or nobody,
                self._people(float(row["people"])),
                self._words.change(float(row["added_min_mean"])),
            )
            for _, row in rows.head(_NAMED).iterrows()
        ]

    def _loads(self) -> list[tuple[str, ...]]:
        table = self._result.tables["loads"]
        rows = table[(table["group"] == "all") & (table["people"] != table["people_before"])]
        rows = rows.sort_values(["people", "id"], ascending=[False, True]).head(_NAMED)
        return [
            (
                str(row["name"]),
                self._label(str(row["service"])),
                self._words.number(float(row["capacity"]), 0),
                self._people(float(row["people_before"])),
                self._people(float(row["people"])),
            )
            for _, row in rows.iterrows()
        ]

    def _equity(self) -> list[tuple[str, ...]]:
        table = self._result.tables["scenario_equity"]
        return [self._difference(row) for _, row in table.iterrows()]

    def _difference(self, row: pd.Series[Any]) -> tuple[str, ...]:
        say = self._words
        low, high = (say.number(float(row[name]), 3) for name in ("ci_low", "ci_high"))
        return (
            self._label(str(row["service"])),
            say.say(f"index_{row['index']}"),
            say.number(float(row["before"]), 3),
            say.number(float(row["after"]), 3),
            say.number(float(row["difference"]), 3),
            say.say("from_to", low=low, high=high),
        )


def _plain(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_plain(one) for one in value)
    return str(value)
