"""What a car may do on a way, by its tags."""

from __future__ import annotations

from pathlib import Path

import pytest

from geoaccess.errors import InputError
from geoaccess.io.profile import (
    CLOSED,
    judge,
    parse_duration_min,
    parse_maxspeed_kmh,
    read_profile,
)
from geoaccess.model.profile import Profile

CAR = read_profile("car")

SPEEDS = [
    # tags, forward km/h, backward km/h
    ("highway=residential", 35, 35),
    ("highway=motorway", 110, 0),
    ("highway=motorway oneway=no", 110, 110),
    ("highway=motorway_link", 60, 0),
    ("highway=trunk", 85, 85),
    ("highway=footway", 0, 0),
    ("highway=construction", 0, 0),
    ("highway=pedestrian area=yes", 0, 0),
    ("highway=service area=yes", 0, 0),
    # Surface and track grade.
    ("highway=tertiary surface=gravel", 60, 60),
    ("highway=secondary surface=asphalt", 75, 75),
    ("highway=track tracktype=grade4", 15, 15),
    ("highway=track tracktype=grade1 surface=mud", 10, 10),
    ("highway=tertiary surface=moonrock", 65, 65),
    # Limits lower the driven speed and never raise it.
    ("highway=primary maxspeed=50", 50, 50),
    ("highway=residential maxspeed=90", 35, 35),
    ("highway=primary maxspeed=LV:urban", 50, 50),
    ("highway=primary maxspeed=signals", 80, 80),
    ("highway=primary maxspeed:forward=30", 30, 80),
    ("highway=primary maxspeed=70 maxspeed:backward=40", 70, 40),
    ("highway=primary surface=gravel maxspeed=70", 60, 60),
    # Direction.
    ("highway=residential oneway=yes", 35, 0),
    ("highway=residential oneway=1", 35, 0),
    ("highway=residential oneway=true", 35, 0),
    ("highway=residential oneway=-1", 0, 35),
    ("highway=residential oneway=reverse", 0, 35),
    ("highway=residential oneway=no", 35, 35),
    ("highway=residential oneway=reversible", 0, 0),
    ("highway=residential oneway=alternating", 0, 0),
    ("highway=tertiary junction=roundabout", 65, 0),
    ("highway=tertiary junction=circular", 65, 0),
    ("highway=tertiary junction=roundabout oneway=-1", 0, 65),
    ("highway=tertiary junction=jughandle", 65, 65),
    # Access: the most telling tag decides.
    ("highway=service access=private", 0, 0),
    ("highway=service access=destination", 20, 20),
    ("highway=service access=no motor_vehicle=yes", 20, 20),
    ("highway=service access=yes motorcar=no", 0, 0),
    ("highway=service motor_vehicle=no motorcar=designated", 20, 20),
    ("highway=service vehicle=forestry", 0, 0),
    # Ferries.
    ("route=ferry", 10, 10),
    ("route=ferry oneway=yes", 10, 0),
    ("route=ferry motor_vehicle=no", 0, 0),
    ("route=hiking", 0, 0),
    ("", 0, 0),
]


def _tags(text: str) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in text.split())


@pytest.mark.parametrize(("tags", "forward", "backward"), SPEEDS)
def test_speeds(tags: str, forward: float, backward: float) -> None:
    verdict = judge(CAR, _tags(tags))
    assert (verdict.forward_kmh, verdict.backward_kmh) == (forward, backward)


@pytest.mark.parametrize(
    ("tags", "snappable"),
    [
        ("highway=residential", True),
        ("highway=motorway", False),
        ("highway=residential bridge=yes", False),
        ("highway=residential bridge=no tunnel=no", True),
        ("highway=residential tunnel=building_passage", False),
        ("route=ferry", False),
        ("highway=footway", False),
    ],
)
def test_where_a_place_may_meet_the_road(tags: str, snappable: bool) -> None:  # noqa: FBT001
    assert judge(CAR, _tags(tags)).snappable is snappable


def test_ferry_keeps_its_crossing_time() -> None:
    verdict = judge(CAR, {"route": "ferry", "duration": "00:25"})
    assert verdict.ferry
    assert verdict.crossing_min == 25.0


def test_profile_without_ferries() -> None:
    walker = CAR.model_copy(update={"ferries": "exclude"})
    assert judge(walker, {"route": "ferry"}) is CLOSED


@pytest.mark.parametrize(
    ("text", "kmh"),
    [
        ("50", 50.0),
        ("50.5", 50.5),
        (" 50 ", 50.0),
        ("50 km/h", 50.0),
        ("50kmh", 50.0),
        ("30 mph", 48.28032),
        ("30MPH", 48.28032),
        ("10 knots", 18.52),
        ("70;50", 50.0),
        ("70|90|50", 50.0),
        ("LV:rural", 90.0),
        ("none;60", 60.0),
        ("", None),
        ("none", None),
        ("0", None),
        ("-30", None),
        ("fast", None),
        ("LT:rural", None),
    ],
)
def test_maxspeed(text: str, kmh: float | None) -> None:
    assert parse_maxspeed_kmh(text, CAR.implicit_kmh) == kmh


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("00:25", 25.0),
        ("1:30", 90.0),
        ("01:10:30", 70.5),
        ("0:00:45", 0.75),
        ("45", 45.0),
        (" 45 ", 45.0),
        ("PT1H", 60.0),
        ("PT1H20M", 80.0),
        ("pt90m", 90.0),
        ("PT30S", 0.5),
        ("", 0.0),
        ("soon", 0.0),
        ("-5", 0.0),
        ("1:2", 0.0),
    ],
)
def test_duration(text: str, minutes: float) -> None:
    assert parse_duration_min(text) == minutes


def _profile(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_own_profile(tmp_path: Path) -> None:
    cart = read_profile(_profile(tmp_path, 'name = "cart"\nspeed_kmh = { track = 8 }\n'))
    assert cart.name == "cart"
    assert judge(cart, {"highway": "track"}).forward_kmh == 8.0
    assert judge(cart, {"highway": "primary"}) == CLOSED


def test_profile_made_in_python_is_given_back() -> None:
    cart = Profile(name="cart", speed_kmh={"track": 8})
    assert read_profile(cart) is cart


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("speed_kmh = { track = 8 }", "name is missing; add it"),
        ('name = "x"', "speed_kmh is missing; add it"),
        ('name = "x"\nspeed_kmh = {}', "speed_kmh must not be empty"),
        (
            'name = "x"\nsped_kmh = { track = 8 }',
            "unknown key sped_kmh; did you mean 'speed_kmh'?",
        ),
        ('name = "x"\nspeed_kmh = { track = 0 }', "speed_kmh.track must be above 0, but is 0"),
        ('name = "x"\nspeed_kmh = { track = 900 }', "speed_kmh.track must be at most 400"),
        ('name = "x"\nspeed_kmh = { track = inf }', "speed_kmh.track must be a finite number"),
        ('name = "x"\nspeed_kmh = { track = "f" }', "speed_kmh.track must be a number"),
        (
            'name = "x"\nferries = "swim"\nspeed_kmh = { track = 8 }',
            "ferries must be 'include' or 'exclude', but is 'swim'",
        ),
        (
            'name = "x"\nferry_boarding_min = -1\nspeed_kmh = { track = 8 }',
            "ferry_boarding_min must be at least 0, but is -1",
        ),
        ("name = ", "not TOML: Invalid value"),
    ],
)
def test_bad_profile(tmp_path: Path, text: str, told: str) -> None:
    path = _profile(tmp_path, text)
    with pytest.raises(InputError) as refused:
        read_profile(path)
    assert str(refused.value).startswith(f"profile {path}: {told}")


def test_unknown_profile() -> None:
    with pytest.raises(InputError, match="unknown profile 'kar'; did you mean 'car'"):
        read_profile("kar")
