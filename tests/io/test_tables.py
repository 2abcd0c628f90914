"""Any table format gives the same places, or one line on why not."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely

from geoaccess.errors import DataWarning, InputError
from geoaccess.io.tables import number_column, points_of, read_places_table, text_column

FORMATS = (".gpkg", ".geojson", ".shp", ".parquet", ".fgb", ".csv")
IDS = ["001", "002", "003"]
NAMES = ["Ķīšezers", "Ēdole", "Žīguri"]
LON = [24.1, 21.7, 27.7]
LAT = [57.0, 57.1, 57.3]


def _layer(crs: object = "EPSG:4326") -> gpd.GeoDataFrame:
    points = gpd.points_from_xy(LON, LAT, crs="EPSG:4326")
    layer = gpd.GeoDataFrame({"id": IDS, "name": NAMES, "n": [1, 2, 3]}, geometry=points)
    return layer.to_crs(crs)


def _write(layer: gpd.GeoDataFrame, path: Path) -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if path.suffix == ".parquet":
            layer.to_parquet(path)
        elif path.suffix == ".csv":
            table = layer.drop(columns="geometry").assign(lon=LON, lat=LAT)
            table.to_csv(path, index=False)
        else:
            layer.to_file(path, encoding="utf-8")
    return path


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_gives_the_same_places(tmp_path: Path, suffix: str) -> None:
    path = _write(_layer(), tmp_path / f"Latvijas vietas{suffix}")
    table = read_places_table(path)
    assert sorted(text_column(table, "id", path=path)) == IDS
    assert sorted(text_column(table, "name", path=path)) == sorted(NAMES)
    lon, lat = points_of(table, path=path)
    assert sorted(lon) == pytest.approx(sorted(LON))
    assert sorted(lat) == pytest.approx(sorted(LAT))
    assert table.crs == "EPSG:4326"


@pytest.mark.parametrize("suffix", [".gpkg", ".shp", ".parquet"])
def test_metres_become_degrees(tmp_path: Path, suffix: str) -> None:
    path = _write(_layer("EPSG:3059"), tmp_path / f"x{suffix}")
    lon, lat = points_of(read_places_table(path), path=path)
    assert lon == pytest.approx(LON)
    assert lat == pytest.approx(LAT)


@pytest.mark.parametrize("suffix", [".gpkg", ".shp", ".parquet", ".fgb"])
def test_missing_crs(tmp_path: Path, suffix: str) -> None:
    path = _write(_layer().set_crs(None, allow_override=True), tmp_path / f"x{suffix}")
    with pytest.raises(InputError, match=r"states no CRS; save it with one"):
        read_places_table(path)


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".parquet"])
@pytest.mark.parametrize("geometry", [None, shapely.Point()])
def test_empty_geometry(tmp_path: Path, suffix: str, geometry: shapely.Point | None) -> None:
    layer = _layer()
    layer.loc[[0, 2], "geometry"] = geometry
    path = _write(layer, tmp_path / f"x{suffix}")
    with pytest.raises(InputError, match=r"empty geometry in row 1, 3; remove or fill"):
        read_places_table(path)


def test_no_rows(tmp_path: Path) -> None:
    path = _write(_layer().iloc[:0], tmp_path / "x.gpkg")
    with pytest.raises(InputError, match="has no rows"):
        read_places_table(path)


@pytest.mark.parametrize(
    ("name", "told"),
    [("nmae", "did you mean 'name'?"), ("population", "known: id, n, name")],
)
def test_missing_column(tmp_path: Path, name: str, told: str) -> None:
    path = _write(_layer(), tmp_path / "x.gpkg")
    with pytest.raises(InputError) as refused:
        text_column(read_places_table(path), name, path=path)
    assert str(refused.value) == f"{path} has no column {name!r}; {told}"


def test_polygons_stand_for_a_point_on_them(tmp_path: Path) -> None:
    # A horseshoe, whose centroid lies outside it.
    shoe = shapely.box(24, 56, 25, 57) - shapely.box(24.1, 56.1, 24.9, 57)
    layer = _layer()
    layer.loc[1, "geometry"] = shoe
    path = _write(layer, tmp_path / "x.gpkg")
    table = read_places_table(path)
    with pytest.warns(DataWarning, match=r"x\.gpkg: 1 shapes stand for a point"):
        lon, lat = points_of(table, path=path)
    assert shoe.contains(shapely.Point(lon[1], lat[1]))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_csv_with_or_without_byte_order_mark(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text("id,name,lon,lat\n007,Ķegums,24.7,56.7\n", encoding=encoding)
    table = read_places_table(path)
    assert text_column(table, "id", path=path) == ["007"]
    assert text_column(table, "name", path=path) == ["Ķegums"]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("1,24.7\n", "lat is not a number for row 1 (first: empty); correct these rows"),
        ("1,24.7,56.7,9\n", "rows with more fields than the header; quote text that has commas"),
        ("1,24.7,56.7\n2,24.7,56.7,9\n", "Expected 3 fields in line 3, saw 4"),
        ('1,"24,7","56,7"\n', "lon is not a number for row 1 (first: '24,7'); write decimals"),
        ("1,inf,56.7\n", "lon is not a number for row 1 (first: 'inf'); correct these rows"),
        ("1,524000,302000\n", "off the globe in row 1: these are not degrees; convert them"),
        ("1,56.7,124.7\n", "off the globe in row 1: longitude and latitude look swapped"),
        ("", "has no rows"),
    ],
)
def test_bad_csv(tmp_path: Path, rows: str, told: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"id,lon,lat\n{rows}")
    with pytest.raises(InputError, match=re.escape(told)):
        read_places_table(path)


@pytest.mark.parametrize("suffix", [*FORMATS, ".json", ".zip"])
def test_what_is_no_table_is_refused(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"x{suffix}"
    path.write_bytes(bytes(range(256)))
    with pytest.raises(InputError, match=r"x\..*(cannot be read|is not UTF-8 text)") as refused:
        read_places_table(path)
    assert "\n" not in str(refused.value)


def test_missing_empty_folder_and_unknown_files(tmp_path: Path) -> None:
    (tmp_path / "x.csv").touch()
    (tmp_path / "x.xlsx").write_text("x")
    for name, told in {
        "none.csv": "does not exist; check the path",
        "x.csv": "is empty; fetch it or save it again",
        "x.xlsx": "unknown kind of file '.xlsx'; known: .csv",
        ".": "is a folder; give a file",
    }.items():
        with pytest.raises(InputError, match=re.escape(told)):
            read_places_table(tmp_path / name)


def test_layer_is_chosen_or_told(tmp_path: Path) -> None:
    path = tmp_path / "x.gpkg"
    pyogrio.write_dataframe(_layer().drop(columns="geometry"), path, layer="notes")
    _layer().to_file(path, layer="a")
    _layer().iloc[:1].to_file(path, layer="b")
    assert len(read_places_table(path, layer="b")) == 1
    with pytest.warns(DataWarning, match=r"x\.gpkg has 2 layers \(a, b\); a is read"):
        assert len(read_places_table(path)) == 3
    with pytest.raises(InputError, match=r"x\.gpkg has no layer 'note'; did you mean 'notes'"):
        read_places_table(path, layer="note")


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_layer_of_a_file_that_has_none(tmp_path: Path, suffix: str) -> None:
    path = _write(_layer(), tmp_path / f"x{suffix}")
    with pytest.raises(InputError, match="has no layers, but layer 'a' is asked for; leave"):
        read_places_table(path, layer="a")


def test_table_without_geometry(tmp_path: Path) -> None:
    path = tmp_path / "x.gpkg"
    pyogrio.write_dataframe(_layer().drop(columns="geometry"), path)
    with pytest.raises(InputError, match="has no geometry; give a layer"):
        read_places_table(path)
    _layer().drop(columns="geometry").to_parquet(tmp_path / "x.parquet")
    with pytest.raises(InputError, match="has no geometry; save it as GeoParquet, or with"):
        read_places_table(tmp_path / "x.parquet")


def test_plain_parquet_with_degrees(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    _layer().drop(columns="geometry").assign(lon=LON, lat=LAT).to_parquet(path)
    table = read_places_table(path)
    assert points_of(table, path=path)[0].tolist() == LON
    assert text_column(table, "id", path=path) == IDS


@pytest.mark.parametrize("suffix", [".parquet", ".gpkg", ".geojson"])
def test_files_cut_short(tmp_path: Path, suffix: str) -> None:
    whole = _write(_layer(), tmp_path / f"whole{suffix}").read_bytes()
    path = tmp_path / f"x{suffix}"
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match=r"x\..*(cannot be read|has no rows)") as refused:
        read_places_table(path)
    assert "\n" not in str(refused.value)


def test_crs_that_is_nowhere(tmp_path: Path) -> None:
    local = 'LOCAL_CS["my yard",UNIT["metre",1]]'
    path = _write(_layer().set_crs(local, allow_override=True), tmp_path / "x.gpkg")
    with pytest.raises(InputError, match="its CRS 'my yard' has no place on the globe"):
        read_places_table(path)


def test_whole_numbers_are_text_without_a_point() -> None:
    table = gpd.GeoDataFrame({"id": [1.0, np.nan, 1e20], "x": [1.5, 2.0, np.inf]})
    path = Path("x.gpkg")
    assert text_column(table, "id", path=path) == ["1", "", "100000000000000000000"]
    assert text_column(table, "x", path=path) == ["1.5", "2.0", "inf"]


def test_bad_numbers_are_named_by_id() -> None:
    table = gpd.GeoDataFrame({"n": [1, "two", None, 4]})
    with pytest.raises(InputError, match=r"x\.csv: n is not a number for b, c \(first: 'two'\)"):
        number_column(table, "n", path=Path("x.csv"), ids=list("abcd"))
