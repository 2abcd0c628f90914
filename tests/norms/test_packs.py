"""Norm packs: what stands in the bundled ones, and what is refused in one's own."""

from __future__ import annotations

from pathlib import Path

import pytest

import geoaccess as ga
from geoaccess.io.bundled import bundled, bundled_names
from geoaccess.io.taxonomy import read_taxonomy
from geoaccess.model.norm import Norm

PACK = """\
[pack]
title = "A pack"
country = "XX"
checked = 2024-05-01
zone_types = { town = "A town" }

[[norm]]
id = "xx-one"
title = { en = "One" }
service = "school"
aspect = "drive_time"
threshold = 30
unit = "min"
status = "guidance"
zone_type = "town"
valid_from = 2020-01-01
source = { citation = "Ministry", where = "p. 3", link = "https://example.org/a", grade = "O" }
"""


@pytest.fixture
def latvia() -> dict[str, Norm]:
    return {norm.id: norm for norm in ga.read_norms("latvia")}


def test_latvia_has_the_figures_of_its_sources(latvia: dict[str, Norm]) -> None:
    """Figures of MK No. 555 as tvnet 7207150 tells them, delfi 47449387, and lsm a532412."""
    asked = {one: (norm.threshold, norm.unit, norm.zone_type) for one, norm in latvia.items()}
    expected = {
        "lv-ambulance-state-city": (12, "min", "state_city"),
        "lv-ambulance-town": (15, "min", "town"),
        "lv-ambulance-rural": (25, "min", "rural"),
        "lv-fire-drive": (8, "min", "fire_post_place"),
        "lv-fire-from-call": (9.5, "min", "fire_post_place"),
        "lv-fire-2004-city": (5, "min", "state_city"),
        "lv-fire-2004-dense": (15, "min", "dense"),
        "lv-fire-2004-sparse": (25, "min", "sparse"),
        "lv-school-1-6": (40, "min", "any"),
        "lv-school-7-9-time": (60, "min", "any"),
        "lv-school-7-9-spacing": (50, "km", "any"),
        "lv-school-10-12-time": (60, "min", "any"),
        "lv-school-10-12-spacing": (50, "km", "any"),
        "lv-school-10-12-presence": (1, "count", "any"),
        "lv-small-school-25-km": (25, "km", "any"),
    }
    assert {one: asked[one] for one in expected} == expected
    assert {norm.required_share for norm in latvia.values() if "ambulance" in norm.id} == {0.75}
    assert {norm.share_of for norm in latvia.values() if "ambulance" in norm.id} == {"cases"}
    assert latvia["lv-fire-from-call"].turnout_min == 1.5


def test_ambulances_and_fire_engines_drive_from_their_stations(latvia: dict[str, Norm]) -> None:
    on_call = [n for n in latvia.values() if n.service in {"ambulance_station", "fire_station"}]
    assert len(on_call) == 8
    assert {n.direction for n in on_call} == {"from_service"}
    assert {(n.service, n.profile) for n in on_call} == {
        ("ambulance_station", "ambulance"),
        ("fire_station", "fire_engine"),
    }


def test_nothing_that_the_press_or_a_planner_says_is_called_law(latvia: dict[str, Norm]) -> None:
    assert {(n.source.grade, n.status) for n in latvia.values()} == {
        ("P", "press"),
        ("P", "guidance"),
        ("A", "planning_assumption"),
    }
    assumed = [n for n in latvia.values() if n.status == "planning_assumption"]
    assert {n.service for n in assumed} == {
        "kindergarten",
        "library",
        "pharmacy",
        "social_service",
        "town_hall",
    }
    for norm in assumed:
        assert "planning assumption" in norm.source.citation
        assert not norm.source.link


def test_every_norm_says_where_and_links_there(latvia: dict[str, Norm]) -> None:
    for norm in latvia.values():
        assert norm.source.where
        assert norm.source.link.startswith("https://") or norm.source.grade == "A"
        assert set(norm.title) == {"en", "lv"}


def test_the_rule_of_2016_replaces_that_of_2004(latvia: dict[str, Norm]) -> None:
    for day, old, new in (
        ("2010-01-01", "valid", "not_valid_on_date"),
        ("2016-05-01", "validity_unclear", "validity_unclear"),
        ("2021-07-01", "not_valid_on_date", "valid"),
    ):
        assert latvia["lv-fire-2004-city"].when(day) == old
        assert latvia["lv-fire-drive"].when(day) == new


@pytest.mark.parametrize("name", bundled_names("norms"))
def test_every_bundled_pack_is_sound_and_names_known_vehicles(name: str) -> None:
    pack = ga.read_norms(name)
    kinds = {*read_taxonomy(), "basic_school", "secondary_school"}
    for norm in pack:
        assert norm.service in kinds
        assert ga.read_profile(norm.profile).name == norm.profile


def test_the_template_is_sound() -> None:
    template = bundled("norms", "template", "country.toml")
    assert {norm.status for norm in ga.read_norms(template)} == {
        "law",
        "guidance",
        "press",
        "planning_assumption",
    }


def test_a_pack_can_be_gone_through() -> None:
    pack = ga.read_norms("latvia")
    assert (pack.name, pack.country, len(pack)) == ("latvia", "LV", len(list(pack)))


MISTAKES = {
    "unknown key": ("threshold = 30", "threshold = 30\nprofle = 'car'", "did you mean 'profile'?"),
    "unknown key of the pack": ('country = "XX"', 'contry = "XX"', "did you mean 'country'?"),
    "unknown key of the source": ('where = "p. 3"', 'were = "p. 3"', "did you mean 'where'?"),
    "unknown table": ("[[norm]]", "[[nrom]]", "unknown key nrom; did you mean 'norm'?"),
    "no threshold": ("threshold = 30\n", "", "norm #1.threshold is missing; add it"),
    "no source": (
        PACK[PACK.index("source = ") :],
        "",
        "norm #1.source is missing; add it",
    ),
    "no citation": ('"Ministry"', '""', "norm #1.source.citation must not be empty"),
    "threshold 0": ("= 30", "= 0", "norm #1.threshold must be above 0, but is 0"),
    "threshold below 0": ("= 30", "= -5", "norm #1.threshold must be above 0, but is -5"),
    "threshold in text": ("= 30", '= "30"', "norm #1.threshold must be a number, but is '30'"),
    "threshold nan": ("= 30", "= nan", "norm #1.threshold must be a finite number"),
    "unit": ('"min"', '"minutes"', "norm #1.unit must be 'min', 'km' or 'count'"),
    "unit of another aspect": ('"min"', '"km"', "aspect drive_time must have unit 'min'"),
    "aspect": ('"drive_time"', '"driving"', "norm #1.aspect must be 'drive_time', "),
    "status": ('"guidance"', '"rule"', "norm #1.status must be 'law', 'guidance', "),
    "law from the press": (
        'grade = "O"',
        'grade = "P"',
        None,
    ),
    "dates backwards": (
        "valid_from = 2020-01-01",
        "valid_from = 2020-01-01\nvalid_to = 2019-12-31",
        "xx-one: valid_to 2019-12-31 must not be before valid_from 2020-01-01",
    ),
    "years backwards": (
        "valid_from = 2020-01-01",
        "valid_from = 2020\nvalid_to = 2019",
        "xx-one: valid_to 2019 must not be before valid_from 2020",
    ),
    "no such day": ("2020-01-01", "'2020-02-30'", "must be a day such as 2018-08-28, or a year"),
    "zone type": ('zone_type = "town"', 'zone_type = "twon"', "did you mean 'town'?"),
    "share over 1": ("threshold = 30", "threshold = 30\nrequired_share = 75", "at most 1"),
    "share 0": ("threshold = 30", "threshold = 30\nrequired_share = 0", "must be above 0"),
    "turnout of a drive": (
        "threshold = 30",
        "threshold = 30\nturnout_min = 2",
        "turnout_min must stand with aspect response_time only",
    ),
    "id": ('"xx-one"', '"XX One"', "norm #1.id must be small letters and digits"),
    "link": ("https://example.org/a", "javascript:alert(1)", "begins with https://"),
    "country": ('"XX"', '"xx"', "pack.country "),
    "checked": ("checked = 2024-05-01\n", "", "pack.checked is missing; add it"),
    "not toml": ("[pack]", "[pack", "not TOML"),
    "single brackets": ("[[norm]]", "[norm]", "norm must have double brackets, [[norm]]"),
    "empty": (PACK, " ", "pack is missing; add it"),
    "twice": (PACK, PACK + PACK[PACK.index("[[norm]]") :], "duplicate norm id xx-one; give every"),
}


@pytest.mark.parametrize("case", MISTAKES.values(), ids=MISTAKES)
def test_a_pack_with_a_mistake_is_refused_in_one_line(
    tmp_path: Path, case: tuple[str, str, str | None]
) -> None:
    old, new, told = case
    text = PACK.replace(old, new)
    assert text != PACK
    if told is None:
        text = text.replace('"guidance"', '"law"')
        told = "xx-one: status law must have a source of grade L or O, but it is P"
    path = tmp_path / "mine.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ga.InputError) as error:
        ga.read_norms(path)
    assert str(error.value).startswith(f"norm pack {path}: ") or "norm pack mine: " in str(
        error.value
    )
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_the_pack_without_a_mistake_is_sound(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(PACK, "utf-8")
    assert [norm.id for norm in ga.read_norms(path)] == ["xx-one"]


def test_a_pack_that_is_not_there() -> None:
    with pytest.raises(ga.InputError, match="unknown norm pack 'latvija'; did you mean 'latvia'"):
        ga.read_norms("latvija")
    with pytest.raises(ga.InputError, match=r"norm pack file none\.toml does not exist"):
        ga.read_norms("none.toml")
