"""Data that cannot be used get one line saying what, which and how to mend."""

from __future__ import annotations

import gzip
import json
import shutil
import warnings
from collections.abc import Callable
from typing import Any

import geopandas as gpd
import osmium
import pandas as pd
import pytest
import shapely

from tests.towns import TownStudy, node, way, write_osm, write_town

Rejected = Callable[[], str]
Spoil = Callable[[TownStudy], object]

ALL_FROM_OSM = """\
[study]
title = "Grid town from one file"
[roads]
path = "roads.osm"
[settlements]
path = "roads.osm"
[[services]]
path = "roads.osm"
kinds = ["school", "pharmacy"]
[territory.before]
path = "roads.osm"
admin_level = 8
code = "ref"
date = 2021-06-30
"""


def _edit(file: str, old: str, new: str) -> Spoil:
    return lambda town: town.edit(town.folder / file, old, new)


def _settlements(old: str, new: str) -> Spoil:
    return _edit("settlements.csv", old, new)


def _pbf(cut: slice) -> Spoil:
    def _spoil(town: TownStudy) -> None:
        path = town.folder / "roads.osm.pbf"
        with osmium.SimpleWriter(str(path)) as writer:
            for thing in osmium.FileProcessor(str(town.roads)):
                writer.add(thing)
        path.write_bytes(path.read_bytes()[cut])
        town.edit(town.study, "roads.osm", "roads.osm.pbf")

    return _spoil


def _gz(town: TownStudy) -> None:
    (town.folder / "roads.osm.gz").write_bytes(gzip.compress(town.roads.read_bytes())[:300])
    town.edit(town.study, '"roads.osm"', '"roads.osm.gz"')


def _folder_instead(town: TownStudy) -> None:
    town.roads.unlink()
    town.roads.mkdir()


def _roads_text(text: str) -> Spoil:
    return lambda town: town.roads.write_text(text, encoding="utf-8")


def _only_footways(town: TownStudy) -> None:
    path = way(1, [1, 2], {"highway": "footway"})
    write_osm(town.roads, node(1, 24.0, 57.0), node(2, 24.01, 57.0), path)


ROADS: dict[str, tuple[Spoil, str]] = {
    "missing": (lambda town: town.roads.unlink(), "roads: {} does not exist; check the path"),
    "a folder": (
        _folder_instead,
        "roads: {} is a folder; give a file",
    ),
    "empty": (_roads_text(""), "roads: {} is empty; fetch it or save it again"),
    "truncated XML": (
        lambda town: town.roads.write_bytes(town.roads.read_bytes()[:2000]),
        "{} cannot be read as OSM data (XML parsing error",
    ),
    "truncated gzip": (_gz, "{}.gz cannot be read as OSM data"),
    "truncated PBF": (_pbf(slice(300)), "{}.pbf cannot be read as OSM data"),
    "PBF without its last byte": (_pbf(slice(-1)), "{}.pbf cannot be read as OSM data"),
    "PBF without its head": (_pbf(slice(50, None)), "{}.pbf cannot be read as OSM data"),
    "a web page": (_roads_text("<html><body>404</body></html>"), "{} cannot be read as OSM data"),
    "plain text": (_roads_text("roads"), "{} cannot be read as OSM data"),
    "another format": (
        _edit("study.toml", '"roads.osm"', '"services.csv"'),
        "services.csv is not an OpenStreetMap file; give .osm.pbf",
    ),
    "no roads": (
        lambda town: write_town(town.roads, roads=False),
        "{} has no roads (no way with a highway tag); give a file with roads",
    ),
    "no element": (lambda town: write_osm(town.roads), "{} has no roads"),
    "footways only": (_only_footways, "{} has no road open to profile 'car'; give a file"),
}


@pytest.mark.parametrize(("spoil", "told"), ROADS.values(), ids=ROADS.keys())
def test_bad_roads(town: TownStudy, rejected: Rejected, spoil: Spoil, told: str) -> None:
    spoil(town)
    assert told.format(town.roads) in rejected()


FROM_OSM = {
    "no settlements": ({"settlements": False}, "", "", "has no settlements (no node with place="),
    "no service": ({"services": False}, "", "", "has no service of kind 'school'; leave it out"),
    "not that service": ({}, '"pharmacy"', '"hospital"', "has no service of kind 'hospital'"),
    "unknown kind": ({}, "school", "scool", "unknown service kind 'scool'; did you mean 'school'?"),
    "no borders": ({"borders": False}, "", "", "has no administrative areas of admin_level 8"),
    "not that level": ({}, "= 8", "= 6", "has no administrative areas of admin_level 6; give"),
    "no level": ({}, "admin_level = 8", "", "borders from OSM need admin_level; add it"),
    "no code tag": ({}, '"ref"', '"ISO"', "no tag 'ISO' on area r50, r51; name another tag"),
}


@pytest.mark.parametrize(("parts", "old", "new", "told"), FROM_OSM.values(), ids=FROM_OSM.keys())
def test_bad_all_in_one_osm_file(
    town: TownStudy, rejected: Rejected, parts: dict[str, bool], old: str, new: str, told: str
) -> None:
    write_town(town.roads, **parts)
    town.study.write_text(ALL_FROM_OSM.replace(old, new), "utf-8")
    assert told in rejected()


def _as_text(encoding: str) -> Spoil:
    return lambda town: town.settlements.write_text(town.settlements.read_text("utf-8"), encoding)


def _swap_columns(file: str) -> Spoil:
    return _edit(file, "lon,lat", "lat,lon")


def _spreadsheet(town: TownStudy) -> None:
    shutil.copy(town.settlements, town.folder / "s.xlsx")
    town.edit(town.study, "settlements.csv", "s.xlsx")


def _second_table(town: TownStudy) -> None:
    shutil.copy(town.services, town.folder / "more.csv")
    more = '[[services]]\npath = "more.csv"\nkinds = ["school"]\n\n[territory.before]'
    town.edit(town.study, "[territory.before]", more)


def _as_layer(file: str, spoil: Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame]) -> Spoil:
    """Settlements as a layer of points, with something done to it."""

    def _spoil(town: TownStudy) -> None:
        table = pd.read_csv(town.settlements)
        points = gpd.points_from_xy(table.pop("lon"), table.pop("lat"))
        layer = spoil(gpd.GeoDataFrame(table, geometry=points, crs="EPSG:4326"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that the CRS is missing is the point
            if file.endswith(".parquet"):
                layer.to_parquet(town.folder / file)
            else:
                layer.to_file(town.folder / file)
        town.edit(town.study, '"settlements.csv"', f'"{file}"')

    return _spoil


def _without_crs(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return layer.set_crs(None, allow_override=True)


def _with_empty_point(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    layer.loc[1, "geometry"] = shapely.Point()
    return layer


def _exchanged(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return layer.set_geometry(gpd.points_from_xy(layer.geometry.y, layer.geometry.x, crs=4326))


TABLES: dict[str, tuple[Spoil, str]] = {
    "missing": (lambda town: town.settlements.unlink(), "settlements.csv does not exist"),
    "a folder": (_edit("study.toml", '"settlements.csv"', '"."'), "is a folder; give a file"),
    "empty": (lambda town: town.settlements.write_text(""), "settlements.csv is empty"),
    "a header only": (
        lambda town: town.settlements.write_text("id,name,lon,lat,population\n"),
        "settlements.csv has no rows; give a file with at least one place",
    ),
    "UTF-16 unmarked": (_as_text("utf-16-le"), "settlements.csv"),
    "DOS code page": (_as_text("cp775"), "settlements.csv is not UTF-8 text; save it as UTF-8"),
    "decimal commas and points": (
        lambda town: town.settlements.write_text(
            "id;name;lon;lat;population\nV1;Alka;24,0;57,0;5\nV2;Bērzi;24.1;57,1;5\n", "utf-8"
        ),
        "lon is not a number for row 1 (first: '24,0'); write decimals with a point",
    ),
    "a row too long": (_settlements(",50\n", ",50,1,2\n"), "Expected 5 fields in line 3, saw 7"),
    "the first row too long": (_settlements(",100\n", ",100,1\n"), "more fields than the header"),
    "unknown format": (
        _spreadsheet,
        "unknown kind of file '.xlsx'; known: .csv",
    ),
    "no lon column": (_settlements("lon", "Lon"), "no column 'lon'; did you mean 'Lon'?"),
    "no population column": (_settlements("population", "pop"), "no column 'population'; known: "),
    "no kind column": (_edit("services.csv", "kind", "sort"), "services.csv has no column 'kind'"),
    "no group column": (
        _edit("study.toml", '"settlements.csv"', '"settlements.csv"\ngroups = ["age"]'),
        "settlements.csv has no column 'age'",
    ),
    "duplicate ids": (_settlements("V2", "V1"), "settlements: duplicate id V1; give every row"),
    "empty id": (_settlements("V2", ""), "settlements: empty id in row 2; give every row"),
    "duplicate service ids": (_edit("services.csv", "S2", "S1"), "services: duplicate id S1; give"),
    "ids shared by two tables": (
        _second_table,
        "services: id S1, S2 stands in services.csv and in more.csv; give every service an id",
    ),
    "unknown kind": (
        _edit("study.toml", '"school"', '"scool"'),
        "services.csv has no service of kind 'scool'; did you mean 'school'?",
    ),
    "negative population": (
        _settlements(",100", ",-100"),
        "settlements: population must be 0 or more, but is -100 for V1; correct",
    ),
    "NaN population": (_settlements(",100", ",NaN"), "not a number for V1 (first: empty)"),
    "no population": (_settlements(",100", ","), "not a number for V1 (first: empty)"),
    "text population": (_settlements(",100", ",simts"), "not a number for V1 (first: 'simts')"),
    "infinite population": (_settlements(",100", ",inf"), "not a number for V1 (first: 'inf')"),
    "decimal comma": (_settlements(",100", ',"1,5"'), "'1,5'); write decimals with a point"),
    "infinite lon": (
        _settlements("Alka,24.0", "Alka,inf"),
        "lon is not a number for row 1 (first: 'inf'); correct these rows",
    ),
    "no lon": (_settlements("Alka,24.0", "Alka,"), "lon is not a number for row 1 (first: empty)"),
    "metres": (
        _settlements("Alka,24.0,57.0", "Alka,506000,312000"),
        "coordinates off the globe in row 1: these are not degrees; convert them",
    ),
    "swapped beyond 90": (
        _settlements("Alka,24.0,57.0", "Alka,57.0,124.0"),
        "off the globe in row 1: longitude and latitude look swapped; swap them",
    ),
    "swapped": (_swap_columns("settlements.csv"), "longitude and latitude look swapped: 4 of 4"),
    "swapped services": (_swap_columns("services.csv"), "longitude and latitude look swapped: 3"),
    "swapped layer": (_as_layer("s.gpkg", _exchanged), "longitude and latitude look swapped: 4"),
    "far from the roads": (
        lambda town: town.settlements.write_text(
            town.settlements.read_text("utf-8").replace(",24.", ",14."), "utf-8"
        ),
        "none of 4 settlements lies in the road network",
    ),
    "shapefile without CRS": (_as_layer("s.shp", _without_crs), "s.shp states no CRS; save it"),
    "parquet without CRS": (_as_layer("s.parquet", _without_crs), "s.parquet states no CRS; save"),
    "empty point": (_as_layer("s.gpkg", _with_empty_point), "s.gpkg: empty geometry in row 2;"),
}


@pytest.mark.parametrize(("spoil", "told"), TABLES.values(), ids=TABLES.keys())
def test_bad_tables(town: TownStudy, rejected: Rejected, spoil: Spoil, told: str) -> None:
    spoil(town)
    assert told in rejected()


def _features(change: Callable[[list[dict[str, Any]]], object]) -> Spoil:
    def _spoil(town: TownStudy) -> None:
        borders = json.loads(town.borders.read_text("utf-8"))
        change(borders["features"])
        town.borders.write_text(json.dumps(borders), "utf-8")

    return _spoil


def _exchange_corners(features: list[dict[str, Any]]) -> None:
    for feature in features:
        (ring,) = feature["geometry"]["coordinates"]
        feature["geometry"]["coordinates"] = [[corner[::-1] for corner in ring]]


def _in_metres(features: list[dict[str, Any]]) -> None:
    for feature in features:
        (ring,) = feature["geometry"]["coordinates"]
        metres = [[lon * 20_000, lat * 5_000] for lon, lat in ring]
        feature["geometry"]["coordinates"] = [metres]


BORDERS: dict[str, tuple[Spoil, str]] = {
    "missing": (lambda town: town.borders.unlink(), "territory_before: {} does not exist"),
    "empty": (lambda town: town.borders.write_text(""), "territory_before: {} is empty"),
    "truncated": (
        lambda town: town.borders.write_bytes(town.borders.read_bytes()[:300]),
        "{} cannot be read",
    ),
    "not JSON": (lambda town: town.borders.write_text("borders"), "{} cannot be read ("),
    "no polygon": (_features(lambda features: features.clear()), "{} has no rows; give a file"),
    "empty geometry": (
        _features(lambda features: features[1].update(geometry=None)),
        "{}: empty geometry in row 2; remove or fill these rows",
    ),
    "points": (
        _features(
            lambda features: features[0].update(
                geometry={"type": "Point", "coordinates": [24.0, 57.0]}
            )
        ),
        "{}: no area for West; borders must be polygons",
    ),
    "no code column": (
        _edit("study.toml", 'code = "old"', 'code = "odl"'),
        "{} has no column 'odl'; did you mean 'old'?",
    ),
    "no code": (
        _features(lambda features: features[1]["properties"].update(old=None)),
        "{}: no old in row 2; give every zone a code",
    ),
    "metres": (_features(_in_metres), "{}: coordinates off the globe in row 1, 2: these are not"),
    "swapped": (_features(_exchange_corners), "territory before: longitude and latitude of the"),
}


@pytest.mark.parametrize(("spoil", "told"), BORDERS.values(), ids=BORDERS.keys())
def test_bad_borders(town: TownStudy, rejected: Rejected, spoil: Spoil, told: str) -> None:
    spoil(town)
    assert told.format(town.borders) in rejected()
