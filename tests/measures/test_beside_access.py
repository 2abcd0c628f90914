"""
Measures beside those of PySAL's package `access`, which shares no code with ours.

What differs, and why, is in docs/validation_measures.md.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from access import fca, weights
from access.raam import raam as their_raam

from geoaccess.measures.decay import Decay, decay_binary, decay_inverse_power, decay_stepped
from geoaccess.measures.floating_catchment import floating_catchment
from geoaccess.measures.gravity import gravity
from geoaccess.measures.raam import AgentRules, raam
from geoaccess.measures.three_step_floating_catchment import three_step_floating_catchment
from geoaccess.model.times import TravelTimes
from geoaccess.units import FloatArray

# Theirs calls pandas with an argument that pandas now warns of.
pytestmark = pytest.mark.filterwarnings("ignore:The inplace keyword:DeprecationWarning")
N_ORIGINS, N_DESTINATIONS = 60, 12
STEPS = {10: 1.0, 20: 0.68, 30: 0.22}


class Region:
    """One input in both shapes; minutes there and back differ, as one-way roads have it."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.minutes = rng.integers(1, 31, (N_ORIGINS, N_DESTINATIONS)).astype(float)
        self.minutes[rng.random(self.minutes.shape) < 0.3] = np.inf
        # Theirs drops origins and destinations that meet nobody; here everybody meets one.
        self.minutes[np.arange(N_ORIGINS), np.arange(N_ORIGINS) % N_DESTINATIONS] = 5.0
        self.people = rng.integers(50, 900, N_ORIGINS)
        self.doctors = rng.integers(1, 9, N_DESTINATIONS)

    @property
    def times(self) -> TravelTimes:
        return TravelTimes.from_minutes(self.minutes, cutoff_min=60)

    @property
    def frames(self) -> dict[str, object]:
        """Name the tables as `access` does; ids are positions."""
        origin, dest = np.nonzero(np.isfinite(self.minutes))
        cost = pd.DataFrame({"origin": origin, "dest": dest, "cost": self.minutes[origin, dest]})
        demand = pd.DataFrame({"demand": self.people})
        supply = pd.DataFrame({"supply": self.doctors})
        return {
            "demand_df": demand.rename_axis("geoid"),
            "supply_df": supply.rename_axis("geoid"),
            "cost_df": cost,
        }

    def theirs(self, measure: object, weight: object, max_cost: float) -> FloatArray:
        told = measure(  # type: ignore[operator]
            **self.frames,
            max_cost=max_cost,
            demand_index=True,
            supply_index=True,
            weight_fn=weight,
        )
        return np.asarray(told.reindex(range(N_ORIGINS)), np.float64)


FORMS = [
    (decay_stepped(list(STEPS), list(STEPS.values())), weights.step_fn(STEPS), 30.0),
    (decay_inverse_power(1), weights.gravity(1, -1), 60.0),
]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_two_steps_without_weights(seed: int) -> None:
    region = Region(seed)
    ours = floating_catchment(
        region.times, supply=region.doctors, demand=region.people, decay=decay_binary(20)
    )
    theirs = region.theirs(fca.two_stage_fca, None, 20.0)
    np.testing.assert_allclose(ours, np.nan_to_num(theirs), rtol=1e-12)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(("decay", "weight", "max_cost"), FORMS)
def test_two_and_three_steps_with_weights(
    seed: int, decay: Decay, weight: object, max_cost: float
) -> None:
    region = Region(seed)
    for ours, theirs in (
        (floating_catchment, fca.two_stage_fca),
        (three_step_floating_catchment, fca.three_stage_fca),
    ):
        told = ours(region.times, supply=region.doctors, demand=region.people, decay=decay)
        np.testing.assert_allclose(told, region.theirs(theirs, weight, max_cost), rtol=1e-12)


@pytest.mark.parametrize(("decay", "weight", "max_cost"), FORMS)
def test_weighted_supply_around_each_origin(decay: Decay, weight: object, max_cost: float) -> None:
    region = Region(4)
    frames = region.frames
    theirs = fca.weighted_catchment(
        frames["supply_df"],
        frames["cost_df"],
        max_cost,
        cost_source="dest",
        cost_dest="origin",
        cost_cost="cost",
        loc_index=True,
        loc_value="supply",
        weight_fn=weight,
        three_stage_weight=None,
    )
    ours = gravity(region.times, opportunities=region.doctors, decay=decay)
    np.testing.assert_allclose(ours, theirs.reindex(range(N_ORIGINS)), rtol=1e-12)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(
    ("heads", "steps", "within"),
    [
        (1, {"max_cycles": 400}, 0.02),
        (1000, {"max_cycles": 2000, "min_step": 1e-5, "half_life": 150}, 1e-4),
    ],
)
def test_rational_agents_settle_alike(
    seed: int, heads: int, steps: dict[str, float], within: float
) -> None:
    """Theirs moves whole people in steps that shrink: the finer the steps, the nearer to ours."""
    region = Region(seed)
    region.people = region.people * heads
    region.minutes = np.where(np.isfinite(region.minutes), region.minutes, 45.0)
    told = their_raam(**region.frames, tau=60, **steps)
    ours = raam(
        region.times,
        supply=region.doctors,
        demand=region.people,
        rules=AgentRules(n_choices=N_DESTINATIONS, tolerance=1e-9),
    )
    assert ours.converged
    np.testing.assert_allclose(ours.cost, told.reindex(range(N_ORIGINS)), rtol=within)
