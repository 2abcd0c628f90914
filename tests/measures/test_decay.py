from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoaccess.errors import InputError
from geoaccess.measures.decay import (
    KnownDecay,
    decay_binary,
    decay_exponential,
    decay_gaussian,
    decay_inverse_power,
    decay_linear,
    decay_logistic,
    decay_stepped,
)
from tests.measures.cases import Twins, decays

minutes = st.one_of(st.floats(0, 1000, allow_nan=False), st.sampled_from([0.0, 30.0, math.inf]))


@given(decays(), st.lists(minutes, min_size=1, max_size=8))
def test_every_decay_is_its_formula(twins: Twins, some: list[float]) -> None:
    decay, one = twins
    told = decay(np.array([some, some]))
    assert told.shape == (2, len(some))
    assert told[0] == pytest.approx([one(t) for t in some], rel=1e-12, abs=1e-290)


@given(decays(), st.lists(minutes, min_size=2, max_size=8))
def test_no_decay_rises_leaves_0_to_1_or_counts_the_unreached(
    twins: Twins, some: list[float]
) -> None:
    decay, _ = twins
    told = decay(np.sort(some))
    assert (np.diff(told) <= 0).all()
    assert ((told >= 0) & (told <= 1 + 1e-12)).all()
    assert decay(np.array([math.inf]))[0] == 0


@given(decays())
def test_nothing_counts_beyond_the_reach_of_a_decay(twins: Twins) -> None:
    decay, one = twins
    assert isinstance(decay, KnownDecay)
    if math.isfinite(decay.reach_min):
        beyond = math.nextafter(decay.reach_min, math.inf)
        assert one(beyond) == decay([beyond])[0] == 0
    else:
        assert decay([120])[0] > 0 or one(120.0) == 0


def test_weights_that_others_publish() -> None:
    """
    Values of the tests of the R package `accessibility` (ipeaGIT), decay_power and _logistic.

    Luo and Qi's (2009) weights of three zones of ten minutes: 1, 0.68, 0.22.
    """
    assert decay_inverse_power(0.5)([0, 0.5, 1, 16, 64]).tolist() == [1, 1, 1, 0.25, 0.125]
    assert decay_inverse_power(0.25)([0, 16, 256]).tolist() == [1, 0.5, 0.25]
    assert decay_logistic(20, 2)([0, 20]) == pytest.approx([1, 0.5])
    assert decay_logistic(30, 10)([0, 30]) == pytest.approx([1, 0.502], abs=1e-3)
    luo_qi = decay_stepped([10, 20, 30], [1, 0.68, 0.22])
    assert luo_qi([5, 10, 15, 25, 35]).tolist() == [1, 1, 0.68, 0.22, 0]


def test_equal_decays_are_equal_and_tell_themselves() -> None:
    assert decay_gaussian(15) == decay_gaussian(15.0)
    assert hash(decay_gaussian(15)) == hash(decay_gaussian(15.0))
    assert decay_gaussian(15) != decay_gaussian(16)
    assert decay_binary(15) != decay_linear(15)
    assert repr(decay_stepped([5, 9], [1, 0.5])) == "decay_stepped(5.0, 9.0; 1.0, 0.5)"
    precise = decay_exponential(0.1234567), decay_exponential(0.12345671)
    assert precise[0] != precise[1]


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: decay_binary(0), "cutoff_min must be a number above 0, but is 0"),
        (lambda: decay_linear(-3), "cutoff_min must be a number above 0, but is -3"),
        (lambda: decay_exponential(math.nan), "rate_per_min must be a number above 0"),
        (lambda: decay_gaussian(math.inf), "sd_min must be a number above 0, but is inf"),
        (lambda: decay_logistic(30, 0), "sd_min must be a number above 0, but is 0"),
        (lambda: decay_inverse_power(2, floor_min=0), "floor_min must be a number above 0"),
        (lambda: decay_stepped([], []), "give one weight for each bound"),
        (lambda: decay_stepped([10], [1, 0.5]), "1 bounds_min and 2 weights"),
        (lambda: decay_stepped([10, 10], [1, 0.5]), "bounds_min must rise, but are 10.0, 10.0"),
        (lambda: decay_stepped([10, 20], [0.5, 1]), "weights must fall"),
        (lambda: decay_stepped([10], [1.5]), "weights must fall from at most 1"),
        (lambda: decay_stepped([10], [math.nan]), "weights must fall"),
    ],
)
def test_what_is_no_decay_is_refused(make: object, says: str) -> None:
    with pytest.raises(InputError, match=says):
        make()  # type: ignore[operator]
