from __future__ import annotations

import re
import tomllib
from pathlib import Path

import click
import pytest

from geoaccess.cli.main import geoaccess
from geoaccess.study.schema import parse_study

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def test_the_readmes_python_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = blocks("python")
    assert len(code.strip().splitlines()) <= 11
    exec(compile(code, "README.md", "exec"), {})  # noqa: S102 - our own page
    assert "id" in capsys.readouterr().out


def test_the_readmes_study_file_is_sound() -> None:
    (text,) = blocks("toml")
    study = parse_study(text, folder=ROOT)
    assert study.path_of(study.roads.path).is_file()


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.toml")), ids=lambda p: p.name)
def test_every_example_is_a_sound_study(path: Path) -> None:
    parse_study(path.read_text("utf-8"), folder=path.parent)


def test_every_command_has_help_an_example_and_a_place_in_the_docs() -> None:
    docs = (ROOT / "docs" / "cli.md").read_text("utf-8")
    context = click.Context(geoaccess)
    for name in geoaccess.list_commands(context):
        command = geoaccess.get_command(context, name)
        assert command is not None
        assert command.help, name
        assert f"geoaccess {name}" in (command.epilog or ""), name
        assert f"`geoaccess {name}" in docs, name


def test_links_between_pages_lead_somewhere() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    for page in pages:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name} -> {target}"


def test_the_citation_names_the_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert f"version: {version}" in (ROOT / "CITATION.cff").read_text("utf-8")


def test_only_the_agreed_rooms_stand_at_the_top() -> None:
    assert {p.name for p in (ROOT / "data").iterdir()} == {
        "boundaries",
        "norms",
        "profiles",
        "roads",
        "services",
    }
