"""Small cases that hypothesis makes, with ties, zeros, unreached pairs and empty groups."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from hypothesis import strategies as st

from geoaccess.measures import decay as ours
from geoaccess.measures.decay import Decay
from geoaccess.model.times import TravelTimes
from tests import naive_measures as naive

CUTOFF_MIN = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Minutes between a few places, what they offer, and who wants it."""

    minutes: list[list[float]]
    supply: list[float]
    demand: list[float]

    @property
    def times(self) -> TravelTimes:
        return TravelTimes.from_minutes(self.minutes, cutoff_min=CUTOFF_MIN)

    @property
    def known(self) -> list[list[float]]:
        """Minutes as they are known: nothing beyond the cutoff."""
        return [[t if t <= CUTOFF_MIN else math.inf for t in row] for row in self.minutes]


whole_minutes = st.one_of(
    st.integers(0, 75).map(float), st.sampled_from([0.0, 15.0, 30.0, 60.0, math.inf])
)
amounts = st.one_of(st.integers(0, 500).map(float), st.sampled_from([0.0, 0.5, 1.0]))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    rows, columns = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    row = st.lists(whole_minutes, min_size=columns, max_size=columns)
    return Case(
        minutes=draw(st.lists(row, min_size=rows, max_size=rows)),
        supply=draw(st.lists(amounts, min_size=columns, max_size=columns)),
        demand=draw(st.lists(amounts, min_size=rows, max_size=rows)),
    )


Twins = tuple[Decay, Callable[[float], float]]


def _stepped(a: float, b: float) -> Twins:
    bounds = sorted({a, b, 60.0})
    weights = [1.0, 0.5, 0.125][: len(bounds)]
    return ours.decay_stepped(bounds, weights), partial(
        naive.weight_stepped, bounds=bounds, weights=weights
    )


FORMS: list[Callable[[float, float], Twins]] = [
    lambda a, _: (ours.decay_binary(a), partial(naive.weight_binary, cutoff_min=a)),
    lambda a, _: (ours.decay_linear(a), partial(naive.weight_linear, cutoff_min=a)),
    lambda a, _: (
        ours.decay_exponential(a / 100),
        partial(naive.weight_exponential, rate_per_min=a / 100),
    ),
    lambda a, _: (ours.decay_gaussian(a), partial(naive.weight_gaussian, sd_min=a)),
    lambda a, b: (
        ours.decay_logistic(a, b),
        partial(naive.weight_logistic, inflection_min=a, sd_min=b),
    ),
    lambda a, b: (
        ours.decay_inverse_power(a / 20, floor_min=b),
        partial(naive.weight_inverse_power, power=a / 20, floor_min=b),
    ),
    _stepped,
]

parameters = st.integers(1, 60).map(float)


def decays() -> st.SearchStrategy[Twins]:
    """A decay and its twin for one number."""
    return st.builds(lambda form, a, b: form(a, b), st.sampled_from(FORMS), parameters, parameters)
