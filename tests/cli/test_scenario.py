"""``geoaccess scenario``: run, run again, compare, closures, batch; and what is refused."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.towns import TownStudy

EDITS = """
[[scenario]]
name = "no pharmacy"
description = "Slēgta aptieka."
[[scenario.edits]]
do = "scale_people"
factor = 2

[[scenario]]
name = "slow"
extends = "no pharmacy"
[[scenario.edits]]
do = "change_speed"
factor = 0.5
"""
FILES = {
    "loads.csv",
    "manifest.json",
    "map.html",
    "reassignment.csv",
    "scenario.csv",
    "scenario.html",
    "scenario_equity.csv",
    "scenario_zones.csv",
    "summary.json",
}


def edited(town: TownStudy, text: str) -> Path:
    town.study.write_text(town.study.read_text("utf-8") + text, encoding="utf-8")
    return town.study


def held(folder: Path) -> dict[Path, tuple[bytes, int]]:
    """Bytes and time of change of every file below a folder."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))


def test_list_run_again_and_compare(town: TownStudy, command: Command) -> None:
    study, out = edited(town, EDITS), town.folder / "scenarios"
    listed = command("scenario", "list", study)
    assert listed.code == 0
    assert "Slēgta aptieka." in listed.out

    done = command("scenario", "run", study, "-o", out)
    assert done.code == 0, done
    assert {path.name for path in out.iterdir()} == {"no pharmacy", "slow"}
    assert {path.name for path in (out / "slow").iterdir()} == FILES
    for row in rows_of(out / "slow" / "scenario.csv"):
        assert float(row["after_min"]) == pytest.approx(2 * float(row["before_min"]), abs=0.01)
        assert float(row["population"]) == 2 * float(row["population_before"])
    summary = json.loads((out / "no pharmacy" / "summary.json").read_text("utf-8"))
    assert summary["computed"] == []
    assert summary["reused"] == ["school", "pharmacy"]

    before = held(out)
    again = command("scenario", "run", study, "-o", out)
    assert again.out.count("finished before, left as it is") == 2
    assert held(out) == before

    beside = command("scenario", "compare", out / "no pharmacy", out / "slow", "--format", "csv")
    told = {row["service"]: row for row in csv.DictReader(io.StringIO(beside.out))}
    school = told["school"]
    assert float(school["first_min"]) == float(school["before_min"])
    assert float(school["second_min"]) == pytest.approx(2 * float(school["before_min"]), abs=0.01)
    assert float(school["second_people_newly_unreached"]) == 0


def test_people_who_are_cut_off_are_told(town: TownStudy, command: Command) -> None:
    streets = '[[scenario]]\nname = "flood"\n[[scenario.edits]]\ndo = "close_roads"\n'
    study = edited(town, f"{streets}ways = [10, 11, 12]\n")
    done = command("scenario", "run", study, "-o", town.folder / "out")
    assert done.code == 0, done
    assert "200 cut off" in done.out


def test_another_edit_is_run_anew(town: TownStudy, command: Command) -> None:
    study, out = edited(town, EDITS), town.folder / "scenarios"
    command("scenario", "run", study, "-o", out, "-q")
    before = held(out / "no pharmacy")
    study.write_text(study.read_text("utf-8").replace("factor = 0.5", "factor = 0.25"), "utf-8")
    done = command("scenario", "run", study, "-o", out)
    assert done.out.count("left as it is") == 1
    assert held(out / "no pharmacy") == before
    row = rows_of(out / "slow" / "scenario.csv")[0]
    assert float(row["after_min"]) == pytest.approx(4 * float(row["before_min"]), abs=0.02)


def test_closures(town: TownStudy, command: Command) -> None:
    out = town.folder / "desk"
    done = command(
        "scenario", "closures", town.study, "--service", "school", "-o", out,
        "--sequence", "1", "--open", "1",
    )  # fmt: skip
    assert done.code == 0, done
    table = {row["name"]: row for row in rows_of(out / "closures.csv")}
    # Bērzi and Dižķūri, a block from school B, are three and four from school A.
    assert float(table["school B"]["people_moved"]) == 70
    assert float(table["school B"]["added_person_min"]) == pytest.approx(50 * 2 + 20 * 6, abs=0.1)
    assert [row["step"] for row in rows_of(out / "closing_sequence.csv")] == ["1"]
    # A school in Alka saves 100 people two minutes, one in Ciemupe 30 people six.
    assert [row["name"] for row in rows_of(out / "opening_sequence.csv")] == ["Alka"]
    assert "closing sequence:" in done.out
    assert "opening sequence:" in done.out
    # With nothing in Alka, the school opens in Ciemupe; a school that stays is not closed.
    other = town.folder / "other"
    done = command(
        "scenario", "closures", town.study, "--service", "school", "-o", other, "--open", "1",
        "--forbidden", "V1", "--sequence", "1", "--fixed", "S2", "-q",
    )  # fmt: skip
    assert done.code == 0, done
    assert [row["name"] for row in rows_of(other / "opening_sequence.csv")] == ["Ciemupe"]
    assert [row["id"] for row in rows_of(other / "closing_sequence.csv")] == ["S1"]
    assert [row["id"] for row in rows_of(other / "closures.csv")] == ["S1"]


SCHOOL = 'do = "close_service"\nids = ["nobody"]'


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (SCHOOL, "scenario 'bad', edit 1 (close_service): there is no service 'nobody'"),
        ('do = "change_speed"\nfactor = 2\nways = [1]', "the roads have no way 1"),
        ('do = "change_speed"\nfactor = 0', "factor must be"),
        ('do = "use_borders"\nborders = "x"', "no borders 'x'"),
        # Roads of the season are read by then, and must not be kept.
        (
            (
                'do = "use_profile"\nprofile = "car_winter"\n[[scenario.edits]]\n'
                'do = "new_road"\nline = [[0, 0], [24, 57]]\nminutes = 1'
            ),
            "edit 2 (new_road): no road to join",
        ),
        ('do = "use_norms"\npacks = ["x"]', "edit 1 (use_norms): "),
        ('do = "use_norms"\npacks = ["x.toml"]', "x.toml"),
        ('do = "new_road"\nline = [[24, 57], [24.01, 57]]\nroad_class = "motorwy"', "motorwy"),
        ('do = "people_of_year"\ntable = "no.csv"\nyear = 2035', "edit 1 (people_of_year): "),
        ('do = "close_roads"\narea = "no.geojson"', "edit 1 (close_roads): "),
        ('do = "use_profile"\nprofile = "hovercraft"', "edit 1 (use_profile): "),
        (
            'do = "open_service"\nid = "x"\nkind = "school"\nlon = 23.0\nlat = 57.0',
            "scenario 'bad', edit 1 (open_service): x lies",
        ),
    ],
)
def test_bad_edits_write_nothing(town: TownStudy, command: Command, edit: str, told: str) -> None:
    study = edited(town, f'{EDITS}\n[[scenario]]\nname = "bad"\n[[scenario.edits]]\n{edit}\n')
    _refused(command, town, told, "scenario", "run", study, "-o", town.folder / "out")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("run", "--scenario", "slwo"), "no scenario 'slwo'; did you mean 'slow'?"),
        (("closures", "--service", "scool"), "no service 'scool'; did you mean 'school'?"),
        (("closures", "--service", "school", "--group", "pupils"), "no group 'pupils'"),
        (("closures", "--service", "school", "--fixed", "x"), "no service x to keep"),
        (("closures", "--service", "school", "--sequence", "9"), "n must be from 1 to"),
        (("closures", "--service", "school", "--open", "9"), "n must be from 1 to 4 candidates"),
        (
            ("closures", "--service", "school", "--open", "1", "--forbidden", "V9"),
            "no settlement V9 to forbid",
        ),
        (("closures", "--service", "school", "--forbidden", "V9"), "no settlement V9"),
        (("closures", "--service", "school", "--sequence", "1", "--objective", "norm"), "norm_min"),
        (("run", "--batch", "none.csv"), "none.csv"),
    ],
)
def test_bad_questions_write_nothing(
    town: TownStudy, command: Command, arguments: tuple[str, ...], told: str
) -> None:
    study, (what, *more) = edited(town, EDITS), arguments
    _refused(command, town, told, "scenario", what, study, *more, "-o", town.folder / "out")


def _refused(command: Command, town: TownStudy, told: str, *arguments: str | Path) -> None:
    before = sorted(path.name for path in town.folder.iterdir())
    outcome = command(*arguments)
    assert outcome.code == 3, outcome
    assert outcome.out == ""
    line = outcome.err.removesuffix("\n").split("\n")[-1]
    assert line.startswith("Error: ")
    assert told in line
    assert outcome.err.count("Error: ") == 1
    assert sorted(path.name for path in town.folder.iterdir()) == before


def test_a_study_without_scenarios(town: TownStudy, command: Command) -> None:
    told = "the study has no [[scenario]]; add one"
    _refused(command, town, told, "scenario", "run", town.study, "-o", town.folder / "out")


def test_a_batch_equals_the_study_file(town: TownStudy, command: Command) -> None:
    study, out = edited(town, EDITS), town.folder / "scenarios"
    batch = town.folder / "batch.csv"
    batch.write_text(
        "name,do,factor,extends\nslower,change_speed,0.5,no pharmacy\n", encoding="utf-8"
    )
    command("scenario", "run", study, "-o", out, "-q")
    done = command("scenario", "run", study, "--batch", batch, "-o", out, "-j", "1", "-q")
    assert done.code == 0, done
    one, other = (out / name / "scenario.csv" for name in ("slow", "slower"))
    assert one.read_bytes() == other.read_bytes()


def _batch(path: Path, n: int) -> Path:
    factors = [0.5 + 0.5 * i / n for i in range(n)]
    rows = [f"s{i:03d},change_speed,{factor}" for i, factor in enumerate(factors)]
    path.write_text("\n".join(["name,do,factor", *rows]) + "\n", encoding="utf-8")
    return path


def test_threads_change_no_byte(town: TownStudy, command: Command) -> None:
    batch = _batch(town.folder / "batch.csv", 6)
    for jobs in ("1", "4"):
        out = town.folder / jobs
        assert command("scenario", "run", town.study, "--batch", batch, "-o", out, "-j", jobs,
                       "-q").code == 0  # fmt: skip
    one, four = ({p.name: (p / "scenario.csv").read_bytes() for p in (town.folder / jobs).iterdir()}
                 for jobs in ("1", "4"))  # fmt: skip
    assert len(one) == 6
    assert one == four
    assert len(set(one.values())) == 6


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal here")
def test_a_killed_batch_goes_on_where_it_was(town: TownStudy, command: Command) -> None:
    n = 16
    batch, out = _batch(town.folder / "batch.csv", n), town.folder / "out"
    arguments = ["scenario", "run", str(town.study), "--batch", str(batch), "-o", str(out)]
    running = subprocess.Popen(
        [sys.executable, "-m", "geoaccess", *arguments, "-q", "-j", "2"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    _wait_until(lambda: len(list(out.glob("s*/manifest.json"))) >= 3, running)
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    finished = [path.parent for path in out.glob("s*/manifest.json")]
    assert 3 <= len(finished) < n, "was not killed in the middle"
    before = {folder: held(folder) for folder in finished}

    done = command(*arguments)
    assert done.code == 0, done
    assert {folder: held(folder) for folder in finished} == before
    assert done.out.count("finished before, left as it is") == len(finished)
    assert sorted(path.name for path in out.glob("s*")) == [f"s{i:03d}" for i in range(n)]
    assert all({path.name for path in folder.iterdir()} == FILES for folder in out.glob("s*"))


def _wait_until(is_so: Callable[[], bool], running: subprocess.Popen[bytes]) -> None:
    while not is_so():
        assert running.poll() is None, "ended before it could be killed"
        time.sleep(0.005)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is empty"),
        ("name,do\n", "has no scenario"),
        ("name,do\na,close\n", "line 2: there is no edit 'close'"),
        ("name,do,factor\na,change_speed,fast\n", "line 2: factor"),
        ("name,do,factor\na,change_speed\n", "line 2: 3 cells are needed"),
        ("name,do,factor\na,change_speed,1,2\n", "line 2: 3 cells are needed"),
        ("name,do,ids\na,change_speed,1\n", "line 2: unknown key ids"),
        ("name,do,factor\na,,1\n", "line 2: do is empty"),
        ('name,do,line,minutes\na,new_road,"[[24,57]",5\n', "line is no JSON list"),
        ("name,do\n../up,\n", "line 2: name"),
        ("name,do,extends\na,,b\n", "extends 'b', which is not there"),
        ("name,do,factor\na,change_speed,2\na,change_speed,2\n", "edit 2 (change_speed)"),
    ],
)
def test_bad_batches_write_nothing(town: TownStudy, command: Command, text: str, told: str) -> None:
    batch = town.folder / "batch.csv"
    batch.write_text(text, encoding="utf-8")
    out = town.folder / "out"
    _refused(command, town, told, "scenario", "run", town.study, "--batch", batch, "-o", out)
