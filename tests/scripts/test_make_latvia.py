"""Synthetic roads over real land: as long as the official ones, in one piece, by every place."""

from __future__ import annotations

import csv
import importlib
import json
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

import geoaccess as ga
from geoaccess.cli.main import geoaccess as command_line

if TYPE_CHECKING:
    from latvia.country import Country
    from latvia.people import Settlements

ROOT = Path(__file__).resolve().parents[2]
STUDY = ROOT / "examples" / "latvia_synthetic_roads.toml"
ROADS_2024 = ROOT / "data" / "roads" / "latvia_roads_2024.csv"
METRES = Transformer.from_crs("EPSG:4326", "EPSG:3059", always_xy=True)
# A state city and the novads around it: some 1,200 hamlets, and both ends of the gravel scale.
PART = ("Rēzekne", "Rēzeknes novads")


def scripts_module(name: str) -> Any:  # noqa: ANN401 - a module of its own folder
    folder = str(ROOT / "scripts")
    if folder not in sys.path:
        sys.path.append(folder)
    return importlib.import_module(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    tags: dict[str, str]
    nodes: list[int]
    xy: Any


@pytest.fixture(scope="module")
def source(shared: Callable[[str], Path]) -> Path:
    """Folder that holds data/latvia."""
    return shared("data/latvia/towns.gpkg").parents[2]


@pytest.fixture(scope="module")
def made(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out: Path = tmp_path_factory.mktemp("latvia")
    scripts_module("make_latvia").make_latvia(source, out, seed=5, only=PART)
    return out


@pytest.fixture(scope="module")
def country(source: Path) -> Country:
    found: Country = scripts_module("latvia.country").read_country(source / "data/latvia")
    return found


@pytest.fixture(scope="module")
def people(source: Path, country: Country) -> Settlements:
    read = scripts_module("latvia.people").read_settlements
    found: Settlements = read(source / "data/latvia", country)
    return found


@pytest.fixture(scope="module")
def ways(made: Path) -> list[Way]:
    return read_ways(made / "latvia_synthetic_roads.osm.pbf")


def read_ways(path: Path) -> list[Way]:
    found = []
    things: Any = osmium.FileProcessor(str(path)).with_locations()
    for thing in things:
        if thing.is_way():
            degrees = np.array([(node.lon, node.lat) for node in thing.nodes])
            xy = np.column_stack(METRES.transform(degrees[:, 0], degrees[:, 1]))
            nodes = [node.ref for node in thing.nodes]
            found.append(Way(tags=dict(thing.tags), nodes=nodes, xy=xy))
    return found


def borders_after(source: Path) -> gpd.GeoDataFrame:
    units = gpd.read_file(source / "data/latvia/territorial_units_2022-07-01.gpkg")
    return units.dissolve(by="L0_code", as_index=False)


def official() -> dict[str, tuple[float, float]]:
    """Official kilometres of roads and of gravel, by code."""
    with ROADS_2024.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {f"LV{row['code']}": (float(row["road_km"]), float(row["gravel_km"])) for row in rows}


def km_by_zone(ways: list[Way], zones: gpd.GeoDataFrame) -> dict[str, tuple[float, float]]:
    """The slow obvious way: cut every public road at the borders and add up."""
    public = [way for way in ways if way.tags["highway"] not in {"track", "service"}]
    lines = np.array([shapely.LineString(way.xy) for way in public], dtype=object)
    gravel = np.array([way.tags["surface"] == "gravel" for way in public])
    found = {}
    for code, outline in zip(zones["L0_code"], zones.geometry, strict=True):
        shapely.prepare(outline)
        near = np.flatnonzero(shapely.intersects(outline, lines))
        cut_km = shapely.length(shapely.intersection(lines[near], outline)) / 1000.0
        found[code] = (float(cut_km.sum()), float(cut_km[gravel[near]].sum()))
    return found


def pieces(ways: list[Way]) -> Any:  # noqa: ANN401 - an array
    """How many nodes each connected piece has, the largest first."""
    pairs = np.array([pair for way in ways for pair in zip(way.nodes, way.nodes[1:], strict=False)])
    ids, ends = np.unique(pairs, return_inverse=True)
    tail, head = ends.reshape(-1, 2).T
    graph = csr_matrix((np.ones(len(tail)), (tail, head)), shape=(len(ids),) * 2)
    piece = connected_components(graph, directed=False)[1]
    return np.sort(np.bincount(piece))[::-1]


def farthest_m(ways: list[Way], table: pd.DataFrame) -> float:
    tree = shapely.STRtree([shapely.LineString(way.xy) for way in ways])
    points = shapely.points(*METRES.transform(table["lon"].to_numpy(), table["lat"].to_numpy()))
    return float(tree.query_nearest(points, return_distance=True, all_matches=False)[1].max())


def test_each_municipality_has_its_official_length_and_gravel(
    ways: list[Way], source: Path
) -> None:
    zones = borders_after(source)
    zones = zones[zones["L0_name"].isin(PART)]
    assert len(zones) == len(PART)
    for code, (km, gravel_km) in km_by_zone(ways, zones).items():
        official_km, official_gravel_km = official()[code]
        # Roads over a border count where their middle lies, so cut lengths differ a little.
        assert km == pytest.approx(official_km, rel=0.03)
        assert gravel_km / km == pytest.approx(official_gravel_km / official_km, abs=0.02)


def test_roads_are_in_one_piece_and_by_every_place(ways: list[Way], made: Path) -> None:
    assert len(pieces(ways)) == 1
    settlements = pd.read_csv(made / "settlements.csv")
    assert Counter(settlements["kind"]) == {"hamlet": 1182, "village": 77, "town": 2}
    assert farthest_m(ways, settlements) < 300.0
    for name in ("schools", "hospitals"):
        assert farthest_m(ways, pd.read_csv(made / f"{name}.csv")) < 600.0


def test_no_road_leaves_the_land(ways: list[Way], source: Path) -> None:
    zones = borders_after(source)
    land = shapely.union_all(zones[zones["L0_name"].isin(PART)].geometry.to_numpy())
    shapely.prepare(land)
    assert all(land.covers(shapely.LineString(way.xy)) for way in ways)


def test_every_output_says_synthetic(ways: list[Way], made: Path) -> None:
    assert {way.tags["note"] for way in ways} == {"synthetic"}
    assert {way.tags["name"] for way in ways} == {"synthetic"}
    assert {way.tags["surface"] for way in ways} == {"asphalt", "gravel"}
    with osmium.io.Reader(str(made / "latvia_synthetic_roads.osm.pbf")) as reader:
        assert "synthetic" in reader.header().get("generator")
    assert "synthetic" in (made / "SYNTHETIC.txt").read_text("utf-8")
    assert json.loads((made / "roads.json").read_text("utf-8"))["synthetic"] is True
    assert (pd.read_csv(made / "settlements.csv")["population_source"].str.match("modelled")).all()


def test_the_same_seed_gives_the_same_bytes(made: Path, source: Path, tmp_path: Path) -> None:
    scripts_module("make_latvia").make_latvia(source, tmp_path, seed=5, only=PART)
    for one in sorted(made.iterdir()):
        assert one.read_bytes() == (tmp_path / one.name).read_bytes(), one.name


def test_more_junctions_of_another_seed(ways: list[Way], source: Path, tmp_path: Path) -> None:
    make = scripts_module("make_latvia").make_latvia
    told = make(source, tmp_path, seed=6, junctions=12_000, only=PART)
    assert told["junctions"] == pytest.approx(12_000, rel=0.03)
    path = tmp_path / "latvia_synthetic_roads.osm.pbf"
    others = read_ways(path)
    assert {"track", "service"} <= {way.tags["highway"] for way in others}
    assert len(pieces(others)) == 1
    degree = Counter(node for way in others for node in [*way.nodes, *way.nodes[1:-1]])
    assert sum(count != 2 for count in degree.values()) == told["junctions"]
    official_km = official()["LV0006000"][0] + official()["LV0043000"][0]
    assert told["road_km"] == pytest.approx(official_km, rel=0.01)
    assert ga.read_network(path).segment_length_m.sum() / 1000.0 > told["road_km"]
    places = {tuple(point) for way in ways for point in np.round(way.xy).tolist()}
    others_places = {tuple(point) for way in others for point in np.round(way.xy).tolist()}
    assert len(places & others_places) < 0.05 * len(others_places)


def test_each_old_municipality_keeps_its_people(
    source: Path, country: Country, people: Settlements
) -> None:
    told = pd.read_csv(
        source / "data/latvia/population_2020_by_119.csv", dtype={"lau2017_code": str}
    )
    total = told.set_index("lau2017_code")["population_2020"]
    summed = pd.Series(people.population).groupby(country.old.code[people.old]).sum()
    summed.index = summed.index.str.removeprefix("LV")
    assert summed.to_dict() == total.to_dict()
    assert people.population.sum() == 1_907_675
    table = people.table.set_index("id")
    assert Counter(table["kind"])["hamlet"] == 4910
    assert Counter(table["kind"])["town"] == 81
    towns = table[table["kind"] == "town"].set_index("name")["population"]
    assert towns["Rīga"] == 627_487
    assert towns["Daugavpils"] == 82_046
    assert table.index.is_unique


def test_every_municipality_has_one_seat_a_date(country: Country, people: Settlements) -> None:
    seats = scripts_module("latvia.seats").seat_table(people, country.old, country.new)
    assert Counter(seats["date"]) == {"2021-06-30": 119, "2021-07-01": 43}
    after = seats[seats["date"] == "2021-07-01"].set_index("name")
    # Four novadi have their seat in the state city that they surround.
    outside = after[after["rule"] == "town of its name, outside"]["seat_name"]
    assert sorted(outside) == ["Daugavpils", "Jelgava", "Rēzekne", "Ventspils"]
    for novads, seat in (("Cēsu", "Cēsis"), ("Tukuma", "Tukums"), ("Ķekavas", "Ķekava")):
        assert after.loc[f"{novads} novads", "seat_name"] == seat
    assert set(seats["grade"]) == {"M"}


@given(
    people=st.lists(st.integers(0, 100_000), min_size=1, max_size=5),
    weights=st.lists(st.floats(0.1, 1e6), min_size=5, max_size=40),
)
def test_shared_out_people_keep_their_total(people: list[int], weights: list[float]) -> None:
    share_out = scripts_module("latvia.people").share_out
    group = np.arange(len(weights)) % len(people)
    weight = np.array(weights)
    shared = share_out(np.array(people), group, weight)
    assert (shared >= 0).all()
    for k, total in enumerate(people):
        assert shared[group == k].sum() == total
        exact = total * weight[group == k] / weight[group == k].sum()
        assert (np.abs(shared[group == k] - exact) <= 1.0 + 1e-6 * total).all()


def test_shared_out_by_hand() -> None:
    share_out = scripts_module("latvia.people").share_out
    # 10 people by 3:3:1 are 4.29, 4.29 and 1.43: the one left over goes to the largest remainder.
    assert share_out(np.array([10]), np.zeros(3, int), np.array([3.0, 3.0, 1.0])).tolist() == [
        4,
        4,
        2,
    ]


def test_roads_table_is_that_of_the_statistics() -> None:
    rows = official()
    assert len(rows) == 43
    # The country's own row says 57,564; municipalities are rounded one by one.
    assert sum(km for km, _ in rows.values()) == pytest.approx(57_564, abs=3)
    assert sum(gravel for _, gravel in rows.values()) == 40_969


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"out": ROOT / "data" / "latvia"}, "lies in the project"),
        ({"only": ("Cesu novads",)}, "no municipality of 2022 is called 'Cesu novads'"),
    ],
)
def test_refusals(source: Path, tmp_path: Path, changed: dict[str, Any], told: str) -> None:
    make = scripts_module("make_latvia").make_latvia
    asked = {"out": tmp_path / "out", "only": PART[:1], **changed}
    with pytest.raises(ValueError, match=told):
        make(source, asked["out"], only=asked["only"])
    assert not asked["out"].exists()


def run_example(source: Path, inputs: Path, folder: Path) -> Path:
    """Run the study of the examples on other inputs than it names."""
    from click.testing import CliRunner  # noqa: PLC0415

    text = STUDY.read_text("utf-8").replace("../../latvia-synthetic", inputs.as_posix())
    study = folder / "study.toml"
    study.write_text(text.replace("../../shared", source.as_posix()), encoding="utf-8")
    told = CliRunner().invoke(command_line, ["run", str(study), "-q", "-o", str(folder / "out")])
    assert told.exit_code == 0, told.output
    return folder / "out"


@pytest.fixture(scope="module")
def run_of_part(source: Path, made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_example(source, made, tmp_path_factory.mktemp("run"))


def test_a_city_within_its_novads_on_real_borders(run_of_part: Path) -> None:
    rows = pd.read_csv(run_of_part / "reform.csv", dtype={"zone_after": str})
    rows = rows[rows["service"] == "school"].fillna({"own_after_min": np.inf})
    assert (rows["own_after_min"] >= rows["borderless_min"]).all()
    assert rows["borderless_min"].notna().all()
    # The schools of the city are nearer to many, but are not their own.
    around = rows[rows["zone_after"] == "LV0043000"]
    kept_out = around[around["serving_zone"] == "LV0006000"]
    assert len(kept_out) > 50
    assert (kept_out["own_after_min"] > kept_out["borderless_min"]).all()
    # Two novadi became one around it, so nobody's way to an own school grew.
    assert around["zone_before"].nunique() == 2
    assert (around["change_min"] <= 0).all()
    assert (rows[rows["zone_after"] == "LV0006000"]["change_min"] == 0).all()


def test_the_seat_of_the_novads_is_in_the_city(run_of_part: Path) -> None:
    rows = pd.read_csv(run_of_part / "reform_seats.csv")
    around = rows[rows["zone_after"] == "LV0043000"]
    assert set(around["new_seat"]) == {"Rēzekne"}
    assert around["to_new_seat_min"].notna().all()
    # People of the old Viļāni went to Viļāni before.
    assert set(around["old_seat"]) == {"Rēzekne", "Viļāni"}
    farther = around[around["change_min"] > 1]
    assert set(farther["old_seat"]) == {"Viļāni"}


def test_the_run_says_synthetic_everywhere(run_of_part: Path) -> None:
    for name in ("summary.json", "manifest.json", "reform_summary.json"):
        assert json.loads((run_of_part / name).read_text("utf-8"))["synthetic"] is True
    for name in ("map.html", "compare.html", "report.html", "SYNTHETIC.txt"):
        assert "made up" in (run_of_part / name).read_text("utf-8").replace("made-up", "made up")
    assert "**Synthetic data." in (run_of_part / "reform_summary_en.md").read_text("utf-8")
    assert "**Sintētiski dati." in (run_of_part / "reform_summary_lv.md").read_text("utf-8")
    layers = gpd.list_layers(run_of_part / "results.gpkg")["name"]
    for layer in layers:
        assert gpd.read_file(run_of_part / "results.gpkg", layer=layer)["synthetic"].all()


@pytest.mark.slow
def test_the_whole_country_end_to_end(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "latvia-synthetic"
    made = scripts_module("make_latvia").make_latvia(source, out)
    for row in made["municipalities"]:
        assert row["road_km"] == pytest.approx(row["official_road_km"], rel=0.01), row["name"]
        share, told = row["gravel_share"], row["official_gravel_share"]
        assert share == pytest.approx(told, abs=0.006), row["name"]
    ways = read_ways(out / "latvia_synthetic_roads.osm.pbf")
    assert len(pieces(ways)) == 1
    assert farthest_m(ways, pd.read_csv(out / "settlements.csv")) < 1000.0
    found = run_example(source, out, tmp_path)
    summary = json.loads((found / "summary.json").read_text("utf-8"))
    assert summary["synthetic"] is True
    access = pd.read_csv(found / "access.csv", dtype={"zone_after": str})
    assert len(access) == 2 * made["settlements"]
    assert access["zone_after"].nunique() == 43
    assert access["zone_before"].nunique() == 119
    assert access["nearest_min"].notna().all()
    assert access["population"].sum() == 2 * 1_907_675
    reform = pd.read_csv(found / "reform.csv", low_memory=False)
    assert len(reform) == len(access)
    assert (reform["borderless_before_min"] == reform["borderless_min"]).all()
    assert (reform["own_after_min"].fillna(np.inf) >= reform["borderless_min"]).all()
    assert (reform["borders_min"] == reform["change_min"]).all()
    reached = reform["own_after_min"].notna() & reform["own_before_min"].notna()
    change = reform["own_after_min"] - reform["own_before_min"]
    assert change[reached].to_numpy() == pytest.approx(reform["change_min"][reached], abs=2e-6)
    # Only where a municipality was split can a change of borders alone lengthen the way.
    split = set(reform["zone_before"][reform["change_min"] > 0])
    assert split == {"LV0604300", "LV0801800"}
    told = json.loads((found / "reform_summary.json").read_text("utf-8"))
    assert [told[when]["municipalities"] for when in ("before", "after")] == [119, 43]
    assert set(pd.read_csv(found / "reform_permutations.csv")["draws"]) == {99}
    for page in ("map.html", "compare.html", "report.html"):
        assert (found / page).stat().st_size < 6_000_000
