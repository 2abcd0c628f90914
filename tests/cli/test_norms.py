"""``geoaccess norms``: what it prints, and what it refuses."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.norms.town_norms import PACK, ask_norms
from tests.towns import TownStudy


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


# --- check --------------------------------------------------------------------------------------


def test_run_says_which_norms_are_met_and_of_what_force(town: TownStudy, command: Command) -> None:
    ask_norms(town)
    out = town.folder / "out"
    outcome = command("run", town.study, "-o", out)
    assert outcome.code == 0
    lines = outcome.out.splitlines()[2:-1]
    assert lines == [
        "norm t-school (guidance): pass, 85.0% of 200 people within 4 min, 80% asked",
        "norms not modelled: 2; why stands in norms_zones.csv",
    ]
    assert (out / "norms.csv").is_file()
    zones = (out / "norms_zones.csv").read_text("utf-8").splitlines()
    assert any("t-rescue" in line and "other_profile" in line for line in zones)


def test_check_of_a_study_with_the_vehicles_of_its_norms(town: TownStudy, command: Command) -> None:
    ask_norms(town)
    before = sorted(path.name for path in town.folder.iterdir() if path.is_file())
    outcome = command(
        "norms", "check", town.study, "--route-profiles", "--format", "json", "--fail-on", "norm"
    )
    assert sorted(path.name for path in town.folder.iterdir() if path.is_file()) == before
    rows = {row["norm_id"]: row for row in json.loads(outcome.out)}
    assert rows["t-rescue"]["verdict"] == "fail"
    assert rows["t-plan"]["reason"] == "zone_type_unknown"
    assert outcome.code == 4
    # Why the other could not be modelled is told beside the rows, whatever their form.
    note, limit = outcome.err.splitlines()
    assert note.startswith("note: zone_type_unknown: it holds in places of one kind")
    assert limit == "limit: t-rescue (law): 35.00% of people within, fewer than 100.00%"


def test_norms_that_cannot_be_modelled_are_listed_with_the_reason(
    town: TownStudy, command: Command
) -> None:
    """Timetables are not read, and distances between schools ask nothing of people."""
    pack = ask_norms(town)
    text = pack.read_text("utf-8")
    head, first, *_ = text.split("[[norm]]")
    bus = first.replace('id = "t-school"', 'id = "t-bus"').replace(
        'unit = "min"', 'unit = "min"\ntransport = "timetable"'
    )
    apart = first.replace('id = "t-school"', 'id = "t-apart"')
    apart = apart.replace('aspect = "drive_time"', 'aspect = "spacing"')
    apart = apart.replace('unit = "min"', 'unit = "km"')
    pack.write_text(head + "[[norm]]" + bus + "[[norm]]" + apart, "utf-8")
    reasons = {"t-bus": "timetable_transport", "t-apart": "between_services"}
    told = command("norms", "check", town.study, "--format", "json")
    rows = {row["norm_id"]: row for row in json.loads(told.out)}
    assert {one: row["reason"] for one, row in rows.items()} == reasons
    assert {row["verdict"] for row in rows.values()} == {"not_modelled"}
    for shape in ("table", "csv"):
        printed = command("norms", "check", town.study, "--format", shape)
        for one, reason in reasons.items():
            (line,) = [line for line in printed.out.splitlines() if one in line]
            assert "not_modelled" in line
            assert reason in line
        assert "timetables are not read" in printed.err
        assert "not people from services" in printed.err


def test_check_of_a_pack_of_ones_own(town: TownStudy, command: Command) -> None:
    pack = ask_norms(town)
    outcome = command("norms", "check", pack)
    assert outcome.code == 0
    assert outcome.out == (
        f"{pack}: sound. Norms of the grid town; 3 norms "
        f"(1 guidance, 1 law, 1 planning_assumption)\n"
    )


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("threshold = 4", "threshold = 0", "norm #1.threshold must be above 0, but is 0"),
        ("threshold = 4", "treshold = 4", "unknown key norm #1.treshold; did you mean 'threshold'"),
        ('"t-plan"', '"t-school"', "duplicate norm id t-school"),
        ('unit = "min"', 'unit = "hours"', "norm #1.unit must be 'min', 'km' or 'count'"),
        ("[pack]", "[pack", "not TOML"),
    ],
)
def test_check_of_a_pack_with_a_mistake(
    tmp_path: Path, command: Command, old: str, new: str, told: str
) -> None:
    pack = tmp_path / "mine.toml"
    pack.write_text(PACK.replace(old, new), "utf-8")
    outcome = command("norms", "check", pack)
    assert (outcome.code, outcome.out) == (3, "")
    assert told in outcome.err
    assert outcome.err.count("\n") == 1


def test_check_of_saved_results(town: TownStudy, command: Command) -> None:
    pack = ask_norms(town, "route_profiles = true")
    out = town.folder / "out"
    assert command("run", "-q", town.study, "-o", out).code == 0
    told = command("norms", "check", out, "--by", "zone", "--format", "csv").out
    assert told == (out / "norms_zones.csv").read_text("utf-8")
    told = command("norms", "check", out, "--by", "settlement", "--format", "csv").out
    assert told == (out / "norms.csv").read_text("utf-8")
    # Checked again against the minutes of the car, as they were saved, the others being lost.
    again = command("norms", "check", out, "--pack", pack, "--format", "json")
    rows = {row["norm_id"]: row for row in json.loads(again.out)}
    assert (rows["t-school"]["people_within"], rows["t-school"]["verdict"]) == (170, "pass")
    assert rows["t-rescue"]["reason"] == "other_profile"


def test_results_without_norms_take_a_pack(town: TownStudy, command: Command) -> None:
    out = town.folder / "out"
    assert command("run", "-q", town.study, "-o", out).code == 0
    refused = command("norms", "check", out)
    assert refused.code == 3
    assert "no norms were checked in that run; name a pack with --pack" in refused.err
    asked = command("norms", "check", out, "--pack", "latvia", "--format", "csv")
    rows = {row["norm_id"]: row for row in csv.DictReader(io.StringIO(asked.out))}
    assert rows["lv-plan-pharmacy"]["verdict"] == "pass"
    assert rows["lv-school-1-6"]["reason"] == "not_valid_on_date"


def test_results_that_were_tampered_with_are_refused(town: TownStudy, command: Command) -> None:
    out = town.folder / "out"
    assert command("run", "-q", town.study, "-o", out).code == 0
    words = ("norms", "check", out, "--pack", "latvia")
    access = (out / "access.csv").read_text("utf-8")
    for text, told in (
        (access.replace("nearest_min", "minutes"), "are not those of this version"),
        (access.replace("school,", "school,x", 1), "is no table of results"),
    ):
        assert text != access
        (out / "access.csv").write_text(text, "utf-8")
        outcome = command(*words)
        assert (outcome.code, outcome.err.count("\n")) == (3, 1)
        assert told in outcome.err
    (out / "summary.json").write_text("{", "utf-8")
    assert "is not JSON; run the study again" in command(*words).err


def test_the_table_says_once_why_norms_were_not_modelled(town: TownStudy, command: Command) -> None:
    ask_norms(town)
    outcome = command("norms", "check", town.study)
    assert [line.split(":")[1].strip() for line in outcome.err.splitlines()] == [
        "other_profile",
        "zone_type_unknown",
    ]


def test_no_output_calls_an_assumption_law(town: TownStudy, command: Command) -> None:
    ask_norms(town, 'zone_type_words = { village = "town" }', 'zone_type_table = "types.csv"')
    (town.folder / "types.csv").write_text("id,zone_type\nV1,town\nV2,village\n", "utf-8")
    out = town.folder / "out"
    told = [command("run", town.study, "-o", out).out]
    assert "norm t-plan (planning assumption): fail" in told[0]
    for by in ("norm", "zone", "settlement"):
        words = ("norms", "check", out, "--by", by, "--format")
        told += [command(*words, "table").out, command(*words, "csv").out]
        rows = json.loads(command(*words, "json").out)
        plan = [row for row in rows if row["norm_id"] == "t-plan"]
        assert plan
        assert {row["status"] for row in plan} == {"planning_assumption"}
    lines = [line for text in told for line in text.splitlines() if "t-plan" in line]
    assert len(lines) > 6
    for line in lines:
        assert "planning" in line
        assert "law" not in line.replace(",", " ").split()
    summary = json.loads((out / "summary.json").read_text("utf-8"))
    (norm,) = [one for one in summary["norms"]["norms"] if one["norm_id"] == "t-plan"]
    assert norm["status"] == "planning_assumption"
    assert "law" not in json.dumps(norm).replace('"', " ").split()


LIMITS = {
    "no norms in the study": ("norm", False, "the study checks no norms; add a [norms] table"),
    "unknown status": ("norm=guidence", True, "did you mean 'guidance'?"),
    "unknown norm": ("norm=t-scool", True, "did you mean 't-school'?"),
    "no limit": ("norms", True, "is no limit; write for example unreached=1%, norm, norm="),
}


@pytest.mark.parametrize("case", LIMITS.values(), ids=LIMITS)
def test_a_limit_on_norms_that_are_not_checked_is_refused_before_the_run(
    town: TownStudy, command: Command, case: tuple[str, bool, str]
) -> None:
    limit, with_norms, told = case
    if with_norms:
        ask_norms(town)
    outcome = command("run", town.study, "-o", town.folder / "out", "--fail-on", limit)
    assert outcome.code == 3
    assert told in outcome.err
    assert not (town.folder / "out").exists()


def test_validate_reads_the_norms_too(town: TownStudy, command: Command) -> None:
    pack = ask_norms(town)
    assert command("validate", town.study).code == 0
    town.edit(pack, "threshold = 4", "threshold = -4")
    outcome = command("validate", town.study)
    assert outcome.code == 3
    assert "norm #1.threshold must be above 0, but is -4" in outcome.err


def test_limits_on_norms(town: TownStudy, command: Command) -> None:
    ask_norms(town)
    words = ("run", "-q", town.study, "-o", town.folder / "out")
    assert command(*words, "--fail-on", "norm", "--fail-on", "unreached=0%").code == 0
    # A norm that is named must be judged, or nobody would notice that it was not.
    outcome = command(*words, "--fail-on", "norm=t-rescue", "--fail-on", "norm=guidance")
    assert outcome.code == 4
    assert outcome.err == "limit: t-rescue (law): could not be modelled (other_profile)\n"
    town.edit(town.folder / "norms.toml", "required_share = 0.8", "required_share = 0.9")
    outcome = command(*words, "--fail-on", "norm=guidance")
    assert outcome.code == 4
    assert outcome.err == "limit: t-school (guidance): 85.00% of people within, fewer than 90.00%\n"


def test_what_holds_no_results_and_what_is_not_there(tmp_path: Path, command: Command) -> None:
    assert "holds no results (summary.json is missing)" in command("norms", "check", tmp_path).err
    missing = command("norms", "check", tmp_path / "none.toml")
    assert missing.code == 3
    assert "does not exist" in missing.err
