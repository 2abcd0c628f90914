"""What all tests share: flags, hypothesis profiles, and real data read in place."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.servers import Server, running

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"

settings.register_profile(
    "here", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("ci", settings.get_profile("here"), derandomize=True)
settings.register_profile("many", settings.get_profile("here"), max_examples=200)
settings.register_profile("few", settings.get_profile("ci"), max_examples=10)
if os.environ.get("GEOACCESS_FEW_EXAMPLES"):
    settings.load_profile("few")
else:
    settings.load_profile("ci" if os.environ.get("CI") else "here")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--slow"):
        settings.load_profile("many")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--slow", action="store_true", help="also run tests that take minutes, and more examples"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--slow"):
        return
    for item in items:
        if "slow" in item.keywords:
            item.add_marker(pytest.mark.skip(reason="slow; run with --slow"))


@pytest.fixture(scope="session")
def shared() -> Callable[[str], Path]:
    """Path of a file of ../shared; skips where it is absent, and fails where CI asks for it."""

    def path_of(name: str) -> Path:
        path = SHARED / name
        if path.exists():
            return path
        if os.environ.get("GEOACCESS_REQUIRE_SHARED") == "1":
            pytest.fail(f"../shared/{name} is missing, and GEOACCESS_REQUIRE_SHARED=1")
        pytest.skip(f"../shared/{name} is not here")

    return path_of


@pytest.fixture
def server() -> Iterator[Server]:
    """Answer on this machine, as told."""
    with running() as one:
        yield one
