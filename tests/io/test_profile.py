"""Profiles: what is read, what they extend, what is refused; limits and durations."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoaccess.errors import InputError
from geoaccess.io.bundled import bundled, bundled_names
from geoaccess.io.judge import CLOSED, judge, parse_duration_min
from geoaccess.io.limits import limit_on, parse_maxspeed_kmh
from geoaccess.io.profile import profile_toml, read_profile
from geoaccess.model.profile import Profile

CAR = read_profile("car")
PROFILES = {name: read_profile(name) for name in bundled_names("profiles")}


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
        ("none", float("inf")),
        ("RO:urban", 50.0),
        ("DE:motorway", float("inf")),
        ("DE:zone30", 30.0),
        ("DE:30", 30.0),
        ("signals", None),
        ("LV:moon", None),
        ("500", None),
        ("", None),
        ("0", None),
        ("-30", None),
        ("fast", None),
        ("XX:rural", None),
    ],
)
def test_maxspeed(text: str, kmh: float | None) -> None:
    assert parse_maxspeed_kmh(text, CAR.legal_kmh) == kmh


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
        ('name = "x"\nspeed_kmh = { track = -8 }', "speed_kmh.track must be above 0, but is -8"),
        ('extends = "kar"', "unknown profile 'kar'; did you mean 'car'?"),
        ('extends = ["car"]', "extends must be the name or path of one profile"),
        ('extends = "mine.toml"', "profiles extend one another in a circle, by mine.toml"),
        ('extends = "gone.toml"', "profile file "),
        ('extends = "car"\nspeed_factor = 0', "speed_factor must be above 0, but is 0"),
        ('extends = "car"\nturnout_min = -1', "turnout_min must be at least 0, but is -1"),
        ('extends = "car"\nturnout_min = nan', "turnout_min must be"),
        ('extends = "car"\nspeed_kmh = 8', "speed_kmh must be one table, [speed_kmh]"),
        ('extends = "car"\ncountry = "Latvia"', "country must be two capital letters such as LV"),
        (
            'extends = "car"\naccess_keys = ["access", "motorcra"]',
            "access_keys must name transport modes; for 'motorcra' did you mean 'motorcar'?",
        ),
        (
            'extends = "car"\nnode_delay_s = { trafic_signals = 5 }',
            "node_delay_s must name kinds of node; for 'trafic_signals' did you mean",
        ),
        (
            'extends = "car"\nnode_delay_s = { gate = -5 }',
            "node_delay_s.gate must be at least 0, but is -5",
        ),
        ('extends = "car"\nlegal_limits = "legl"', "unknown table of legal limits 'legl'; did"),
        (
            'extends = "car"\nlegal_kmh = { LV = { urban = -5 } }',
            "legal_kmh.LV.urban must be above",
        ),
        ('extends = "car"\nlegal_kmh = 5', "legal_kmh must be one table"),
        (
            'extends = "car"\nclosed_tags = { toll = "yes" }',
            "closed_tags.toll must be a list in [ ]",
        ),
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


BUNDLED = bundled_names("profiles")


def test_the_profiles_that_ship() -> None:
    assert BUNDLED == [
        "ambulance",
        "bicycle",
        "car",
        "car_spring_thaw",
        "car_winter",
        "fire_engine",
        "school_bus",
        "walk",
    ]


@pytest.mark.parametrize("name", BUNDLED)
def test_every_profile_is_called_as_its_file_and_says_what_it_is(name: str) -> None:
    profile = read_profile(name)
    assert profile.name == name
    assert profile.description
    assert profile.speed_kmh


@pytest.mark.parametrize("name", BUNDLED)
def test_every_key_of_every_profile_stands_under_a_comment(name: str) -> None:
    lines = bundled("profiles", f"{name}.toml").read_text("utf-8").splitlines()
    assert lines[0].startswith("# ")
    assert "planning" in "".join(lines)


@pytest.mark.parametrize("name", BUNDLED)
def test_written_out_and_read_again_a_profile_is_the_same(name: str, tmp_path: Path) -> None:
    profile = read_profile(name)
    again = read_profile(_profile(tmp_path, profile_toml(profile)))
    assert again.model_copy(update={"legal_limits": profile.legal_limits}) == profile


def test_what_extends_a_profile_is_laid_over_it_key_by_key(tmp_path: Path) -> None:
    mine = read_profile(
        _profile(
            tmp_path,
            'extends = "car"\nname = "mine"\nspeed_kmh.track = 8\nclosed_tags.toll = ["yes"]\n',
        )
    )
    assert (mine.speed_kmh["track"], mine.speed_kmh["primary"]) == (8.0, 80.0)
    assert judge(mine, {"highway": "primary", "toll": "yes"}) is CLOSED
    assert judge(mine, {"highway": "primary", "area": "yes"}) is CLOSED


def test_a_profile_may_extend_the_users_own(tmp_path: Path) -> None:
    (tmp_path / "slow.toml").write_text('extends = "car"\nspeed_factor = 0.5\n', "utf-8")
    mine = read_profile(_profile(tmp_path, 'extends = "slow.toml"\nname = "mine"\n'))
    assert judge(mine, {"highway": "primary"}).forward_kmh == 40.0


def test_two_files_that_extend_each_other(tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text('extends = "mine.toml"\n', "utf-8")
    path = _profile(tmp_path, 'extends = "other.toml"\n')
    with pytest.raises(InputError, match=r"in a circle, by mine\.toml; break it"):
        read_profile(path)


@pytest.mark.parametrize(
    ("country", "tags", "kmh"),
    [
        ("LV", {"highway": "secondary", "surface": "gravel"}, 80.0),
        ("LV", {"highway": "secondary"}, 90.0),
        ("LV", {"highway": "residential"}, 50.0),
        ("LV", {"highway": "living_street"}, 20.0),
        ("LV", {"highway": "motorway"}, 120.0),
        ("LT", {"highway": "secondary", "surface": "gravel"}, 70.0),
        ("EE", {"highway": "secondary", "surface": "gravel"}, 90.0),
        ("DE", {"highway": "motorway"}, float("inf")),
        ("DE", {"highway": "secondary", "zone:traffic": "DE:urban"}, 50.0),
        ("MT", {"highway": "primary"}, 80.0),
        ("GB", {"highway": "trunk", "maxspeed:type": "GB:nsl_dual"}, 112.65408),
        ("AT", {"highway": "trunk", "motorroad": "yes"}, 100.0),
        ("", {"highway": "primary"}, float("inf")),
        ("XX", {"highway": "primary"}, float("inf")),
    ],
)
def test_the_law_where_no_sign_is_tagged(country: str, tags: dict[str, str], kmh: float) -> None:
    car = CAR.model_copy(update={"country": country})
    assert limit_on(car, tags, "forward").kmh == kmh


def test_limits_are_corrected_in_the_profile_or_replaced_by_a_file(tmp_path: Path) -> None:
    text = 'extends = "car"\n[legal_kmh.LV]\nrural = 70.0\n'
    own = read_profile(_profile(tmp_path, text))
    assert limit_on(own, {"highway": "primary"}, "forward").kmh == 70.0
    assert own.legal_kmh["LV"]["urban"] == 50.0
    (tmp_path / "limits.toml").write_text("[LV]\nrural = 60.0\n", "utf-8")
    replaced = read_profile(_profile(tmp_path, 'extends = "car"\nlegal_limits = "limits.toml"\n'))
    assert replaced.legal_kmh == {"LV": {"rural": 60.0}}
    (tmp_path / "limits.toml").write_text("[LV]\nrural = -60.0\n", "utf-8")
    with pytest.raises(InputError, match=r"limits\.toml: LV\.rural must be above 0"):
        read_profile(_profile(tmp_path, 'extends = "car"\nlegal_limits = "limits.toml"\n'))


def test_class_and_surface_together() -> None:
    car = CAR.model_copy(update={"class_surface_kmh": {"secondary": {"gravel": 70.0}}})
    assert judge(car, {"highway": "secondary", "surface": "gravel"}).forward_kmh == 70.0
    assert judge(car, {"highway": "primary", "surface": "gravel"}).forward_kmh == 60.0


@pytest.mark.parametrize(
    ("tags", "note"),
    [
        ("highway=primary maxspeed=fast", "maxspeed_unreadable"),
        ("highway=primary maxspeed:conditional=x", "maxspeed_conditional_ignored"),
        ("highway=primary motor_vehicle:conditional=x", "access_conditional_ignored"),
        ("highway=primary oneway:conditional=x", "oneway_conditional_ignored"),
        ("highway=primary oneway=reversible", "oneway_reversible_closed"),
        ("highway=primary oneway=perhaps", "oneway_unreadable"),
        ("highway=primary", "km_built_up_unknown"),
        ("highway=primary", "km_surface_untagged"),
        ("highway=primary surface=moonrock", "km_surface_of_unknown_kind"),
        ("highway=residential", "km_limit_by_law"),
        ("highway=service access=destination", "km_destination_only_open"),
        ("route=ferry", "ferries_without_duration"),
    ],
)
def test_what_is_assumed_or_left_aside_is_noted(tags: str, note: str) -> None:
    pairs = dict(pair.split("=", 1) for pair in tags.split())
    assert note in judge(CAR, pairs).notes


def test_a_sound_road_is_noted_for_nothing() -> None:
    tags = {"highway": "primary", "maxspeed": "70", "surface": "asphalt", "oneway": "yes"}
    assert judge(CAR, tags).notes == frozenset()


WORDS = st.sampled_from(
    [
        "yes",
        "no",
        "private",
        "destination",
        "-1",
        "50",
        "none",
        "LV:urban",
        "30 mph",
        "a;b",
        "",
        "ü",
    ]
)
KEYS = st.sampled_from(
    [
        "access",
        "barrier",
        "bicycle",
        "cycleway",
        "duration",
        "ford",
        "highway",
        "junction",
        "maxspeed",
        "maxspeed:forward",
        "motorcar",
        "oneway",
        "route",
        "service",
        "smoothness",
        "surface",
    ]
)


@given(st.dictionaries(KEYS, st.one_of(WORDS, st.text(max_size=6))), st.sampled_from(BUNDLED))
def test_no_tags_break_the_judge(tags: dict[str, str], name: str) -> None:
    profile = PROFILES[name]
    verdict = judge(profile, {"highway": "primary", **tags})
    most = max(profile.speed_kmh.values()) * profile.speed_factor
    assert 0 <= verdict.forward_kmh <= most
    assert 0 <= verdict.backward_kmh <= most


@given(
    tags=st.dictionaries(KEYS, WORDS),
    speeds=st.tuples(st.floats(1, 200), st.floats(1, 200)),
    highway=st.sampled_from(sorted(CAR.speed_kmh)),
)
def test_a_higher_planning_speed_is_never_slower(
    tags: dict[str, str], speeds: tuple[float, float], highway: str
) -> None:
    low, high = (
        judge(
            CAR.model_copy(update={"speed_kmh": {**CAR.speed_kmh, highway: kmh}}),
            {**tags, "highway": highway},
        )
        for kmh in sorted(speeds)
    )
    assert low.forward_kmh <= high.forward_kmh
    assert low.backward_kmh <= high.backward_kmh
