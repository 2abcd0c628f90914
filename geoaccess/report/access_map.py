"""Maps of a researcher's own values, for a notebook or a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geoaccess.errors import MismatchError, some_ids
from geoaccess.model.places import Destinations, Origins
from geoaccess.report.explorer import explorer_map
from geoaccess.report.payload import MIN_COUNT
from geoaccess.study.result import ACCESS_COLUMNS, EQUITY_COLUMNS, ZONE_COLUMNS, StudyResult
from geoaccess.units import FloatArray

if TYPE_CHECKING:
    import folium

_SERVICE = "value"


def access_map(
    values: pd.Series[float],
    origins: Origins,
    *,
    title: str,
    unit: str,
    min_count: int = MIN_COUNT,
) -> folium.Map:
    """
    Map of one value for each settlement.

    Shows where residents are far away, or have little within reach.

    Parameters
    ----------
    values
        Shape (n_origins,), indexed by origin id, ``inf`` or NaN where there is none.
    origins
        The settlements.
    title
        What the values are; stands on the map.
    unit
        Unit of the values: ``"min"`` where less is better, any other where more is.
    min_count
        Least count of people that the map may show or hold.

    Returns
    -------
    Map that shows itself in a notebook; ``save`` writes a page that needs no network.

    Raises
    ------
    MismatchError
        If a settlement has no value.

    Examples
    --------
    >>> places = Origins(id=["a"], name=["A"], lon=[25.0], lat=[57.0], population=[40])
    >>> drawn = access_map(pd.Series([12.5], index=["a"]), places, title="School", unit="min")
    >>> "School" in drawn.get_root().render()
    True
    """
    table = pd.DataFrame(
        {
            "id": origins.id,
            "service": _SERVICE,
            "measure": title,
            "group": "",
            "value": _aligned(values, origins),
            "unit": unit,
        }
    )
    return explorer_map(_study(origins, title, {"measures": table}), min_count=min_count)


def reform_map(
    before: pd.Series[float],
    after: pd.Series[float],
    origins: Origins,
    *,
    title: str,
    min_count: int = MIN_COUNT,
) -> folium.Map:
    """
    Map of minutes before, after, and of their change.

    Shows for whom a reform made the way longer or shorter.

    Parameters
    ----------
    before, after
        Minutes, shape (n_origins,), indexed by origin id, ``inf`` or NaN where unreached.
    origins
        The settlements.
    title
        Stands on the map.
    min_count
        Least count of people that the map may show or hold.

    Returns
    -------
    Map that shows itself in a notebook; ``save`` writes a page that needs no network.

    Raises
    ------
    MismatchError
        If a settlement has no value.

    Examples
    --------
    >>> places = Origins(id=["a"], name=["A"], lon=[25.0], lat=[57.0], population=[40])
    >>> minutes = pd.Series([12.5], index=["a"])
    >>> drawn = reform_map(minutes, minutes + 3, places, title="School")
    >>> "School" in drawn.get_root().render()
    True
    """
    table = pd.DataFrame(
        {
            "id": origins.id,
            "service": _SERVICE,
            "own_before_min": _aligned(before, origins),
            "own_after_min": _aligned(after, origins),
        }
    )
    return explorer_map(_study(origins, title, {"reform": table}), min_count=min_count)


def _aligned(values: pd.Series[float], origins: Origins) -> FloatArray:
    known = set(values.index)
    missing = np.array([id_ not in known for id_ in origins.id], dtype=bool)
    if missing.any():
        msg = f"no value for {some_ids(origins.id[missing])}; index the values by origin id"
        raise MismatchError(msg)
    numbers = values.loc[list(origins.id)].to_numpy(dtype=np.float64)
    return np.where(np.isfinite(numbers), numbers, np.nan)


def _study(origins: Origins, title: str, tables: dict[str, pd.DataFrame]) -> StudyResult:
    none, no_text = np.empty(0), np.empty(0, dtype=object)
    access = pd.DataFrame(
        {
            "id": origins.id,
            "name": origins.name,
            "population": origins.population,
            "zone_before": "",
            "zone_after": "",
            "service": _SERVICE,
            "nearest_min": np.nan,
            "nearest_id": "",
            "nearest_name": "",
            "reason": "",
        }
    )
    return StudyResult(
        title=title,
        synthetic=False,
        origins=origins,
        destinations=Destinations(
            id=no_text, name=no_text, kind=no_text, lon=none, lat=none, capacity=none
        ),
        services=(_SERVICE,),
        labels={_SERVICE: {"en": title, "lv": title}},
        territories={},
        access=access[list(ACCESS_COLUMNS)],
        zones=pd.DataFrame(columns=list(ZONE_COLUMNS)),
        equity=pd.DataFrame(columns=list(EQUITY_COLUMNS)),
        cutoff_min=float("inf"),
        sources=(),
        summary={},
        manifest={},
        tables=tables,
    )
