from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoaccess.equity.concentration import concentration_curve, concentration_index
from geoaccess.equity.fgt import fgt, sufficiency_share
from geoaccess.equity.gini import gini
from geoaccess.errors import InputError
from tests import naive_equity
from tests.equity.cases import Case, populations

minutes = st.one_of(st.integers(0, 8).map(lambda n: 15.0 * n), st.floats(0, 120))
norms = st.one_of(st.sampled_from([15.0, 30.0, 60.0]), st.floats(1, 100))


@given(populations(values=minutes), norms, st.sampled_from([0, 1, 2]))
def test_fgt_of_minutes_equals_its_definition(case: Case, norm: float, alpha: int) -> None:
    values, weights = case
    told = fgt(values, weights=weights, norm=norm, alpha=alpha, variable="minutes", worst_min=120)
    assert told == pytest.approx(naive_equity.fgt(values, weights, norm, alpha, 120), abs=1e-12)


@given(populations(), norms, st.sampled_from([0, 1, 2]))
def test_fgt_of_access_equals_its_definition(case: Case, norm: float, alpha: int) -> None:
    values, weights = case
    told = fgt(values, weights=weights, norm=norm, alpha=alpha, variable="access")
    assert told == pytest.approx(naive_equity.fgt(values, weights, norm, alpha, None), abs=1e-12)


@given(populations(values=minutes), norms)
def test_fgt_falls_with_alpha_and_the_rest_have_enough(case: Case, norm: float) -> None:
    values, weights = case
    for variable, worst in (("minutes", 120.0), ("access", None)):
        head, gap, severe = (
            fgt(values, weights=weights, norm=norm, alpha=a, variable=variable, worst_min=worst)
            for a in (0, 1, 2)
        )
        assert 1 >= head >= gap - 1e-12
        assert gap >= severe - 1e-12 >= -1e-12
        enough = sufficiency_share(values, weights=weights, norm=norm, variable=variable)
        assert enough == pytest.approx(1 - head, abs=1e-12)


@given(populations(values=minutes), norms, st.data())
def test_a_transfer_of_minutes_to_the_worse_off_never_lowers_severity(
    case: Case, norm: float, data: st.DataObject
) -> None:
    everybody = sorted(value for value, weight in zip(*case, strict=True) for _ in range(weight))
    if len(everybody) < 2:
        return
    far = data.draw(st.integers(1, len(everybody) - 1))
    near = data.draw(st.integers(0, far - 1))
    more = min(everybody[near], 120 - everybody[far]) * data.draw(st.floats(0, 1))
    after = list(everybody)
    after[far] = min(after[far] + more, 120)
    after[near] = max(after[near] - more, 0)
    for alpha in (1, 2):
        before, then = (
            fgt(one, norm=norm, alpha=alpha, variable="minutes", worst_min=120)
            for one in (everybody, after)
        )
        assert then >= before - 1e-9


def test_meeting_the_norm_exactly_is_enough() -> None:
    assert fgt([30, 31], norm=30, alpha=0, variable="minutes", worst_min=120) == 0.5
    assert fgt([30, 29], norm=30, alpha=0, variable="access") == 0.5
    assert sufficiency_share([30, math.inf], norm=30, variable="minutes") == 0.5


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"alpha": -1}, "alpha must be 0 or more"),
        ({"norm": 0}, "norm must be above 0"),
        ({"norm": math.inf}, "norm must be above 0"),
        ({"worst_min": None}, "worst_min must be above the norm of 30 min"),
        ({"worst_min": 30}, "worst_min must be above the norm of 30 min"),
        ({"worst_min": 60}, "90 min is above worst_min=60"),
    ],
)
def test_a_norm_that_cannot_be_is_refused(changed: dict[str, object], told: str) -> None:
    sound = {"norm": 30, "alpha": 1, "variable": "minutes", "worst_min": 120}
    with pytest.raises(InputError, match=told):
        fgt([10, 90], **{**sound, **changed})


@given(populations(), st.data())
def test_concentration_equals_its_definition(case: Case, data: st.DataObject) -> None:
    values, weights = case
    n = len(values)
    ranks = data.draw(st.lists(st.integers(0, 3), min_size=n, max_size=n))
    told = concentration_index(values, rank_by=ranks, weights=weights)
    assert told == pytest.approx(naive_equity.concentration(values, weights, ranks), abs=1e-9)
    assert -1 < told < 1
    assert abs(told) <= gini(values, weights=weights) + 1e-9
    curve = concentration_curve(values, rank_by=ranks, weights=weights).to_numpy().tolist()
    assert naive_equity.gini_of_curve(curve) == pytest.approx(told, abs=1e-9)
    turned = concentration_index(values, rank_by=[-rank for rank in ranks], weights=weights)
    assert turned == pytest.approx(-told, abs=1e-9)


@given(populations())
def test_ranked_by_themselves_values_have_their_gini(case: Case) -> None:
    values, weights = case
    told = concentration_index(values, rank_by=values, weights=weights)
    assert told == pytest.approx(gini(values, weights=weights), abs=1e-9)


def test_ranks_must_be_numbers_for_everybody() -> None:
    with pytest.raises(InputError, match="rank_by must be a number"):
        concentration_index([1, 2], rank_by=[1, math.nan])
    with pytest.raises(InputError, match="equally long"):
        concentration_index([1, 2], rank_by=[1])
    assert concentration_index([1, 2, 3], rank_by=[1, 2, math.nan], weights=[1, 1, 0]) > 0


def test_nobody_has_no_concentration() -> None:
    assert math.isnan(concentration_index([], rank_by=[]))
    assert concentration_curve([], rank_by=[]).empty
    assert math.isnan(fgt([], norm=30, alpha=1, variable="access"))
    assert math.isnan(sufficiency_share([], norm=30, variable="access"))
