"""One table of every index of inequality, with intervals and the rules it was made by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, get_args

import numpy as np
import numpy.typing as npt

from geoaccess.equity.bootstrap import Strata, centred_interval, resampled
from geoaccess.equity.distribution import capped, finite
from geoaccess.equity.fgt import shortfall
from geoaccess.equity.nesting import Nesting
from geoaccess.equity.rules import EquityRules, Variable, bounds_of
from geoaccess.equity.scorecard_notes import Given, notes_of
from geoaccess.equity.spread import Key, Spread, figures, ranked
from geoaccess.errors import InputError
from geoaccess.units import FloatArray

if TYPE_CHECKING:
    import pandas as pd

SCORECARD_COLUMNS = ("territory", "level", "index", "component", "value", "ci_low", "ci_high")
_ONLY_LEVEL = "municipality"
Levels = Mapping[str, npt.ArrayLike]


def equity_scorecard(
    values: npt.ArrayLike,
    *,
    weights: npt.ArrayLike,
    zonings: Mapping[str, npt.ArrayLike | Levels] | None = None,
    variable: Variable = "minutes",
    norm: float | None = None,
    rank_by: npt.ArrayLike | None = None,
    rules: EquityRules | None = None,
) -> pd.DataFrame:
    """
    Measure how unequally something is shared, by every index, in one table.

    Parameters
    ----------
    values
        Of each settlement, shape (n,), 0 or more; minutes may be ``inf`` where unreached if
        the rules name a cutoff.
    weights
        People of each settlement, shape (n,).
    zonings
        Sets of borders by name, for example ``before`` and ``after``; each the zones of the
        settlements, shape (n,), or zones by level, the smallest first:
        ``{"before": {"parish": ..., "municipality": ..., "region": ...}}``. An empty code is
        outside every zone.
    variable
        ``"minutes"``, a burden, or ``"access"``, a good.
    norm
        What everybody should have: at most so many minutes, or at least so much access.
    rank_by
        What people are ranked by for the concentration index, shape (n,).
    rules
        Cutoff, floor, choice of indices, draws; ``EquityRules()`` if left out.

    Returns
    -------
    Columns ``SCORECARD_COLUMNS``; ``territory`` is ``all`` where borders do not matter.
    Components of Theil's indices are those of :func:`theil_by_level`. A value is NaN where
    it cannot be told. The rules, and whom they touched, stand in ``attrs["notes"]``.

    Raises
    ------
    InputError
        If the inputs are no distribution, somebody is unreached and there is no cutoff, or
        a norm of minutes is not below the cutoff.
    MismatchError
        If zones are not as many as values, or a zone lies in two larger ones.

    Examples
    --------
    >>> table = equity_scorecard(
    ...     [5, 10, 20, float("inf")],
    ...     weights=[4, 3, 2, 1],
    ...     zonings={"before": ["a", "a", "b", "b"]},
    ...     norm=15,
    ...     rules=EquityRules(cutoff_min=60, n_boot=0),
    ... )
    >>> table.set_index("index")["value"].round(3)[["gini", "fgt_0"]].tolist()
    [0.46, 0.3]
    >>> table.attrs["notes"][2]
    '1 of 10 people unreached or beyond 60 min count as 60 min: a lower bound of their burden'
    """
    import pandas as pd  # noqa: PLC0415 - keeps ``import geoaccess`` quick

    rules = rules or EquityRules()
    told = np.asarray(values, dtype=np.float64)
    given = Given(
        told=told,
        held=capped(told, _cap(variable, rules)),
        weights=np.asarray(weights, dtype=np.float64),
        variable=variable,
        norm=norm,
        rules=rules,
    )
    value, weight = finite(given.held, given.weights)
    heavy = np.flatnonzero(given.weights > 0)
    order = np.argsort(value, kind="stable")
    nestings = {
        name: Nesting.of(_leveled(one), n=len(told), rows=heavy[order])
        for name, one in (zonings or {}).items()
    }
    spread = Spread(
        value=value[order],
        floored=np.maximum(value[order], rules.floor_of(variable)),
        gap=_gap(value[order], given),
        ranked=None if rank_by is None else ranked(rank_by, len(told), heavy[order]),
        nestings=nestings,
        beyond_min=tuple(rules.beyond_min),
    )
    strata = Strata.of(nestings, order, level=rules.strata)
    table = pd.DataFrame(_rows(spread, weight, strata, rules), columns=list(SCORECARD_COLUMNS))
    table.attrs["notes"] = notes_of(given, spread, strata, table)
    return table


def _rows(
    spread: Spread, weight: FloatArray, strata: Strata, rules: EquityRules
) -> list[tuple[str, str, str, str, float, float, float]]:
    if not len(weight):
        return []
    point = figures(spread, weight[None, strata.order], rules.indices)
    draws: dict[Key, list[FloatArray]] = {key: [] for key in point}
    for drawn in resampled(weight, strata, n_boot=rules.n_boot, seed=rules.seed):
        for key, one in figures(spread, drawn, rules.indices).items():
            draws[key].append(one)
    return [
        (*key, _told(float(one[0])), *_interval(draws[key], float(one[0]), key[2], rules))
        for key, one in point.items()
    ]


def _interval(
    draws: list[FloatArray], value: float, index: str, rules: EquityRules
) -> tuple[float, float]:
    every = np.concatenate(draws) if draws else np.array([])
    return centred_interval(every, value, confidence=rules.confidence, bounds=bounds_of(index))


def _told(value: float) -> float:
    return value if np.isfinite(value) else float("nan")


def _cap(variable: Variable, rules: EquityRules) -> float:
    if variable not in get_args(Variable):
        msg = f"no variable {variable!r}; it is 'minutes' (a burden) or 'access' (a good)"
        raise InputError(msg)
    return rules.cutoff_min or float("inf") if variable == "minutes" else float("inf")


def _gap(value: FloatArray, given: Given) -> FloatArray | None:
    if given.norm is None:
        return None
    if given.variable == "minutes" and given.rules.cutoff_min is None:
        msg = "a norm of minutes needs EquityRules(cutoff_min=...), the whole shortfall"
        raise InputError(msg)
    return shortfall(
        value, norm=given.norm, variable=given.variable, worst_min=given.rules.cutoff_min
    )


def _leveled(zones: npt.ArrayLike | Levels) -> Levels:
    return zones if isinstance(zones, Mapping) else {_ONLY_LEVEL: zones}
