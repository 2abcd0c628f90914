"""Where one more service would save people the most."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from geoaccess.equity.gini import gini
from geoaccess.errors import InputError, MismatchError, nearest_known, some_ids
from geoaccess.model.times import TravelTimes
from geoaccess.siting.closures import Objective
from geoaccess.units import BoolArray, FloatArray

OPENING_COLUMNS = (
    "step",
    "id",
    "name",
    "people_closer",
    "saved_min_mean",
    "saved_min_max",
    "saved_person_min",
    "people_newly_within",
    "people_newly_reached",
    "worst_place_id",
    "worst_place_min",
    "mean_min_after",
    "gini_before",
    "gini_after",
)


def opening_sequence(
    times: TravelTimes,
    candidates: TravelTimes,
    n: int,
    *,
    weights: npt.ArrayLike | None = None,
    norm_min: float | None = None,
    objective: Objective = "minutes",
    forbidden: Sequence[str] = (),
) -> pd.DataFrame:
    """
    Open n services one after another, each where it helps most.

    Parameters
    ----------
    times
        Travel times to the services that are there, of one kind.
    candidates
        Travel times from the same settlements to places where one may open.
    n
        How many open.
    weights
        People behind each settlement, shape (n_origins,); the population if left out.
    norm_min
        Minutes within which the service should be.
    objective
        ``"minutes"``: most person-minutes saved, which favours towns; ``"norm"``: most
        people newly within the norm, then minutes.
    forbidden
        Ids of candidates where none may open.

    Returns
    -------
    One row an opening in order, columns ``OPENING_COLUMNS``; ties go to the first
    candidate. Unreached minutes count as the cutoff; ``saved_min_mean`` and ``_max`` are over
    people who come closer, and the worst place is the farthest of them.

    Raises
    ------
    InputError
        If there are fewer than n candidates, an id of ``forbidden`` is not among them, or the
        objective has no norm.
    MismatchError
        If the settlements differ.
    MemoryLimitError
        If the matrix to the candidates would not fit.

    Examples
    --------
    >>> now = TravelTimes.from_minutes([[30], [40]], cutoff_min=60)
    >>> spots = TravelTimes.from_minutes([[5, 35], [38, 2]], cutoff_min=60)
    >>> opening_sequence(now, spots, 1)[["id", "saved_person_min"]].values.tolist()
    [['d1', 38.0]]
    """
    free = _free(candidates, forbidden)
    _require(times, candidates, norm_min, objective)
    if not 1 <= n <= int(free.sum()):
        msg = f"n must be from 1 to {int(free.sum())} candidates, but is {n}"
        raise InputError(msg)
    cutoff = times.cutoff_min
    people = np.asarray(times.origins.population if weights is None else weights, dtype=np.float64)
    spots = np.minimum(candidates.to_array(), cutoff).astype(np.float64)
    now = np.full(len(people), cutoff)
    if len(times.destinations):
        now = np.minimum(times.nearest(1)[0][:, 0], cutoff).astype(np.float64)
    limit = cutoff if norm_min is None else norm_min
    rows = []
    for step in range(1, n + 1):
        saved = people @ np.maximum(now[:, None] - spots, 0.0)
        within = people @ ((spots <= limit) & (now > limit)[:, None])
        first = within if objective == "norm" else saved
        order = np.lexsort((np.arange(len(saved)), -saved, -first, ~free))
        chosen = int(order[0])
        rows.append(_row(step, chosen, candidates, (now, spots[:, chosen]), people, limit))
        now, free[chosen] = np.minimum(now, spots[:, chosen]), False
    return pd.DataFrame(rows, columns=list(OPENING_COLUMNS))


def _row(
    step: int,
    chosen: int,
    candidates: TravelTimes,
    minutes: tuple[FloatArray, FloatArray],
    people: FloatArray,
    limit: float,
) -> tuple[object, ...]:
    now, spot = minutes
    cutoff = candidates.cutoff_min
    closer = spot < now
    after = np.minimum(now, spot)
    saved, heads = (now - after)[closer], people[closer]
    helped = np.flatnonzero(closer & (people > 0))
    worst = int(helped[np.argmax(spot[helped])]) if len(helped) else -1
    return (
        step,
        str(candidates.destinations.id[chosen]),
        str(candidates.destinations.name[chosen]),
        float(heads.sum()),
        float(saved @ heads / heads.sum()) if heads.sum() > 0 else np.nan,
        float((now - after)[helped].max()) if len(helped) else np.nan,
        float(people @ (now - after)),
        float(people[(now > limit) & (spot <= limit)].sum()),
        float(people[(now >= cutoff) & (spot < cutoff)].sum()),
        str(candidates.origins.id[worst]) if worst >= 0 else "",
        float(spot[worst]) if worst >= 0 else np.nan,
        float(people @ after / people.sum()) if people.sum() > 0 else np.nan,
        gini(now, weights=people),
        gini(after, weights=people),
    )


def _free(candidates: TravelTimes, forbidden: Sequence[str]) -> BoolArray:
    """Candidates at which one may open."""
    known = [str(id_) for id_ in candidates.destinations.id]
    unknown = sorted(set(forbidden) - set(known))
    if unknown:
        msg = f"no candidate {some_ids(unknown)} to forbid; {nearest_known(unknown[0], known)}"
        raise InputError(msg)
    gone = set(forbidden)
    return np.array([id_ not in gone for id_ in known], dtype=np.bool_)


def _require(
    times: TravelTimes, candidates: TravelTimes, norm_min: float | None, objective: str
) -> None:
    if not np.array_equal(times.origins.id, candidates.origins.id):
        msg = "times and candidates must be of the same settlements, in the same order"
        raise MismatchError(msg)
    if objective == "norm" and norm_min is None:
        msg = "objective 'norm' needs norm_min; give the minutes of the norm"
        raise InputError(msg)
