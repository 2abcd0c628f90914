from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoaccess.equity import (
    atkinson,
    concentration,
    decomposition,
    fgt,
    gini,
    hoover,
    palma,
    percentile_ratio,
    share_beyond,
    theil,
    theil_l,
    variation,
)
from geoaccess.equity.bootstrap import Strata, centred_interval, resampled
from geoaccess.equity.rules import INDICES, EquityRules
from geoaccess.equity.scorecard import SCORECARD_COLUMNS, equity_scorecard
from geoaccess.errors import InputError, MismatchError
from tests import naive
from tests.equity.cases import Case, nested, populations

KEYS = ["territory", "level", "index", "component"]
NO_DRAWS = EquityRules(cutoff_min=1000, n_boot=0)


def figures(table: pd.DataFrame) -> dict[tuple[str, ...], float]:
    keys = zip(*(table[name] for name in KEYS), strict=True)
    return dict(zip(keys, table["value"].tolist(), strict=True))


@given(populations(), st.data())
def test_every_figure_is_that_of_its_function(case: Case, data: st.DataObject) -> None:
    values, weights = case
    levels = data.draw(nested(len(values)))
    ranks = data.draw(st.lists(st.integers(0, 3), min_size=len(values), max_size=len(values)))
    rules = EquityRules(cutoff_min=1000, n_boot=0, beyond_min=(3, 30))
    told = figures(
        equity_scorecard(
            values,
            weights=weights,
            zonings={"before": levels, "after": levels["region"]},
            norm=30,
            rank_by=ranks,
            rules=rules,
        )
    )
    raised = [max(value, 1.0) for value in values]
    expected = {
        "gini": gini.gini(values, weights=weights),
        "hoover": hoover.hoover(values, weights=weights),
        "palma": palma.palma(values, weights=weights),
        "p90_p10": percentile_ratio.percentile_ratio(values, weights=weights),
        "cv": variation.coefficient_of_variation(values, weights=weights),
        "theil_t": theil.theil(values, weights=weights),
        "theil_l": theil_l.theil_l(raised, weights=weights),
        "atkinson_0.5": atkinson.atkinson(values, weights=weights, epsilon=0.5),
        "atkinson_1": atkinson.atkinson(raised, weights=weights, epsilon=1),
        "atkinson_2": atkinson.atkinson(raised, weights=weights, epsilon=2),
        "concentration": concentration.concentration_index(values, weights=weights, rank_by=ranks),
        "sufficiency": fgt.sufficiency_share(values, weights=weights, norm=30, variable="minutes"),
        **{
            f"fgt_{alpha}": fgt.fgt(
                values, weights=weights, norm=30, alpha=alpha, variable="minutes", worst_min=1000
            )
            for alpha in (0, 1, 2)
        },
    }
    assert set(expected) | {"share_beyond_min"} == set(INDICES)
    for index, value in expected.items():
        plain = value if math.isfinite(value) else math.nan
        found = told.pop(("all", "settlement", index, "total"))
        assert found == pytest.approx(plain, abs=1e-12, nan_ok=True), index
    for bound in (3, 30):
        beyond = share_beyond.share_beyond(values, weights=weights, cutoff_min=bound)
        found = told.pop(("all", "settlement", "share_beyond_min", str(bound)))
        assert found == pytest.approx(beyond, abs=1e-12)
    for index, one in (("theil_t", values), ("theil_l", raised)):
        for name, zones in (("before", levels), ("after", {"municipality": levels["region"]})):
            table = decomposition.theil_by_level(one, weights=weights, levels=zones, index=index)
            for level, component, part in table.itertuples(index=False):
                found = told.pop((name, level, index, component))
                assert found == pytest.approx(part, abs=1e-12)
    assert not told


@given(populations(), st.integers(0, 5), st.data())
def test_intervals_are_those_of_settlements_drawn_within_their_zone(
    case: Case, seed: int, data: st.DataObject
) -> None:
    values, weights = case
    zones = data.draw(st.lists(st.sampled_from("ab"), min_size=len(values), max_size=len(values)))
    rules = EquityRules(cutoff_min=1000, n_boot=19, seed=seed, confidence=0.9, indices=["gini"])
    table = equity_scorecard(values, weights=weights, zonings={"z": zones}, rules=rules)
    # The twin: draw after draw, a list of settlements, and the index of the people in it.
    rows = [i for i, weight in enumerate(weights) if weight > 0]
    random = np.random.default_rng(seed)
    told = []
    for _ in range(19):
        drawn = []
        for place, number in zip(rows, random.random(len(rows)), strict=True):
            mates = [i for i in rows if zones[i] == zones[place]]
            drawn.append(mates[int(number * len(mates))])
        told.append(naive.gini([values[i] for i in drawn], [weights[i] for i in drawn]))
    told.sort()
    own = naive.gini(values, weights)
    low, high = max(own + told[0] - told[9], 0), min(own + told[18] - told[9], 1)
    assert table["ci_low"].iloc[0] == pytest.approx(low, abs=1e-9)
    assert table["ci_high"].iloc[0] == pytest.approx(high, abs=1e-9)


@given(populations(), st.data())
def test_intervals_are_sound_and_repeat_and_do_not_depend_on_names(
    case: Case, data: st.DataObject
) -> None:
    values, weights = case
    levels = data.draw(nested(len(values)))
    other = {
        level: ["" if not code else f"ž{9 - int(code[1:])}" for code in codes]
        for level, codes in levels.items()
    }
    rules = EquityRules(cutoff_min=1000, n_boot=20)
    one, again = (
        equity_scorecard(values, weights=weights, zonings={"z": zones}, norm=30, rules=rules)
        for zones in (levels, other)
    )
    numbers = ["value", "ci_low", "ci_high"]
    assert np.allclose(one[numbers], again[numbers], rtol=0, atol=1e-12, equal_nan=True)
    known = one.dropna()
    assert (known["ci_low"] <= known["value"] + 1e-12).all()
    assert (known["value"] <= known["ci_high"] + 1e-12).all()
    assert (known["ci_low"] >= 0).all()
    shares = known[known["index"].isin(["gini", "hoover", "fgt_0", "atkinson_1", "sufficiency"])]
    assert (shares["ci_high"] <= 1).all()
    assert (known.loc[known["index"] == "palma", "ci_low"] >= 0.25 - 1e-9).all()


def test_draws_keep_the_size_of_every_stratum() -> None:
    stratum = np.array([1, 0, 1, 1, 0, 2])
    order = np.array([5, 0, 1, 2, 3, 4])
    strata = Strata(name="", number=stratum, order=order)
    draws = list(resampled(np.arange(6.0), strata, n_boot=20, seed=3))
    assert sum(len(drawn) for drawn in draws) == 20
    for drawn in draws:
        assert (drawn[:, 0] == 5).all()
    ones = np.concatenate(list(resampled(np.ones(6), strata, n_boot=20, seed=3)))
    for one, many in enumerate([2, 3, 1]):
        assert (ones[:, stratum[order] == one].sum(axis=1) == many).all()


def test_an_interval_of_what_is_no_number_is_none() -> None:
    rule = {"confidence": 0.9, "bounds": (0.0, 1.0)}
    for draws in ([0.5, np.nan], [0.5, np.inf], []):
        assert np.isnan(centred_interval(np.array(draws), 0.5, **rule)).all()
    assert np.isnan(centred_interval(np.array([0.5]), np.nan, **rule)).all()


def test_the_rules_are_told_with_whom_they_touched() -> None:
    before = {"municipality": ["a", "a", "b", "", "c"], "region": ["r"] * 5}
    table = equity_scorecard(
        [0, 30, math.inf, 90, 12],
        weights=[5, 3, 2, 1, 0],
        zonings={"before": before, "after": ["a"] * 5},
        norm=30,
        rules=EquityRules(cutoff_min=60, n_boot=10),
    )
    assert tuple(table.columns) == SCORECARD_COLUMNS
    assert table.attrs["notes"] == [
        "minutes, a burden: the higher an index, the less equally the burden is shared",
        "weighted by 11 people in 4 settlements; 1 without people count for nothing",
        "3 of 11 people unreached or beyond 60 min count as 60 min: a lower bound of their burden",
        (
            "theil_l, atkinson_1, atkinson_2 need values above 0: 5 people below 1 min count as 1 "
            "min there"
        ),
        "atkinson of minutes is a measure of spread only: it weighs the nearest people most",
        "palma is empty: the lowest 40 % of people have 0",
        "p90_p10 is empty: the lowest tenth of people have 0",
        (
            "fgt and sufficiency: the norm is at most 30 min; the shortfall runs from 0 there to "
            "1 at 60 min"
        ),
        (
            "before/municipality: zones with people: 2; of a single settlement, so without "
            "inequality within: 2; people outside every zone count as one zone for each larger one"
        ),
        "before/region: zones with people: 1",
        "after/municipality: zones with people: 1",
        (
            "municipality: 3 zones in before and 1 in after; fewer zones lower the part between "
            "them even if nobody's values change: compare with random regroupings before you call "
            "it an effect"
        ),
        (
            "intervals: 95 %, percentiles of 10 draws of settlements within before/municipality, "
            "moved to have the value as their median, seed 0; they show how much hangs on single "
            "settlements, not errors of the data"
        ),
        (
            "2 settlements with 3 people are alone in theirs and cannot be drawn anew, so that "
            "intervals are too narrow"
        ),
    ]


def test_access_has_no_floor_unless_it_is_given() -> None:
    table = equity_scorecard(
        [0, 4, 9], weights=[1, 2, 3], variable="access", norm=5, rules=EquityRules(n_boot=0)
    )
    value = table.set_index("index")["value"]
    assert value["atkinson_1"] == 1
    assert math.isnan(value["theil_l"])
    assert value["fgt_0"] == 0.5
    assert (
        "atkinson_1, atkinson_2 are 1: 1 people have 0; a floor would avoid it"
        in (table.attrs["notes"])
    )
    raised = equity_scorecard(
        [0, 4, 9], weights=[1, 2, 3], variable="access", rules=EquityRules(n_boot=0, floor=1)
    ).set_index("index")["value"]
    assert raised["theil_l"] == theil_l.theil_l([1, 4, 9], weights=[1, 2, 3])


def test_strata_can_be_chosen() -> None:
    levels = {"parish": ["p", "q", "r"], "municipality": ["a", "a", "b"]}
    tables = {
        level: equity_scorecard(
            [1, 2, 9],
            weights=[1, 1, 1],
            zonings={"z": levels},
            rules=EquityRules(n_boot=20, indices=["gini"], strata=level),
        )
        for level in (None, "municipality", "parish")
    }
    assert tables[None].equals(tables["municipality"])
    # One settlement in each: nothing to draw.
    alone = tables["parish"].iloc[0]
    assert alone["ci_low"] == alone["ci_high"] == alone["value"]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"values": [1, math.inf]}, "1 people are unreached"),
        ({"values": [1, -1]}, "0 or more"),
        ({"variable": "km"}, "no variable 'km'"),
        ({"norm": 30}, "needs EquityRules"),
        ({"norm": 30, "rules": EquityRules(cutoff_min=20)}, "worst_min must be above the norm"),
        ({"rank_by": [1]}, "equally long"),
        ({"rank_by": [1, math.nan]}, "a number for everybody"),
        ({"zonings": {"z": {}}}, "no levels"),
        ({"zonings": {"z": ["a"]}}, "zones of level 'municipality'"),
        ({"rules": EquityRules(strata="parish"), "zonings": {"z": ["a", "b"]}}, "no level 'pari"),
    ],
)
def test_what_cannot_be_measured_is_refused(changed: dict[str, object], told: str) -> None:
    sound: dict[str, object] = {"values": [1, 2], "weights": [1, 1]}
    with pytest.raises((InputError, MismatchError), match=told):
        equity_scorecard(**{**sound, **changed})


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"cutoff_min": 0}, "cutoff_min must be above 0"),
        ({"floor": math.inf}, "floor must be above 0"),
        ({"n_boot": -1}, "n_boot must be 0 or more"),
        ({"confidence": 1}, "confidence must be between 0 and 1"),
        ({"indices": ["gin"]}, "no index 'gin'; did you mean 'gini'"),
        ({"cutoff_min": 30, "beyond_min": [15, 30]}, "beyond_min 30 must be below the cutoff"),
    ],
)
def test_rules_that_cannot_be_are_refused(changed: dict[str, object], told: str) -> None:
    with pytest.raises(InputError, match=told):
        EquityRules(**changed)


def test_nobody_has_an_empty_scorecard() -> None:
    table = equity_scorecard([1.0], weights=[0], zonings={"z": ["a"]})
    assert table.empty
    assert tuple(table.columns) == SCORECARD_COLUMNS
    assert table.attrs["notes"][1] == (
        "weighted by 0 people in 0 settlements; 1 without people count for nothing"
    )
