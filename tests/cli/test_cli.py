"""Commands, their help, their streams and their exit codes."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pandas as pd
import pytest

import geoaccess as ga
from geoaccess.cli.main import geoaccess
from tests.cli.conftest import Command
from tests.towns import (
    BLOCK_MIN,
    BLOCKS_TO_PHARMACY,
    BLOCKS_TO_SCHOOL,
    TownStudy,
    write_town_study,
)

COMMANDS = (
    "access",
    "demo",
    "doctor",
    "equity",
    "export",
    "init",
    "isochrones",
    "network",
    "norms",
    "profile",
    "reform",
    "report",
    "run",
    "scenario",
    "snap",
    "surface",
    "validate",
)
RESULTS = {
    "access.csv",
    "compare.html",
    "equity.csv",
    "manifest.json",
    "map.html",
    "report.html",
    "results.gpkg",
    "summary.json",
    "zones.csv",
}


def test_run_writes_minutes_as_computed_by_hand(town: TownStudy, command: Command) -> None:
    out = town.folder / "out"
    outcome = command("run", town.study, "-o", out)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.splitlines()[0] == "school: 2 places, median 2.0 min, 0 people unreached"
    assert outcome.out.endswith(f"map: {(out / 'map.html').resolve()}\n")
    assert {path.name for path in out.iterdir()} == RESULTS
    access = pd.read_csv(out / "access.csv").set_index(["name", "service"])["nearest_min"]
    for name, blocks in BLOCKS_TO_SCHOOL.items():
        assert access[name, "school"] == pytest.approx(blocks * BLOCK_MIN, abs=1e-3)
    for name, blocks in BLOCKS_TO_PHARMACY.items():
        assert access[name, "pharmacy"] == pytest.approx(blocks * BLOCK_MIN, abs=1e-3)


def test_run_quietly_says_nothing(town: TownStudy, command: Command) -> None:
    outcome = command("run", "-q", town.study, "-o", town.folder / "out")
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "")


def test_run_again_gives_the_same_bytes_but_for_the_seconds(
    town: TownStudy, command: Command
) -> None:
    out = town.folder / "out"
    assert command("run", town.study, "-o", out).code == 0
    first = {path.name: path.read_bytes() for path in out.iterdir()}
    assert command("run", town.study, "-o", out).code == 0
    second = {path.name: path.read_bytes() for path in out.iterdir()}
    manifests = [json.loads(one.pop("manifest.json")) for one in (first, second)]
    assert first == second
    for manifest in manifests:
        del manifest["seconds"]
    assert manifests[0] == manifests[1]


def test_failed_run_leaves_earlier_results_whole(town: TownStudy, command: Command) -> None:
    out = town.folder / "out"
    assert command("run", town.study, "-o", out).code == 0
    first = {path.name: path.read_bytes() for path in out.iterdir()}
    town.edit(town.settlements, ",100", ",-100")
    assert command("run", town.study, "-o", out).code == 3
    assert {path.name: path.read_bytes() for path in out.iterdir()} == first


def test_dry_run_writes_nothing(town: TownStudy, command: Command) -> None:
    outcome = command("run", "--dry-run", town.study, "-o", town.folder / "out")
    assert outcome.code == 0
    assert "sound. 4 settlements, 3 services" in outcome.out
    assert not (town.folder / "out").exists()


def test_paths_start_at_the_study_and_not_at_the_working_folder(
    town: TownStudy, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert command("run", town.study.relative_to(tmp_path)).code == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == RESULTS


def test_out_from_the_environment(
    town: TownStudy, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEOACCESS_RUN_OUT", str(town.folder / "elsewhere"))
    assert command("run", town.study).code == 0
    assert (town.folder / "elsewhere" / "map.html").is_file()


def test_validate_says_what_it_found_and_writes_nothing(town: TownStudy, command: Command) -> None:
    before = sorted(town.folder.iterdir())
    outcome = command("validate", town.study)
    assert (outcome.code, outcome.err) == (0, "")
    assert "sound. 4 settlements, 3 services, 2 zones before, 1 zones after" in outcome.out
    assert sorted(town.folder.iterdir()) == before


def test_validate_rejects_what_run_rejects(town: TownStudy, command: Command) -> None:
    town.edit(town.settlements, ",100", ",simts")
    outcome = command("validate", town.study)
    assert outcome.code == 3
    assert outcome.err.startswith("Error: ")
    assert outcome.err.count("\n") == 1


def test_init_writes_a_study_that_is_sound(command: Command, tmp_path: Path) -> None:
    folder = tmp_path / "mans pētījums"
    outcome = command("init", folder)
    assert outcome.code == 0
    assert f'geoaccess run "{folder / "study.toml"}"' in outcome.out
    assert tomllib.loads((folder / "study.toml").read_text("utf-8"))["study"]["synthetic"] is True
    assert command("validate", folder / "study.toml").code == 0


def test_init_refuses_to_overwrite(command: Command, tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text("mine")
    outcome = command("init", tmp_path)
    assert outcome.code == 3
    assert outcome.err == (
        f"Error: {tmp_path / 'study.toml'} is there already; give another folder, or --overwrite\n"
    )
    assert (tmp_path / "study.toml").read_text() == "mine"
    assert command("init", tmp_path, "--overwrite").code == 0
    assert (tmp_path / "study.toml").read_text("utf-8").startswith("# A geoaccess study.")


def test_init_into_a_file(command: Command, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    outcome = command("init", tmp_path / "file")
    assert outcome.code == 3
    assert outcome.err.startswith("Error: cannot write ")
    assert outcome.err.count("\n") == 1


def test_doctor_tells_versions(command: Command) -> None:
    table = command("doctor")
    names = {line.split("  ")[0] for line in table.out.splitlines()}
    assert {"geoaccess", "python", "PROJ", "GDAL", "memory", "threads", "osmium"} <= names


def test_doctor_as_json(command: Command) -> None:
    report = json.loads(command("doctor", "--format", "json").out)
    assert report["geoaccess"] == ga.__version__
    assert not report["numba"].startswith("MISSING")


def test_doctor_fails_where_something_is_missing(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = importlib.import_module("geoaccess.cli.doctor")
    monkeypatch.setattr(module, "_NEEDED", ("a-package-of-no-name",))
    outcome = command("doctor")
    assert outcome.code == 1
    assert "MISSING: pip install geoaccess" in outcome.out


def test_version(command: Command) -> None:
    outcome = command("--version")
    assert (outcome.code, outcome.out) == (0, f"geoaccess, version {ga.__version__}\n")


@pytest.mark.parametrize("flag", ["-h", "--help"])
@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_has_an_example(command: Command, name: str, flag: str) -> None:
    outcome = command(*filter(None, (name, flag)))
    assert outcome.code == 0
    assert "Example: geoaccess " in outcome.out


def test_every_command_is_tested_here() -> None:
    assert tuple(geoaccess.list_commands(click.Context(geoaccess))) == COMMANDS


@pytest.mark.parametrize(
    "arguments",
    [("rum",), ("run",), ("run", "study.toml", "--colour"), ("doctor", "--format", "x")],
)
def test_misuse_is_code_2(command: Command, arguments: tuple[str, ...]) -> None:
    outcome = command(*arguments)
    assert outcome.code == 2
    assert outcome.out == ""
    assert "Error: " in outcome.err


@pytest.fixture
def broken_run(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every run die of the error that the test names."""

    def _die(*_: object, **__: object) -> None:
        raise request.param

    monkeypatch.setattr("geoaccess.report.results.compute", _die)


@pytest.mark.usefixtures("broken_run")
@pytest.mark.parametrize(
    ("broken_run", "code", "told"),
    [
        (KeyboardInterrupt(), 130, "interrupted; nothing was written"),
        (MemoryError(), 1, "Error: out of memory; study a smaller area"),
        (ga.CutoffError(90, 60), 1, "Error: cutoff_min=90 is above the 60 min"),
        (ga.InputError("two\nlines"), 3, "Error: two lines"),
    ],
    indirect=["broken_run"],
)
def test_exit_codes(town: TownStudy, command: Command, code: int, told: str) -> None:
    outcome = command("run", town.study, "-o", town.folder / "out")
    assert outcome.code == code
    assert outcome.err.strip().startswith(told)
    assert not (town.folder / "out").exists()


def test_as_a_program(tmp_path: Path) -> None:
    town = write_town_study(tmp_path / "ciems")
    town.edit(town.study, "title", "titel")
    program = [sys.executable, "-m", "geoaccess", "run", str(town.study)]
    done = subprocess.run(program, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 3
    assert done.stdout == b""
    assert done.stderr.decode().count("\n") == 1
    assert not (tmp_path / "out").exists()
