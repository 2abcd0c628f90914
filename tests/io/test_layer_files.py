"""Layers and tables in open formats: read back exactly, and the same bytes twice."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal

import geoaccess as ga
from geoaccess.errors import OutputError
from geoaccess.io.layer_files import write_geojson, write_geoparquet, write_parquet
from geoaccess.io.write import write_layers

HOSTILE = ["=1+1", '{"a": 1}', "[1]", 'Ķ"\n<script>']


def _layer() -> gpd.GeoDataFrame:
    # Clockwise, which RFC 7946 turns round.
    boxes = [shapely.box(x, 57, x + 1, 58, ccw=False) for x in (22, 23, 24, 25)]
    shapes = [boxes[0], shapely.MultiPolygon(boxes[1:2]), *boxes[2:]]
    return gpd.GeoDataFrame(
        {
            "code": ["007", "NA", "a", "b"],
            "name": HOSTILE,
            "mean_min": [1 / 3, np.nan, 0.1, 1e-9],
            "n": [1, 2, 3, 4],
            "synthetic": True,
        },
        geometry=shapes,
        crs="EPSG:4326",
    )


def test_geoparquet_comes_back_exactly(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    write_geoparquet(_layer(), path)
    back = gpd.read_parquet(path)
    assert_geodataframe_equal(back.drop(columns="bbox", errors="ignore"), _layer())


def test_geoparquet_says_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    write_geoparquet(_layer().to_crs("EPSG:3059"), path)
    table = pq.read_table(path)
    assert table.num_rows == 4
    geo = json.loads(table.schema.metadata[b"geo"])
    assert geo["version"] == "1.1.0"
    assert geo["primary_column"] == "geometry"
    column = geo["columns"]["geometry"]
    assert column["encoding"] == "WKB"
    assert set(column["geometry_types"]) == {"Polygon", "MultiPolygon"}
    assert column["crs"]["id"] == {"authority": "EPSG", "code": 3059}
    assert column["covering"]["bbox"]["xmin"] == ["bbox", "xmin"]
    shapes = shapely.from_wkb(table["geometry"].to_numpy())
    assert shapely.get_coordinates(shapes).min() > 100_000
    assert ga.read_territory(path, date="2021-07-01", code="code").code.tolist() == [
        "007",
        "NA",
        "a",
        "b",
    ]


def test_a_column_called_bbox_stays_the_users_own(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    write_geoparquet(_layer().assign(bbox="mine"), path)
    assert pq.read_table(path)["bbox"].to_pylist() == ["mine"] * 4


def test_geojson_is_that_of_rfc_7946(tmp_path: Path) -> None:
    path = tmp_path / "x.geojson"
    write_geojson(_layer().to_crs("EPSG:3059"), path)
    told = json.loads(path.read_text("utf-8"))
    assert "crs" not in told
    assert told["type"] == "FeatureCollection"
    features = told["features"]
    assert [one["properties"]["name"] for one in features] == HOSTILE
    assert [one["properties"]["code"] for one in features] == ["007", "NA", "a", "b"]
    assert features[1]["properties"]["mean_min"] is None
    assert features[0]["properties"]["mean_min"] == 1 / 3
    for one in features:
        shape = shapely.from_geojson(json.dumps(one["geometry"]))
        rings = shapely.get_exterior_ring(shapely.get_parts(shape))
        assert shapely.is_ccw(rings).all()
    assert shape.bounds == pytest.approx((25, 57, 26, 58), abs=1e-6)
    back = pyogrio.read_dataframe(path)
    assert back.crs.to_epsg() == 4326
    assert back["name"].tolist() == HOSTILE


def test_geopackage_comes_back_exactly(tmp_path: Path) -> None:
    path = tmp_path / "x.gpkg"
    layer = _layer()
    layer.geometry = [shapely.MultiPolygon(list(shapely.get_parts(one))) for one in layer.geometry]
    write_layers({"zones": layer}, path)
    back = gpd.read_file(path, layer="zones")
    assert_geodataframe_equal(back, layer, check_dtype=False)


def test_tables_come_back_exactly(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {
            "id": ["007", None, "=1+1"],
            "value": [1 / 3, np.nan, -0.0],
            "n": [1, 2, 3],
            "component": ["total", 15.0, None],
        }
    )
    path = tmp_path / "x.parquet"
    write_parquet(table, path)
    back = pq.read_table(path).to_pydict()
    assert back == {
        "id": ["007", None, "=1+1"],
        "value": [1 / 3, None, -0.0],
        "n": [1, 2, 3],
        "component": ["total", "15.0", None],
    }


@pytest.mark.parametrize("suffix", [".parquet", ".geojson"])
def test_the_same_bytes_twice(tmp_path: Path, suffix: str) -> None:
    write = write_geoparquet if suffix == ".parquet" else write_geojson
    one, two = tmp_path / f"one{suffix}", tmp_path / f"two{suffix}"
    write(_layer(), one)
    write(_layer(), two)
    assert one.read_bytes() == two.read_bytes()


def test_writing_to_nowhere(tmp_path: Path) -> None:
    for write, table in (
        (write_geoparquet, _layer()),
        (write_geojson, _layer()),
        (write_parquet, pd.DataFrame({"a": [1]})),
    ):
        with pytest.raises(OutputError, match=r"cannot write x .*; check space and permissions"):
            write(table, tmp_path / "none" / "x")
