"""The command as a person meets it: arguments in, exit code and two streams out."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from geoaccess.cli.main import run
from tests.towns import TownStudy, write_town_study


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


Command = Callable[..., Outcome]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run ``geoaccess`` in this process, from its entry point on."""

    def _command(*arguments: str | Path) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["geoaccess", *map(str, arguments)])
        code = 0
        try:
            run()
        except SystemExit as end:
            code = int(end.code or 0)
        told = capsys.readouterr()
        return Outcome(code=code, out=told.out, err=told.err)

    return _command


@pytest.fixture
def town(tmp_path: Path) -> TownStudy:
    """Make a study of the grid town that runs, in a folder with a space and Latvian letters."""
    return write_town_study(tmp_path / "Ķīšu pētījums")


@pytest.fixture
def rejected(command: Command, town: TownStudy) -> Callable[[], str]:
    """Run the study of the town, which must be refused in one line and write nothing."""

    def _rejected() -> str:
        before = sorted(path.name for path in town.folder.iterdir())
        outcome = command("run", town.study, "-o", town.folder / "out")
        assert outcome.code == 3, outcome
        assert outcome.out == ""
        assert outcome.err.startswith("Error: ")
        assert outcome.err.endswith("\n")
        line = outcome.err.removesuffix("\n")
        assert "\n" not in line
        assert any(mend in line for mend in ("; ", " must ")), f"says not how to mend: {line}"
        assert sorted(path.name for path in town.folder.iterdir()) == before
        return line

    return _rejected
