"""People scaled, forecast and moved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NoReturn

import numpy as np
import pandas as pd

from geoaccess.errors import nearest_known, some_ids
from geoaccess.model.places import Origins
from geoaccess.model.territory import Territory
from geoaccess.scenario.edits import MovePeople, PeopleEdit, PeopleOfYear, ScalePeople
from geoaccess.units import FloatArray, IntArray

Refuse = Callable[[str], NoReturn]
Forecasts = Callable[[str], pd.DataFrame]
EVERYBODY = ""
FORECAST_COLUMNS = ("zone", "year", "population")


class PeopleDraft:
    """
    People while a scenario's edits are made to them.

    Parameters
    ----------
    origins
        As they stand; they stay as they are.
    territories
        Border sets by role.
    forecasts
        Reads a table of forecasts by its path: ``zone, year, population``.
    """

    def __init__(
        self, origins: Origins, territories: Mapping[str, Territory], forecasts: Forecasts
    ) -> None:
        self._origins = origins
        self._territories = territories
        self._forecasts = forecasts
        self._people: dict[str, FloatArray] = {
            EVERYBODY: origins.population.copy(),
            **{name: people.copy() for name, people in origins.groups.items()},
        }
        self._edited: dict[str, IntArray] = {}

    def make(self, edit: PeopleEdit, refuse: Refuse) -> None:
        """
        Make one edit.

        Parameters
        ----------
        edit
            The edit.
        refuse
            Raises an error for a reason.
        """
        if isinstance(edit, ScalePeople):
            self._scale(edit, refuse)
        elif isinstance(edit, PeopleOfYear):
            self._forecast(edit, refuse)
        else:
            self._move(edit, refuse)

    def result(self) -> Origins:
        """Settlements with all edits made."""
        base = self._origins
        return Origins(
            id=base.id,
            name=base.name,
            lon=base.lon,
            lat=base.lat,
            population=self._people[EVERYBODY],
            groups={name: self._people[name] for name in base.groups},
        )

    def _scale(self, edit: ScalePeople, refuse: Refuse) -> None:
        rows = self._rows(edit.zones, edit.borders, refuse)
        if edit.group is None:
            self._claim(list(self._people), rows, refuse)
            self._multiply(rows, np.full(len(rows), edit.factor))
            return
        if edit.group not in self._origins.groups:
            known = nearest_known(edit.group, list(self._origins.groups) or ["none"])
            refuse(f"there is no group {edit.group!r}; {known}")
        self._claim([edit.group], rows, refuse)
        before = self._people[edit.group][rows]
        self._people[edit.group][rows] = before * edit.factor
        # The group is a part of everybody, who grow or shrink with it.
        self._people[EVERYBODY][rows] = np.maximum(
            self._people[EVERYBODY][rows] + before * (edit.factor - 1.0), 0.0
        )

    def _forecast(self, edit: PeopleOfYear, refuse: Refuse) -> None:
        table = self._forecasts(edit.table)
        missing = [name for name in FORECAST_COLUMNS if name not in table.columns]
        if missing:
            refuse(f"{edit.table} has no column {', '.join(missing)}; add it")
        of_year = table[table["year"].astype(int) == edit.year]
        if of_year.empty:
            years = sorted({int(year) for year in table["year"]})
            refuse(f"{edit.table} has no year {edit.year}; it has {some_ids(years)}")
        _require_numbers(edit, of_year, refuse)
        codes, zone = self._zones(edit.borders, refuse)
        told = dict(zip(of_year["zone"].astype(str), of_year["population"], strict=True))
        unknown = sorted(set(told) - set(codes))
        if unknown:
            refuse(f"{edit.table} has zones that the borders do not: {some_ids(unknown)}")
        for code, people in told.items():
            rows = np.flatnonzero(zone == codes[code])
            self._claim(list(self._people), rows.astype(np.int32), refuse)
            now = float(self._people[EVERYBODY][rows].sum())
            if now <= 0 < float(people):
                refuse(f"nobody lives in zone {code!r} to be scaled to {float(people):g}")
            factor = float(people) / now if now > 0 else 0.0
            self._multiply(rows.astype(np.int32), np.full(len(rows), factor))

    def _move(self, edit: MovePeople, refuse: Refuse) -> None:
        place = {str(id_): i for i, id_ in enumerate(self._origins.id)}
        unknown = [id_ for id_ in (*edit.ids, edit.into) if id_ not in place]
        if unknown:
            known = nearest_known(unknown[0], list(place))
            refuse(f"there is no settlement {unknown[0]!r}; {known}")
        if len(set(edit.ids)) < len(edit.ids):
            twice = sorted({id_ for id_ in edit.ids if edit.ids.count(id_) > 1})
            refuse(f"{some_ids(twice)} stand there twice; name each settlement once")
        if edit.into in edit.ids:
            refuse(f"{edit.into!r} cannot move to itself; leave it out of ids")
        rows = np.array([place[id_] for id_ in edit.ids], dtype=np.int32)
        self._claim(list(self._people), np.append(rows, np.int32(place[edit.into])), refuse)
        for people in self._people.values():
            leaving = people[rows] * edit.share
            people[rows] -= leaving
            people[place[edit.into]] += leaving.sum()

    def _multiply(self, rows: IntArray, factor: FloatArray) -> None:
        for people in self._people.values():
            people[rows] *= factor

    def _rows(self, zones: tuple[str, ...], borders: str, refuse: Refuse) -> IntArray:
        if not zones:
            return np.arange(len(self._origins), dtype=np.int32)
        codes, zone = self._zones(borders, refuse)
        unknown = [code for code in zones if code not in codes]
        if unknown:
            known = nearest_known(unknown[0], list(codes))
            refuse(f"borders {borders!r} have no zone {unknown[0]!r}; {known}")
        wanted = [codes[code] for code in zones]
        return np.flatnonzero(np.isin(zone, wanted)).astype(np.int32)

    def _zones(self, borders: str, refuse: Refuse) -> tuple[dict[str, int], IntArray]:
        if borders not in self._territories:
            known = nearest_known(borders, list(self._territories) or ["none"])
            refuse(f"the study has no borders {borders!r}; {known}")
        territory = self._territories[borders]
        codes = {str(code): i for i, code in enumerate(territory.code)}
        return codes, territory.locate(self._origins.lon, self._origins.lat)

    def _claim(self, groups: list[str], rows: IntArray, refuse: Refuse) -> None:
        """Remember whose people were edited; nobody's are edited twice."""
        for group in groups:
            before = self._edited.get(group, np.empty(0, dtype=np.int32))
            twice = np.intersect1d(before, rows)
            if len(twice):
                ids = some_ids(self._origins.id[twice])
                refuse(f"people of {ids} were edited before; edit each settlement once")
            self._edited[group] = np.union1d(before, rows).astype(np.int32)


def _require_numbers(edit: PeopleOfYear, of_year: pd.DataFrame, refuse: Refuse) -> None:
    """Refuse a zone that stands there twice, and people below zero."""
    zone = of_year["zone"].astype(str)
    if zone.duplicated().any():
        twice = sorted(set(zone[zone.duplicated()]))
        refuse(f"{edit.table} has {some_ids(twice)} twice for {edit.year}; keep one row each")
    below = zone[~(of_year["population"].astype(float) >= 0)]
    if len(below):
        refuse(f"{edit.table}: population must be 0 or more for {some_ids(below)}; correct it")
