from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoaccess.measures.balanced_floating_catchment import balanced_floating_catchment_plan
from geoaccess.measures.cumulative import cumulative_plan
from geoaccess.measures.decay import KnownDecay, decay_exponential, decay_gaussian
from geoaccess.measures.floating_catchment import floating_catchment_plan
from geoaccess.measures.fold import Catch, Draw, Gather, Request, fold, run_plan, run_plans
from geoaccess.measures.gravity import gravity_plan
from geoaccess.measures.modified_floating_catchment import modified_floating_catchment_plan
from geoaccess.measures.sum_kernels import SMALLEST_WEIGHT
from geoaccess.measures.three_step_floating_catchment import three_step_floating_catchment_plan
from geoaccess.model.times import HeldTimes, TravelTimes
from geoaccess.units import FloatArray, IntArray, longest_within_ms
from tests.measures.cases import Twins, decays

SHAPE = (1100, 70)


class Halving:
    """A decay of somebody's own."""

    def __call__(self, minutes: FloatArray) -> FloatArray:
        return 0.5 ** (minutes / 10)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Halving)

    def __hash__(self) -> int:
        return 0


def large(max_memory_gb: float = 4.0) -> TravelTimes:
    """More origins than are turned at once, and more destinations than fit in a small block."""
    minutes = np.random.default_rng(5).uniform(0, 90, SHAPE).round(3)
    times = TravelTimes.from_minutes(minutes, cutoff_min=60)
    return dataclasses.replace(times, max_memory_gb=max_memory_gb)


def requests() -> list[Request]:
    rng = np.random.default_rng(6)
    people, beds = rng.integers(0, 900, SHAPE[0]) / 7, rng.integers(0, 90, SHAPE[1]) / 3
    slow, quick, own = decay_gaussian(20), decay_exponential(0.08), Halving()
    return [
        Gather(decay=slow, value=beds),
        Draw(decay=quick, amount=people),
        Catch(decay=slow, supply=beds, amount=people),
        Catch(decay=quick, supply=beds, amount=people, catch_squared=True),
        Catch(decay=quick, supply=beds, amount=people, draw_squared=True, shared=True),
        Catch(decay=own, supply=beds, amount=people),
        Gather(decay=own, value=beds),
    ]


def test_no_bit_depends_on_threads_or_blocks() -> None:
    whole = fold(large(), requests(), threads=1)
    narrow = large(max_memory_gb=SHAPE[0] * 16 * 3 / 1e9)
    assert narrow.block_size == 3
    for times, threads in ((large(), 2), (large(), 7), (narrow, 1), (narrow, 3)):
        for told, same in zip(whole, fold(times, requests(), threads=threads), strict=True):
            np.testing.assert_array_equal(told, same)


def test_sums_that_are_asked_for_twice_are_told_twice() -> None:
    """Equal amounts in arrays of their own are one sum; who changes one result changes no other."""
    alone = fold(large(), requests())
    first, second = requests(), requests()
    catch: Any = second[2]
    other = dataclasses.replace(catch, supply=catch.supply + 1)
    told = fold(large(), [*first, *second, other])
    for one, twice, again in zip(alone, told, told[len(alone) :], strict=False):
        np.testing.assert_array_equal(one, twice)
        np.testing.assert_array_equal(one, again)
        assert not np.shares_memory(twice, again)
    assert (told[-1] > told[2]).all()


def test_sums_are_those_of_the_whole_matrix() -> None:
    weight = np.where(np.isfinite(m := large().to_array().astype(float)), np.exp(-0.08 * m), 0.0)
    asked = requests()
    drawn = fold(large(), asked)[1]
    assert isinstance(asked[1], Draw)
    np.testing.assert_allclose(drawn, asked[1].amount @ weight, rtol=1e-6)


def test_a_permutation_of_rows_permutes_the_results() -> None:
    """Sums run over origins in the order of rows, so only rounding may differ."""
    rng = np.random.default_rng(7)
    rows, columns = rng.permutation(SHAPE[0]), rng.permutation(SHAPE[1])
    times = large()
    other = dataclasses.replace(
        times,
        origins=times.origins.take(rows),
        destinations=times.destinations.take(columns),
        source=HeldTimes(ms=times.source.block_ms(0, SHAPE[1])[rows][:, columns]),
    )
    people, beds = np.arange(SHAPE[0]) % 11, np.arange(SHAPE[1]) % 5
    for plan in (
        floating_catchment_plan,
        modified_floating_catchment_plan,
        three_step_floating_catchment_plan,
        balanced_floating_catchment_plan,
    ):
        decay = decay_gaussian(20)
        before = run_plan(times, plan(times, supply=beds, demand=people, decay=decay))
        after = run_plan(other, plan(other, supply=beds[columns], demand=people[rows], decay=decay))
        np.testing.assert_allclose(after.loc[before.index], before, rtol=1e-10)


@given(decays(), st.lists(st.integers(0, 3_700_000), min_size=1, max_size=40), st.data())
def test_kernels_weigh_as_the_decay_does(
    twins: Twins, some_ms: list[int], data: st.DataObject
) -> None:
    """Whole milliseconds, on bounds and beside them too."""
    decay, one = twins
    assert isinstance(decay, KnownDecay)
    bound = longest_within_ms(decay.reach_min) if decay.reach_min < 60 else 3_000_000
    near = data.draw(st.lists(st.integers(bound - 2, bound + 2), max_size=3))
    ms = np.array([[*some_ms, *near]], dtype=np.int32).T
    of_one = TravelTimes.from_minutes(np.zeros((len(ms), 1)), cutoff_min=60)
    times = dataclasses.replace(of_one, source=HeldTimes(ms=ms))
    (told,) = fold(times, [Gather(decay=decay, value=np.ones(1))])
    minutes = [t / 60_000 if t <= 3_600_000 else math.inf for (t,) in ms.tolist()]
    expected = [w if (w := one(t)) >= SMALLEST_WEIGHT else 0.0 for t in minutes]
    assert told == pytest.approx(expected, rel=1e-12, abs=0)
    # What is nothing is nothing: who reaches no place at all is counted by that.
    assert ((told == 0) == (np.array(expected) == 0)).all()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CountedTimes(HeldTimes):
    """A matrix that notes which of its blocks are asked for."""

    asked: list[tuple[int, int]]

    def block_ms(self, start: int, stop: int) -> IntArray:
        self.asked.append((start, stop))
        return HeldTimes.block_ms(self, start, stop)


def test_measures_together_take_as_many_sweeps_as_the_longest_of_them() -> None:
    times = large()
    source = CountedTimes(ms=times.source.block_ms(0, SHAPE[1]), asked=[])
    counted = dataclasses.replace(times, source=source)
    people, beds = np.ones(SHAPE[0]), np.ones(SHAPE[1])
    decay = decay_exponential(0.05)

    def plans(over: TravelTimes) -> list[object]:
        return [
            cumulative_plan(over, opportunities=beds, cutoff_min=30),
            gravity_plan(over, opportunities=beds, decay=decay),
            floating_catchment_plan(over, supply=beds, demand=people, decay=decay),
            balanced_floating_catchment_plan(over, supply=beds, demand=people, decay=decay),
            three_step_floating_catchment_plan(over, supply=beds, demand=people, decay=decay),
        ]

    together = run_plans(counted, plans(counted))
    assert source.asked == [(0, SHAPE[1])] * 2
    for told, plan in zip(together, plans(times), strict=True):
        np.testing.assert_array_equal(told, run_plan(times, plan))
    source.asked.clear()
    run_plans(counted, plans(counted)[:3])
    assert source.asked == [(0, SHAPE[1])]


@settings(max_examples=20)
@given(st.integers(1, 40))
def test_weights_too_small_to_square_count_as_0(minutes: int) -> None:
    """With a deviation of one minute, weights pass 1e-100 at 21.5 minutes."""
    times = TravelTimes.from_minutes([[minutes]], cutoff_min=60)
    (access,) = fold(
        times,
        [
            Catch(
                decay=decay_gaussian(1),
                supply=np.array([10.0]),
                amount=np.array([5.0]),
                draw_squared=True,
                catch_squared=True,
            )
        ],
    )
    assert access[0] == (pytest.approx(2.0) if minutes <= 21 else 0.0)
