"""Every row of the table of tags, judged."""

from __future__ import annotations

import pytest

from geoaccess.io.access import barrier_is_open
from geoaccess.io.judge import judge
from geoaccess.io.nodes import judge_node
from geoaccess.io.profile import read_profile
from tests.io.tag_table import BARRIERS, CAR, OTHERS, SNAPS

WAYS = [("car", *row) for row in CAR]
WAYS += [(profile, *row) for profile, rows in OTHERS.items() for row in rows]


def tags_of(text: str) -> dict[str, str]:
    """Tags of a row; an underscore that stands for a blank is the one before a unit."""
    pairs = dict(pair.split("=", 1) for pair in text.split())
    return {
        key: value.replace("_", " ") if key.startswith("maxspeed") and value[0].isdigit() else value
        for key, value in pairs.items()
    }


def test_the_table_is_large_and_says_nothing_twice() -> None:
    cases = [(profile, tags) for profile, tags, *_ in WAYS]
    assert len(cases) == len(set(cases))
    assert len(cases) >= 150
    assert all(rule for *_, rule in WAYS)


@pytest.mark.parametrize(("profile", "tags", "forward", "backward", "rule"), WAYS)
def test_way(profile: str, tags: str, forward: float, backward: float, rule: str) -> None:
    verdict = judge(read_profile(profile), tags_of(tags))
    assert (verdict.forward_kmh, verdict.backward_kmh) == pytest.approx((forward, backward)), rule


@pytest.mark.parametrize(("tags", "profile", "passable", "rule"), BARRIERS)
def test_barrier(tags: str, profile: str, passable: bool, rule: str) -> None:  # noqa: FBT001
    vehicle = read_profile(profile)
    assert barrier_is_open(vehicle, tags_of(tags)) is passable, rule
    assert judge_node(vehicle, tags_of(tags)).closed is not passable


@pytest.mark.parametrize(("tags", "snappable"), SNAPS)
def test_snapping(tags: str, snappable: bool) -> None:  # noqa: FBT001
    assert judge(read_profile("car"), tags_of(tags)).snappable is snappable
