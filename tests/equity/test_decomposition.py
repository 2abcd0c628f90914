from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoaccess.equity.decomposition import theil_by_level
from geoaccess.equity.theil import theil_decomposition
from geoaccess.errors import InputError, MismatchError
from tests import naive, naive_equity
from tests.equity.cases import Case, nested, populations, positive

LEVELS = ("parish", "municipality", "region")


def keys(levels: dict[str, list[str]]) -> dict[str, Sequence[object]]:
    """Names of zones with all that they are in, so that an empty code is one zone of its own."""
    region = levels["region"]
    town = list(zip(region, levels["municipality"], strict=True))
    parish = list(zip(town, levels["parish"], strict=True))
    return {"parish": parish, "municipality": town, "region": region}


def told(
    values: list[float], weights: list[int], levels: dict[str, list[str]], index: str
) -> dict[tuple[str, str], float]:
    table = theil_by_level(values, weights=weights, levels=levels, index=index)
    keys_of = zip(table["level"], table["component"], strict=True)
    return dict(zip(keys_of, table["value"].tolist(), strict=True))


@given(populations(values=positive), st.sampled_from(["theil_t", "theil_l"]), st.data())
def test_every_step_equals_its_definition_and_they_add_up(
    case: Case, name: str, data: st.DataObject
) -> None:
    values, weights = case
    levels = data.draw(nested(len(values)))
    found = told(values, weights, levels, name)
    zones = keys(levels)
    index = getattr(naive_equity, name)
    whole: list[object] = [0] * len(values)
    own: list[object] = list(range(len(values)))
    chain: list[Sequence[object]] = [zones["region"], zones["municipality"], zones["parish"], own]
    steps = [found[level, "step"] for level in ("region", "municipality", "parish", "settlement")]
    for inner, outer, step in zip(chain, [whole, *chain], steps, strict=False):
        expected = naive_equity.step(
            values, weights, inner, outer, index=index, by_people=name == "theil_l"
        )
        assert step == pytest.approx(expected, abs=1e-9)
    total = index(naive.people(values, weights))
    assert math.fsum(steps) == pytest.approx(total, abs=1e-12)
    assert found["settlement", "total"] == pytest.approx(total, abs=1e-12)
    for level in LEVELS:
        both = found[level, "between"] + found[level, "within"]
        assert both == pytest.approx(total, abs=1e-12)


@given(populations(), st.data())
def test_one_level_is_the_plain_decomposition(case: Case, data: st.DataObject) -> None:
    values, weights = case
    zones = data.draw(st.lists(st.sampled_from("abc"), min_size=len(values), max_size=len(values)))
    found = told(values, weights, {"municipality": zones}, "theil_t")
    plain = theil_decomposition(values, weights=weights, zones=zones)
    assert found["municipality", "between"] == pytest.approx(plain["between"], abs=1e-12)
    assert found["municipality", "within"] == pytest.approx(plain["within"], abs=1e-12)
    assert found["settlement", "total"] == pytest.approx(plain["total"], abs=1e-12)


@given(populations(values=positive), st.data())
def test_other_names_for_the_zones_change_nothing(case: Case, data: st.DataObject) -> None:
    values, weights = case
    levels = data.draw(nested(len(values)))
    other = {
        level: ["" if not code else f"ž{9 - int(code[1:])}" for code in codes]
        for level, codes in levels.items()
    }
    same = told(values, weights, levels, "theil_t")
    for key, value in told(values, weights, other, "theil_t").items():
        assert value == pytest.approx(same[key], abs=1e-12)


@given(populations(values=positive), st.data())
def test_merging_zones_never_raises_the_part_between(case: Case, data: st.DataObject) -> None:
    values, weights = case
    levels = data.draw(nested(len(values)))
    for index in ("theil_t", "theil_l"):
        found = told(values, weights, levels, index)
        between = [found[level, "between"] for level in LEVELS]
        assert between[0] >= between[1] - 1e-12
        assert between[1] >= between[2] - 1e-12


def test_by_hand() -> None:
    # Two zones of two, means 2 and 6, each with a spread of its own: T between is that of 2 and 6.
    found = told([1, 3, 6, 6], [1, 1, 1, 1], {"municipality": ["a", "a", "b", "b"]}, "theil_t")
    between = (0.5 * math.log(0.5) + 1.5 * math.log(1.5)) / 2
    assert found["municipality", "between"] == pytest.approx(between)
    # Only a has a spread; it holds 4 of 16.
    assert found["settlement", "step"] == pytest.approx(4 / 16 * between)


def test_a_zone_in_two_larger_ones_is_refused() -> None:
    levels = {"parish": ["p", "p"], "region": ["a", "b"]}
    with pytest.raises(MismatchError, match="parish p: in two zones of level 'region'"):
        theil_by_level([1, 2], weights=[1, 1], levels=levels)
    # Where nobody lives, it does not matter.
    theil_by_level([1, 2], weights=[1, 0], levels=levels)


def test_levels_must_be_there_and_as_many_as_values() -> None:
    with pytest.raises(InputError, match="no levels"):
        theil_by_level([1, 2], weights=[1, 1], levels={})
    with pytest.raises(MismatchError, match="zones of level 'region'"):
        theil_by_level([1, 2], weights=[1, 1], levels={"region": ["a"]})


def test_nobody_has_no_parts() -> None:
    table = theil_by_level([1.0], weights=[0], levels={"region": ["a"]})
    assert table["value"].isna().all()
    parts = theil_decomposition([1.0], weights=[0], zones=["a"])
    assert all(math.isnan(value) for value in parts.values())
