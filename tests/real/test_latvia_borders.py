"""The borders of Latvia before and after its reform, from the real files."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

import geoaccess as ga
from geoaccess.io.bundled import bundled
from geoaccess.io.plane import LATVIA_CRS, laid_flat
from geoaccess.reform.overlay import overlap_of
from geoaccess.study.borders import read_territories
from geoaccess.study.schema import parse_study
from tests.conftest import ROOT
from tests.study.test_borders import HEAD

pytestmark = pytest.mark.shared

NESTED = ga.Levels(parts=("L1_code", "L1_name"), above={"nuts3": ("NUTS3_code", "NUTS3_name")})
TOTAL_KM2 = 64_578.87


def _borders(path: Path, date: str) -> ga.Territory:
    return ga.read_territory(path, date=date, code="L0_code", name="L0_name", levels=NESTED)


@pytest.fixture(scope="module")
def before(shared: Callable[[str], Path]) -> ga.Territory:
    return _borders(shared("data/latvia/territorial_units_2021-01-01.gpkg"), "2021-06-30")


@pytest.fixture(scope="module")
def after(shared: Callable[[str], Path]) -> ga.Territory:
    return _borders(shared("data/latvia/territorial_units_2022-07-01.gpkg"), "2021-07-01")


def _km2(territory: ga.Territory) -> float:
    return float(shapely.area(laid_flat(territory.geometry, LATVIA_CRS)).sum()) / 1e6


def test_counts_and_areas(before: ga.Territory, after: ga.Territory) -> None:
    for territory, zones, parts in ((before, 119, 587), (after, 43, 592)):
        assert territory.parts is not None
        assert (len(territory), len(territory.parts)) == (zones, parts)
        for level in territory.levels:
            assert _km2(territory.at_level(level)) == pytest.approx(TOTAL_KM2, abs=0.01)
        assert all(code.startswith("LV0") for code in territory.code)


def test_no_gaps_no_overlaps_and_known_codes(
    before: ga.Territory, after: ga.Territory, shared: Callable[[str], Path]
) -> None:
    for territory, zones in ((before, 119), (after, 43)):
        for level in territory.levels:
            assert len(ga.border_faults(territory.at_level(level), least_ha=1e-4)) == 0
        ga.require_borders(territory, zones=zones, area_km2=TOTAL_KM2)
    with shared("data/latvia/atvk_2021.csv").open(encoding="utf-8-sig") as file:
        classifier = list(csv.DictReader(file))
    # The classifier of 2026 has Varakļāni no more, and Madona by the code that it got with it.
    codes = {f"LV{row['Kods']}" for row in classifier if row["Līmenis"] == "1"}
    assert len(codes) == 42
    with pytest.raises(ga.MismatchError, match="unknown code LV0038000, LV0055000; correct it"):
        ga.require_borders(after, codes=codes)
    ga.require_borders(after, codes=codes | {"LV0038000", "LV0055000"})


def _truth(path: Path, *columns: str) -> dict[tuple[str, str], float]:
    """Shares of old units by an overlay that others made, hairs left out."""
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    told = {(row[columns[0]], row[columns[1]]): float(row[columns[2]]) for row in rows}
    return {pair: share for pair, share in told.items() if share > 1e-6}


def test_the_true_splits_and_no_sliver(
    before: ga.Territory, after: ga.Territory, shared: Callable[[str], Path]
) -> None:
    table = ga.crosswalk(before, after)
    split = table[table["kind"] == "split"]
    assert dict(
        zip(
            zip(split["before_name"], split["after_name"], strict=True),
            split["area_share"].round(2),
            strict=True,
        )
    ) == {
        ("Aglonas novads", "Krāslavas novads"): 0.66,
        ("Aglonas novads", "Preiļu novads"): 0.34,
        ("Inčukalna novads", "Siguldas novads"): 0.96,
        ("Inčukalna novads", "Ropažu novads"): 0.04,
        ("Ķekavas novads", "Ķekavas novads"): 0.96,
        ("Ķekavas novads", "Olaines novads"): 0.04,
    }
    assert table["kind"].value_counts().to_dict() == {"merged": 102, "unchanged": 14, "split": 6}
    _equals(
        table,
        _truth(
            shared("data/latvia/concordance_municipality_by_area.csv"),
            "old_L0_code",
            "new_L0_code",
            "share_of_old",
        ),
    )


def test_parishes_too(
    before: ga.Territory, after: ga.Territory, shared: Callable[[str], Path]
) -> None:
    table = ga.crosswalk(before.at_level("parish"), after.at_level("parish"))
    _equals(
        table,
        _truth(
            shared("data/latvia/concordance_parish_by_area.csv"),
            "old_L1_code",
            "new_L1_code",
            "share_old",
        ),
    )
    assert (table["kind"] == "split").sum() == 11


def _equals(table: pd.DataFrame, truth: dict[tuple[str, str], float]) -> None:
    pairs = list(zip(table["before_code"], table["after_code"], strict=True))
    assert set(pairs) == set(truth)
    assert table["area_share"].tolist() == pytest.approx([truth[pair] for pair in pairs], abs=1e-6)


@pytest.mark.parametrize("tolerance_m", [100.0, 300.0])
def test_generalised_outlines_change_no_answer(
    before: ga.Territory, after: ga.Territory, tolerance_m: float
) -> None:
    """The rule for slivers holds where one date is drawn coarser than the other."""
    exact = ga.crosswalk(before, after)
    flat = laid_flat(after.geometry, LATVIA_CRS)
    coarse = shapely.coverage_simplify(flat, tolerance_m)
    found = overlap_of(laid_flat(before.geometry, LATVIA_CRS), coarse, sliver_width_m=750.0)
    assert len(found.before) > len(exact) + 40
    land = found.land_m2 > 0
    assert [
        (before.code[i], after.code[j])
        for i, j in zip(found.before[land], found.after[land], strict=True)
    ] == list(zip(exact["before_code"], exact["after_code"], strict=True))


def test_the_register_of_towns_differs_from_the_outlines_by_slivers_only(
    after: ga.Territory, shared: Callable[[str], Path]
) -> None:
    """What the default width stands on: no disc of 750 m fits between two outlines of a town."""
    with pytest.warns(ga.DataWarning, match="24.4 ha at 24.7646, 57.8327"):  # a hole in Staicele
        towns = ga.read_territory(
            shared("data/latvia/towns.gpkg"), date="2021-07-01", code="atvk", name="name"
        )
    parishes = after.at_level("parish")
    row = [int(np.flatnonzero(parishes.name == name)[0]) for name in towns.name]
    drawn = laid_flat(parishes.geometry[row], LATVIA_CRS)
    registered = laid_flat(towns.geometry, LATVIA_CRS)
    pieces = shapely.get_parts(shapely.symmetric_difference(drawn, registered))
    pieces = pieces[shapely.area(pieces) > 0]
    assert len(pieces) > 3000
    assert shapely.is_empty(shapely.buffer(pieces, -750.0 / 2)).all()
    assert not shapely.is_empty(shapely.buffer(pieces, -600.0 / 2)).all()


@pytest.fixture(scope="module")
def reform() -> Path:
    return bundled("boundaries", "latvia_reform_2021.csv")


def test_our_table_is_that_of_the_facts(reform: Path, shared: Callable[[str], Path]) -> None:
    with reform.open(encoding="utf-8") as file:
        ours = list(csv.DictReader(file))
    with shared("facts/latvia_crosswalk_119_43_42.csv").open(encoding="utf-8") as file:
        facts = list(csv.DictReader(file))
    assert [{key: row[key] for key in facts[0]} for row in ours] == facts
    assert all(bool(row["old_parts"]) == (row["share"] == "part") for row in ours)


def test_the_table_makes_43_of_119(before: ga.Territory, after: ga.Territory, reform: Path) -> None:
    table = ga.read_regrouping(
        reform,
        source="old_name_2009_2021",
        part="old_parts",
        code="new_iso_2021",
        name="new_name_2021_07_01",
        above={"region": "planning_region_2021"},
    )
    made = ga.regrouped(before, table, date="2021-07-01")
    assert len(made) == 43
    assert _km2(made) == pytest.approx(TOTAL_KM2, abs=0.01)
    # The official outlines differ by the one exchange of land that the table leaves out.
    drawn = ga.crosswalk(made, after)
    odd = drawn[drawn["kind"] != "unchanged"]
    assert odd[["before_name", "after_name", "kind"]].to_numpy().tolist() == [
        ["Ķekavas novads", "Ķekavas novads", "split"],
        ["Ķekavas novads", "Olaines novads", "split"],
        ["Olaines novads", "Olaines novads", "merged"],
    ]
    by_parts = ga.crosswalk(before, made, by="parts")
    assert sorted(set(by_parts.loc[by_parts["kind"] == "split", "before_name"])) == [
        "Aglonas novads",
        "Inčukalna novads",
    ]


def test_regions_and_the_42_of_2025(after: ga.Territory, reform: Path) -> None:
    regions = ga.read_membership(reform, zone="new_name_2021_07_01", code="planning_region_2021")
    # Statistical regions are not made of planning regions: Ogre is in Pierīga and in Vidzeme.
    with pytest.raises(ga.InputError, match="nuts3 LV007 lies in two of level region"):
        ga.within_larger(after, "region", regions)
    nested = ga.within_larger(replace(after, above={}), "region", regions)
    sizes = nested.at_level("region").zone_of_parts()
    assert nested.above["region"].codes.tolist() == [
        "Kurzemes",
        "Latgales",
        "Rīgas",
        "Vidzemes",
        "Zemgales",
    ]
    assert np.bincount(sizes).tolist() == [8, 9, 9, 11, 6]
    own = dict(zip(nested.name, nested.above["region"].code, strict=True))
    assert own["Saulkrastu novads"] == own["Ogres novads"] == "Vidzemes"

    table = ga.read_regrouping(
        reform, source="new_name_2021_07_01", code="iso_2025", name="name_2025_07_01"
    )
    later = ga.regrouped(nested, table, date="2025-07-01")
    assert len(later) == 42
    assert _km2(later) == pytest.approx(TOTAL_KM2, abs=0.01)
    changed = ga.crosswalk(nested, later, by="parts")
    changed = changed[changed["kind"] != "unchanged"]
    assert changed["before_name"].tolist() == ["Madonas novads", "Varakļānu novads"]
    assert set(changed["after_name"]) == {"Madonas novads"}
    madona = later.code[later.position("Madonas novads")]
    assert later.parts is not None
    # 21 parishes and 4 towns, as the municipality counts them.
    assert (later.parts.zone == madona).sum() == 25


def test_the_borders_in_the_docs(before: ga.Territory, shared: Callable[[str], Path]) -> None:
    text = (ROOT / "docs" / "study.md").read_text("utf-8")
    (tables, edits) = re.findall(r"```toml\n(\[territory.*?)```", text, flags=re.DOTALL)
    folder = shared("data/latvia/territorial_units_2021-01-01.gpkg").parent
    made = read_territories(parse_study(HEAD + tables + edits, folder=folder))
    assert [len(one) for one in made.values()] == [119, 43, 42, 44]
    assert {role: one.date for role, one in made.items()} == {
        "before": "2021-06-30",
        "after": "2021-07-01",
        "from_2025": "2025-07-01",
        "another_map": "2027-01-01",
    }
    assert all(_km2(one) == pytest.approx(TOTAL_KM2, abs=0.01) for one in made.values())
    assert made["before"].code.tolist() == before.code.tolist()
    changed = ga.crosswalk(made["after"], made["another_map"], by="parts")
    changed = changed[changed["kind"] != "unchanged"]
    assert changed[["before_name", "after_name"]].to_numpy().tolist() == [
        ["Ādažu novads", "Ādažu novads"],
        ["Ogres novads", "Ogres novads"],
        ["Ogres novads", "Ikšķiles novads"],
        ["Rēzeknes novads", "Rēzeknes novads"],
        ["Ropažu novads", "Ādažu novads"],
        ["Ropažu novads", "Ropažu novads"],
        ["Ropažu novads", "Vangažu pilsēta"],
        ["Rēzekne", "Rēzeknes novads"],
    ]


def test_what_was_proposed_in_2024(before: ga.Territory, after: ga.Territory) -> None:
    """Four municipalities that bills of 2024 wanted back, and a parish that may yet move."""
    names = ("Ikšķiles novads", "Ozolnieku novads", "Kandavas novads", "Babītes novads")
    edits: list[ga.MoveParts | ga.RestoreZone] = [
        ga.RestoreZone(zone=name, borders=before) for name in names
    ]
    edits.append(ga.MoveParts(parts=("Garkalnes pagasts",), to="Ādažu novads"))
    # Garkalne ties the town of Vangaži to the rest of Ropaži.
    with pytest.warns(ga.DataWarning, match=r"do not meet: Ropažu novads \(2\)$"):
        ga.what_if(after, edits, date="2027-01-01")
    edits.append(ga.MoveParts(parts=("Vangaži",), to="Siguldas novads"))
    made = ga.what_if(after, edits, date="2027-01-01")
    assert len(made) == 47
    assert _km2(made) == pytest.approx(TOTAL_KM2, abs=0.01)
    restored = ga.crosswalk(before, made)
    own = restored[restored["before_name"].isin(names)]
    assert own["after_name"].tolist() == own["before_name"].tolist()
    assert set(own["kind"]) == {"unchanged"}


def test_the_exchange_of_land_is_told(before: ga.Territory, after: ga.Territory) -> None:
    told = r"restoring Ķekavas novads: only part of Olaines pagasts \(4%\) lay in it"
    back = ga.RestoreZone(zone="Ķekavas novads", borders=before, name="Vecais Ķekavas novads")
    with pytest.warns(ga.DataWarning, match=told):
        made = ga.what_if(after, [back], date="2027-01-01")
    assert len(made) == 44
