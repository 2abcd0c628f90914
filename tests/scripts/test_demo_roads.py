"""The demo roads: length, gravel, bridges, one piece, and the hard cases put in on purpose."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import pytest
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import breadth_first_order
from scipy.spatial import KDTree

from tests.scripts.conftest import Drive, Osm, OsmWay, drive_of, to_metres

PAVED = {"asphalt"}


@pytest.fixture(scope="module")
def drive(osm: Osm) -> Drive:
    return drive_of(osm)


def tagged(osm: Osm, key: str, value: str) -> list[OsmWay]:
    return [way for way in osm.ways if way.tags.get(key) == value]


def main_lines(osm: Osm, drive: Drive) -> list[OsmWay]:
    main = set(drive.ids[drive.in_main()].tolist())
    return [way for way in osm.ways if way.is_drivable and main.issuperset(way.nodes)]


def nearest_node(drive: Drive, point: shapely.Point) -> int:
    return int(KDTree(drive.xy).query([point.x, point.y])[1])


def reached(node: int, tail: NDArray[np.int64], head: NDArray[np.int64]) -> NDArray[np.int64]:
    n = int(max(tail.max(), head.max())) + 1
    graph = csr_matrix((np.ones(len(tail)), (tail, head)), shape=(n, n))
    return breadth_first_order(graph, node, return_predecessors=False).astype(np.int64)


def gap_m(ways: list[OsmWay], point: shapely.Point) -> float:
    return min(float(way.line.distance(point)) for way in ways)


def test_length_and_gravel(osm: Osm, units: list[dict[str, Any]]) -> None:
    land = shapely.transform(shapely.union_all([unit["shape"] for unit in units]), to_metres)
    roads = [way for way in osm.ways if way.is_drivable]
    length_km = sum(way.line.length for way in roads) / 1e3
    loose_km = sum(way.line.length for way in roads if way.tags["surface"] not in PAVED) / 1e3
    assert 0.85 < length_km / (land.area / 1e6) < 0.95
    assert 0.69 < loose_km / length_km < 0.73


def test_tags_are_those_of_a_real_map(osm: Osm) -> None:
    roads = [way for way in osm.ways if "highway" in way.tags]
    assert set(Counter(way.tags["highway"] for way in roads)) == {
        *("primary", "secondary", "tertiary", "unclassified", "residential", "service", "track")
    }
    assert {way.tags.get("maxspeed") for way in roads} >= {"90", "80", "50", "30", None}
    assert sum("name" in way.tags for way in roads) > 100
    assert sum("ref" in way.tags for way in roads) > 100
    assert len(tagged(osm, "oneway", "yes")) > 15
    assert len(tagged(osm, "access", "private")) > 5
    for ring in tagged(osm, "junction", "roundabout"):
        assert ring.nodes[0] == ring.nodes[-1]
    assert len(tagged(osm, "junction", "roundabout")) == 3
    tracks = tagged(osm, "highway", "track")
    assert all({"tracktype", "surface"} <= way.tags.keys() for way in tracks)
    names = Counter(way.tags["name"] for way in roads if "name" in way.tags)
    assert all(name.endswith(" iela") for name in names)


def test_ways_meet_only_at_shared_nodes(osm: Osm) -> None:
    ways = [way for way in osm.ways if "highway" in way.tags]
    lines = [way.line for way in ways]
    one, other = shapely.STRtree(lines).query(lines, predicate="intersects")
    for a, b in zip(one[one < other], other[one < other], strict=True):
        shared = {osm.nodes[node] for node in set(ways[a].nodes) & set(ways[b].nodes)}
        meeting = shapely.get_coordinates(shapely.intersection(lines[a], lines[b]))
        assert len(meeting) == len(shared), (ways[a], ways[b])


def test_three_bridges_and_no_other_way_over_the_river(osm: Osm) -> None:
    river = shapely.union_all([way.line for way in tagged(osm, "waterway", "river")])
    over = [way for way in osm.ways if "highway" in way.tags and way.line.intersects(river)]
    assert [way.tags.get("bridge") for way in over] == ["yes"] * 3
    assert tagged(osm, "bridge", "yes") == over


def test_the_river_crosses_the_whole_region(osm: Osm, units: list[dict[str, Any]]) -> None:
    land = shapely.transform(shapely.union_all([unit["shape"] for unit in units]), to_metres)
    river = shapely.union_all([way.line for way in tagged(osm, "waterway", "river")])
    parts = shapely.get_parts([land.difference(river.buffer(0.1))])
    banks = [part for part in parts if part.area > 1e8]
    assert len(banks) == 2


def test_main_network_is_strongly_connected(
    osm: Osm, drive: Drive, odd_points: dict[str, list[shapely.Point]], made: Path
) -> None:
    water = json.loads((made / "boundaries/demo_water.geojson").read_text("utf-8"))["features"]
    lake = shapely.from_geojson(json.dumps(water[1]["geometry"]))
    islands = shapely.transform(shapely.Polygon(shapely.get_exterior_ring(lake)), to_metres)
    odd = shapely.union_all(
        [p.buffer(3000.0) for p in (*odd_points["one_way_trap"], *odd_points["cut_off_fragment"])]
    )
    outside = drive.xy[~drive.in_main()]
    pieces = drive.pieces(strong=False)
    x, y = outside.T
    assert (shapely.contains_xy(islands, x, y) | shapely.contains_xy(odd, x, y)).all()
    # The main network with the trap hanging on it, two islands, the fragment.
    assert len(np.unique(pieces)) == 4
    assert drive.in_main().mean() > 0.98
    assert len(main_lines(osm, drive)) > 1500


def test_ordinary_settlements_are_by_the_main_network(
    osm: Osm, drive: Drive, settlements: dict[str, dict[str, str]]
) -> None:
    rows = list(settlements.values())[:890]
    lonlat = np.array([[float(row["lon"]), float(row["lat"])] for row in rows])
    tree = shapely.STRtree([way.line for way in main_lines(osm, drive)])
    _, gaps = tree.query_nearest(
        shapely.points(to_metres(lonlat)), return_distance=True, all_matches=False
    )
    assert gaps.max() < 200.0


def test_one_island_has_a_ferry_and_one_has_none(
    osm: Osm, odd_points: dict[str, list[shapely.Point]]
) -> None:
    (ferry,) = tagged(osm, "route", "ferry")
    assert ferry.tags["duration"] == "00:20"
    assert ferry.tags["motor_vehicle"] == "yes"
    assert "highway" not in ferry.tags
    sailed = drive_of(osm, ferry=True)
    assert 2 <= len(odd_points["ferry_island"]) <= 3
    assert len(odd_points["island_no_ferry"]) == 1
    for kind, reached in (("ferry_island", True), ("island_no_ferry", False)):
        for point in odd_points[kind]:
            for drive, expected in ((drive_of(osm), False), (sailed, reached)):
                node = nearest_node(drive, point)
                assert drive.in_main()[node] == expected, kind
                assert np.hypot(*(drive.xy[node] - [point.x, point.y])) < 250.0


def test_the_trap_lets_in_but_not_out(
    osm: Osm, drive: Drive, odd_points: dict[str, list[shapely.Point]]
) -> None:
    (point,) = odd_points["one_way_trap"]
    assert gap_m(main_lines(osm, drive), point) > 1200.0
    node = nearest_node(drive, point)
    out = reached(node, drive.tail, drive.head)
    into = reached(node, drive.head, drive.tail)
    assert not drive.in_main()[out].any()
    assert drive.in_main()[into].sum() == drive.in_main().sum()


def test_the_fragment_is_joined_to_nothing(
    osm: Osm, drive: Drive, odd_points: dict[str, list[shapely.Point]]
) -> None:
    (point,) = odd_points["cut_off_fragment"]
    assert gap_m(main_lines(osm, drive), point) > 1200.0
    piece = drive.pieces(strong=False)
    own = set(drive.ids[piece == piece[nearest_node(drive, point)]].tolist())
    roads = [way for way in osm.ways if "highway" in way.tags and own & set(way.nodes)]
    assert 1000.0 < sum(way.line.length for way in roads) < 2000.0
    assert gap_m(roads, point) < 150.0


def test_some_homes_are_far_from_any_road(
    osm: Osm, odd_points: dict[str, list[shapely.Point]]
) -> None:
    roads = [way for way in osm.ways if "highway" in way.tags]
    assert len(odd_points["far_from_road"]) == 4
    assert all(1800.0 < gap_m(roads, point) < 2400.0 for point in odd_points["far_from_road"])


def test_places_and_services_are_on_the_map(
    osm: Osm, settlements: dict[str, dict[str, str]]
) -> None:
    places = [tags for tags, _ in osm.points if "place" in tags]
    assert [(p["name"], p["place"], p["population"]) for p in places] == [
        (s["name"], s["kind"], s["population"]) for s in settlements.values()
    ]
    assert all(place["note"] == "synthetic" for place in places)
    found = Counter(tags.get("amenity") for tags, _ in osm.points)
    found += Counter(way.tags.get("amenity") for way in osm.ways)
    assert found["school"] == 45 + 3
    assert found["kindergarten"] == 40
    assert found["doctors"] == 50
    assert found["hospital"] == 1
    assert found["townhall"] == 41
    assert found["social_facility"] == 13
    assert sum(tags.get("emergency") == "ambulance_station" for tags, _ in osm.points) == 6


def test_three_schools_are_mapped_twice(osm: Osm) -> None:
    areas = {way.tags["name"]: way for way in tagged(osm, "amenity", "school")}
    assert all(way.nodes[0] == way.nodes[-1] for way in areas.values())
    twins = [
        (tags["name"], point)
        for tags, point in osm.points
        if tags.get("amenity") == "school" and tags["name"] in areas
    ]
    assert len(twins) == 3
    assert all(shapely.Polygon(areas[name].line).contains(point) for name, point in twins)


def test_borders_assemble_into_the_municipalities(made: Path, units: list[dict[str, Any]]) -> None:
    factory = osmium.geom.GeoJSONFactory()
    found = {
        area.tags["ref"]: shapely.from_geojson(factory.create_multipolygon(area))
        for area in osmium.FileProcessor(str(made / "roads/demo.osm.pbf")).with_areas()
        if isinstance(area, osmium.osm.Area) and area.tags.get("boundary") == "administrative"
    }
    assert len(found) == 4
    for code, outline in found.items():
        parts = [unit["shape"] for unit in units if unit["after_code"] == code]
        assert shapely.equals(outline, shapely.union_all(parts)), code


def test_file_header_and_objects(made: Path) -> None:
    path = str(made / "roads/demo.osm.pbf")
    with osmium.io.Reader(path) as reader:
        assert reader.header().get("generator") == "geoaccess demo (synthetic)"
    keys = [
        ("nwr".index(thing.type_str()), thing.id, thing.version, thing.timestamp.isoformat())
        for thing in osmium.FileProcessor(path)
        if not isinstance(thing, osmium.osm.Changeset)
    ]
    assert keys == sorted(keys)
    assert {key[2:] for key in keys} == {(1, "2021-07-01T00:00:00+00:00")}


@pytest.mark.usefixtures("write_region")  # which makes the package importable
def test_roads_grow_on_other_land() -> None:
    """Another land, other places, no water: the parts keep their promises there too."""
    from demo_region.ground import make_ground  # noqa: PLC0415
    from demo_region.hierarchy import Tier  # noqa: PLC0415
    from demo_region.mesh import lengths  # noqa: PLC0415
    from demo_region.roads import RoadPlan, grow_roads  # noqa: PLC0415
    from demo_region.shapes import scatter, sparse  # noqa: PLC0415
    from demo_region.sites import Centres, main_road_points  # noqa: PLC0415

    rng = np.random.default_rng(1)
    land = shapely.box(0.0, 0.0, 20_000.0, 15_000.0)
    ground = make_ground(land, rivers=[], closed=[], bridges=np.empty((0, 2, 2)))
    homes = sparse(scatter(rng, land.buffer(-500.0), 80), gap_m=600.0)
    towns = np.array([(4e3, 4e3), (15e3, 4e3), (9e3, 11e3), (17e3, 12e3)])
    roads = grow_roads(
        rng,
        ground,
        centres=Centres(xy=towns, population=np.array([5000, 2500, 900, 400])),
        settlements=homes,
        main=main_road_points(rng, towns, ground.fences),
        plan=RoadPlan(
            target_km=250.0,
            gravel_share=0.6,
            tiers=(
                Tier(rank=4, speed_kmh=90.0, min_population=2000, star=True),
                Tier(rank=2, speed_kmh=70.0, min_population=300),
            ),
        ),
    )
    length = lengths(roads.xy, roads.ends)
    assert length.sum() == pytest.approx(250_000.0, rel=0.02)
    assert length[~roads.paved].sum() == pytest.approx(0.6 * length.sum(), rel=0.02)
    assert np.allclose(roads.xy[roads.settlement_node], homes)
    assert set(np.unique(roads.rank)) == {0, 2, 4}
