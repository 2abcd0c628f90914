"""A small study made by hand, hostile names and all, and a browser without a network."""

from __future__ import annotations

import dataclasses
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import numpy as np
import pandas as pd
import pytest
import shapely

from geoaccess.model.places import Destinations, Origins
from geoaccess.model.territory import Territory
from geoaccess.study.result import ACCESS_COLUMNS, EQUITY_COLUMNS, ZONE_COLUMNS, StudyResult
from geoaccess.units import AnyArray, FloatArray, TextArray

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Route

HOSTILE = (
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(2)>",
    "\"quoted\" 'and' `ticked`",
    "{{ 7*7 }} {% raw %} ${7*7} {share}",
    "\u202eright to left\u202c مدينة",
    "nul \x00 here",
    "long " + "ķ" * 10_000,
    "line\u2028separator\u2029and & <!-- comment",
)
NAMES = (*HOSTILE, "Ķekava", "Alka", "Bērzi", "Ēdole")
# What the browser asks for by itself without fetching anything.
_QUIET_SCHEMES = ("file:", "data:", "about:", "blob:")
_CHROMIUM_FLAGS = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def texts(*values: str) -> TextArray:
    return np.array(values, dtype=object)


def shapes(*values: object) -> AnyArray:
    return np.array(values, dtype=object)


def numbers(*values: float) -> FloatArray:
    return np.array(values, dtype=np.float64)


def _access(origins: Origins, destinations: Destinations) -> pd.DataFrame:
    rows: list[tuple[object, ...]] = []
    for s, kind in enumerate(("school", "pharmacy")):
        places = destinations.of_kind(kind)
        for i, id_ in enumerate(origins.id):
            zones = ("L1" if i % 2 else "L2", "L1" if i != 11 else "")
            facts = (id_, origins.name[i], origins.population[i], *zones, kind)
            reason = {3: "isolated_road", 4: "over_cutoff"}.get(i, "") if kind == "school" else ""
            p = (i + s) % len(places)
            told = (
                (np.nan, None, None, reason)
                if reason
                else (7.125 * i + s, places.id[p], places.name[p], "")
            )
            rows.append((*facts, *told))
    return pd.DataFrame(rows, columns=list(ACCESS_COLUMNS))


def _result() -> StudyResult:
    n = len(NAMES)
    origins = Origins(
        id=texts(*(f"V{i:02}" for i in range(n))),
        name=texts(*NAMES),
        lon=numbers(*(25.0 + 0.05 * (i % 4) for i in range(n))),
        lat=numbers(*(57.0 + 0.05 * (i // 4) for i in range(n))),
        population=numbers(*(100.0 * (i + 1) for i in range(n))),
    )
    destinations = Destinations(
        id=texts("S1", "S2", "P1"),
        name=texts("Alkas skola", HOSTILE[0], HOSTILE[1]),
        kind=texts("school", "school", "pharmacy"),
        lon=numbers(25.01, 25.12, 25.06),
        lat=numbers(57.01, 57.08, 57.04),
        capacity=numbers(np.nan, np.nan, np.nan),
    )
    west, east = shapely.box(24.9, 56.9, 25.075, 57.2), shapely.box(25.075, 56.9, 25.3, 57.2)
    before = Territory(
        date="2021-06-30",
        code=texts("L1", "L2"),
        name=texts(HOSTILE[0], "Rītu novads"),
        geometry=shapes(west, east),
    )
    after = Territory(
        date="2021-07-01",
        code=texts("L1"),
        name=texts(HOSTILE[6]),
        geometry=shapes(shapely.union(west, east)),
    )
    return StudyResult(
        title="Access </title><script>alert(3)</script>",
        synthetic=True,
        origins=origins,
        destinations=destinations,
        services=("school", "pharmacy"),
        labels={
            "school": {"en": "School", "lv": "Skola"},
            "pharmacy": {"en": "Pharmacy", "lv": "Aptieka"},
        },
        territories={"before": before, "after": after},
        access=_access(origins, destinations),
        zones=pd.DataFrame(columns=list(ZONE_COLUMNS)),
        equity=pd.DataFrame(columns=list(EQUITY_COLUMNS)),
        cutoff_min=120.0,
        sources=("Roads & places: <b>nobody</b>, licence \u2019CC0\u2019",),
        summary={},
        manifest={},
    )


def _long(result: StudyResult, **columns: list[object]) -> pd.DataFrame:
    """Rows of a table, one for each settlement and school."""
    return pd.DataFrame({"id": list(result.origins.id), "service": "school", **columns})


def _reform(result: StudyResult) -> pd.DataFrame:
    """Minutes within the own municipality, in the columns of reform.csv."""
    schools = result.access[result.access["service"] == "school"]
    free = schools["nearest_min"].to_numpy()
    before = free + np.array([0, 3, 0, 0, 0, 12, 0, 40, 0, 0, 0, 2.0])
    after = free + np.array([6, 0, 0, 0, 0, 12, 0, 0, 0, 1, 0, 30.0])
    before[8], after[10] = np.nan, np.nan
    change = after - before
    return _long(
        result,
        own_before_min=list(before),
        own_after_min=list(after),
        borderless_min=list(free),
        agreements_after_min=list(free),
        border_cost_before_min=list(before - free),
        border_cost_after_min=list(after - free),
        change_min=list(change),
        borders_min=list(change - 1.0),
        services_min=[1.0] * len(free),
        verdict=["gain"] * len(free),
    )


def _full() -> StudyResult:
    """Build the study with a row of every table that a part of it may give."""
    result = _result()
    people = result.origins.population
    young = np.round(people * 0.02)
    groups = {"age_7_15": young, "age_65_plus": np.round(people * 0.2)}
    origins = dataclasses.replace(result.origins, groups=groups)
    n = len(origins)
    minutes = result.access.loc[result.access["service"] == "school", "nearest_min"].to_numpy()
    verdict = np.where(np.isnan(minutes), "unreached", np.where(minutes > 25, "fail", "pass"))
    norms = _long(
        result,
        norm_id=["lv_school_25"] * n,
        group=["all"] * n,
        threshold=[25.0] * n,
        unit=["min"] * n,
        value=list(minutes),
        verdict=list(verdict),
        gap_min=list(minutes - 25.0),
        status=["law"] * n,
    )
    catchment = _long(
        result,
        measure=["floating_catchment"] * n,
        group=["age_7_15"] * n,
        value=[0.01 * (i + 1) for i in range(n)],
        unit=["places_per_person"] * n,
    )
    second = _long(
        result,
        measure=["nearest_2_min"] * n,
        group=[""] * n,
        value=list(minutes + 5.0),
        unit=["min"] * n,
    )
    tables = {
        "reform": _reform(result),
        "norms": norms,
        "measures": pd.concat([catchment, second]),
    }
    norm = {
        "service": "school",
        "profile": "car",
        "direction": "to_service",
        "aspect": "drive_time",
        "zone_type": "any",
        "threshold": 25.0,
        "verdict": "fail",
    }
    summary = {"norms": {"vehicle": "car", "norms": [norm]}}
    return dataclasses.replace(result, origins=origins, tables=tables, summary=summary)


@pytest.fixture
def full() -> StudyResult:
    """Build the study with regimes, norms, further measures and groups of people."""
    return _full()


@pytest.fixture
def make_result() -> Callable[[], StudyResult]:
    """Build the study anew at each call."""
    return _result


@pytest.fixture
def result() -> StudyResult:
    """Build the study: 12 settlements, 2 kinds of service, borders before and after."""
    return _result()


def _chromium() -> str | None:
    named = os.environ.get("GEOACCESS_CHROMIUM")
    if named:
        return named
    for command in ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge"):
        found = shutil.which(command)
        if found:
            return found
    places = [
        Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
        Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
        *(
            Path(os.environ[root]) / tail
            for root in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
            if root in os.environ
            for tail in (
                "Google/Chrome/Application/chrome.exe",
                "Microsoft/Edge/Application/msedge.exe",
            )
        ),
    ]
    return next((str(place) for place in places if place.is_file()), None)


def _without_browser(why: str) -> NoReturn:
    if os.environ.get("GEOACCESS_REQUIRE_SHARED") == "1":
        pytest.fail(f"browser tests are required here, but {why}")
    pytest.skip(f"{why}; install Chromium or name it in GEOACCESS_CHROMIUM")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium; skip where there is none, fail where there must be one."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = _chromium()
    if program is None:
        _without_browser("no Chromium was found")
    # Chromium refuses to sandbox what the superuser starts.
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    with api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=program,
            args=[*_CHROMIUM_FLAGS, *(["--no-sandbox"] if as_root else [])],
        )
        yield chromium
        chromium.close()


@dataclass
class Opened:
    """A page in the browser and everything that went wrong in it."""

    page: Page
    address: str
    requests: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def trouble(self) -> list[str]:
        """Requests, failed loads, console errors and uncaught exceptions."""
        return [*self.requests, *self.failures, *self.complaints]


@pytest.fixture
def open_page(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Opened]]:
    """Open a text as a file, with the network off, and watch what it asks for."""
    contexts: list[BrowserContext] = []

    def _open(html: str, *, width: int = 1280, height: int = 800, locale: str = "en-US") -> Opened:
        file = tmp_path / "map.html"
        file.write_text(html, encoding="utf-8", newline="\n")
        context = browser.new_context(
            viewport={"width": width, "height": height},
            locale=locale,
            reduced_motion="reduce",
        )
        contexts.append(context)
        context.set_offline(True)
        opened = Opened(context.new_page(), file.as_uri())

        def _route(route: Route) -> None:
            if route.request.url.startswith(_QUIET_SCHEMES):
                route.continue_()
            else:
                opened.requests.append(route.request.url)
                route.abort()

        context.route("**/*", _route)
        page = opened.page
        page.on("requestfailed", lambda request: opened.failures.append(request.url[:200]))
        page.on("pageerror", lambda error: opened.complaints.append(str(error)))
        page.on("console", lambda message: _listen(opened, message))
        page.goto(file.as_uri())
        return opened

    yield _open
    for context in contexts:
        context.close()


def _listen(opened: Opened, message: ConsoleMessage) -> None:
    if message.type in {"error", "warning"}:
        opened.complaints.append(message.text)
