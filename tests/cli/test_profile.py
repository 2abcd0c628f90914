"""``geoaccess profile show`` and ``check``."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from geoaccess.io.bundled import bundled_names
from geoaccess.io.profile import read_profile
from tests.cli.conftest import Command


def test_show_lists_the_bundled_profiles(command: Command) -> None:
    outcome = command("profile", "show")
    assert (outcome.code, outcome.err) == (0, "")
    assert [line.split()[0] for line in outcome.out.splitlines()] == bundled_names("profiles")
    assert set(json.loads(command("profile", "show", "--format", "json").out)) == set(
        bundled_names("profiles")
    )


@pytest.mark.parametrize("name", bundled_names("profiles"))
def test_what_show_prints_is_a_profile(command: Command, name: str, tmp_path: Path) -> None:
    outcome = command("profile", "show", name)
    assert outcome.code == 0
    path = tmp_path / "copy.toml"
    path.write_text(outcome.out, "utf-8")
    assert read_profile(path).speed_kmh == read_profile(name).speed_kmh
    assert tomllib.loads(outcome.out)["turnout_min"] == read_profile(name).turnout_min


def test_show_as_json_is_the_same_each_time(command: Command) -> None:
    first = command("profile", "show", "ambulance", "--format", "json").out
    told = json.loads(first)
    assert told["access_keys"][-1] == "emergency"
    assert told["closed_barriers"] == sorted(told["closed_barriers"])
    assert command("profile", "show", "ambulance", "--format", "json").out == first


def test_show_of_an_unknown_profile(command: Command) -> None:
    outcome = command("profile", "show", "ambulence")
    assert (outcome.code, outcome.out) == (3, "")
    assert "unknown profile 'ambulence'; did you mean 'ambulance'?" in outcome.err


def test_check_of_a_sound_file(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "mans auto.toml"
    path.write_text('extends = "car"\nname = "mans"\nspeed_factor = 0.5\n', "utf-8")
    outcome = command("profile", "check", path)
    assert (outcome.code, outcome.err) == (0, "")
    lines = outcome.out.splitlines()
    assert lines[0] == f"{path}: sound. Profile mans, 22 classes of road"
    assert lines[1].split() == ["highway=primary", "40", "km/h"]
    assert "closed" in outcome.out


def test_check_of_a_broken_file(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('extends = "car"\nspeed_factr = 0.5\n', "utf-8")
    outcome = command("profile", "check", path)
    assert (outcome.code, outcome.out) == (3, "")
    assert outcome.err == (
        f"Error: profile {path}: unknown key speed_factr; did you mean 'speed_factor'?\n"
    )


@pytest.mark.parametrize("part", ["show", "check"])
def test_help_has_an_example(command: Command, part: str) -> None:
    outcome = command("profile", part, "-h")
    assert outcome.code == 0
    assert f"Example: geoaccess profile {part}" in outcome.out
