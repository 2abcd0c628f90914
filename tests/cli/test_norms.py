"""``geoaccess norms``: what it prints, and what it refuses."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.cli.conftest import Command


def test_list_tells_every_norm_with_its_force(command: Command) -> None:
    outcome = command("norms", "list", "--pack", "latvia")
    assert (outcome.code, outcome.err) == (0, "")
    lines = outcome.out.splitlines()
    assert len(lines) == 21
    for line in lines[1:]:
        words = line.split()
        assert words[-1] in {"P", "A"}
        assert (words[-2] == "planning_assumption") == ("lv-plan-" in line)
        assert "law" not in words


def test_list_of_a_day_leaves_out_what_does_not_hold(command: Command) -> None:
    old = command("norms", "list", "--day", "2010-06-01").out
    assert "lv-fire-2004-city" in old
    assert "lv-fire-drive" not in old
    new = command("norms", "list", "--day", "2024-06-01").out
    assert "lv-fire-2004-city" not in new
    assert "lv-school-1-6" in new


@pytest.mark.parametrize("shape", ["csv", "json"])
def test_list_for_machines(command: Command, shape: str) -> None:
    out = command("norms", "list", "--service", "ambulance_station", "--format", shape).out
    rows = list(csv.DictReader(io.StringIO(out))) if shape == "csv" else json.loads(out)
    assert [float(row["threshold"]) for row in rows] == [12, 15, 25]
    assert {row["status"] for row in rows} == {"press"}
    assert {float(row["required_share"]) for row in rows} == {0.75}


def test_show_gives_the_force_first_and_the_source(command: Command) -> None:
    lines = command("norms", "show", "lv-ambulance-rural").out.splitlines()
    assert lines[0] == "lv-ambulance-rural"
    assert lines[1].split(maxsplit=1) == [
        "status",
        "press (as the press tells it, not checked against the legal text)",
    ]
    told = "\n".join(lines)
    for word in (
        "response_time at most 25 min, for 75% of cases",
        "ambulance, driving from the service",
        "https://www.tvnet.lv/7207150/",
        "Cabinet Regulation No. 555 of 2018",
        "P (press or encyclopedia)",
    ):
        assert word in told


def test_an_assumption_is_nowhere_shown_as_law(command: Command) -> None:
    told = command("norms", "show", "lv-plan-library").out
    assert "planning_assumption (planning assumption, no legal force)" in told
    assert "law" not in told.lower().split()
    row = json.loads(command("norms", "show", "lv-plan-library", "--format", "json").out)
    assert (row["status"], row["source"]["grade"]) == ("planning_assumption", "A")


REFUSED = {
    "unknown norm": (("show", "lv-libary"), "no norm 'lv-libary'; did you mean"),
    "unknown pack": (("list", "--pack", "latva"), "unknown norm pack 'latva'; did you mean"),
    "no such file": (("list", "--pack", "x.toml"), "norm pack file x.toml does not exist"),
    "no such day": (("list", "--day", "2021-02-30"), "--day must be a day"),
    "no such status": (("list", "--status", "guidence"), "did you mean 'guidance'?"),
    "no such service": (("list", "--service", "libary"), "did you mean 'library'?"),
}


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_what_is_not_there_is_refused_in_one_line(
    command: Command, case: tuple[tuple[str, ...], str]
) -> None:
    arguments, told = case
    outcome = command("norms", *arguments)
    assert (outcome.code, outcome.out) == (3, "")
    assert told in outcome.err
    assert outcome.err.count("\n") == 1
