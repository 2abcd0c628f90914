"""Results into a real PostGIS, and whole studies that live in one."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import geoaccess as ga
from geoaccess.errors import InputError, OutputError
from geoaccess.io.postgis import PostgisTable
from geoaccess.io.postgis_write import write_postgis_tables
from geoaccess.study.pipeline import compute
from geoaccess.study.schema import read_study
from tests.cli.conftest import Command, command
from tests.postgis.server import PASSWORD, Postgis
from tests.towns import TownStudy, write_town_study

__all__ = ["command"]  # the fixture of the tests of commands

POINTS = [shapely.Point(24.5, 57.25), shapely.Point(25, 57)]
COLUMN_COMMENTS = """
select a.attname || '=' || coalesce(col_description(a.attrelid, a.attnum), '')
from pg_attribute a where a.attrelid = '{}'::regclass and a.attnum > 0 order by a.attnum
"""


@pytest.fixture
def town(tmp_path: Path) -> TownStudy:
    return write_town_study(tmp_path / "town")


def layer(**columns: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"id": ["007", 'a\tb\n\\N"'], **columns}, geometry=POINTS, crs="EPSG:4326"
    )


def write(postgis: Postgis, *, overwrite: bool = False, **tables: pd.DataFrame) -> None:
    write_postgis_tables(tables, postgis.address(), schema="out", overwrite=overwrite)


def back(postgis: Postgis, name: str) -> gpd.GeoDataFrame:
    return PostgisTable(database=postgis.address(), table=f"out.{name}").rows


def test_a_table_comes_back_exactly(postgis: Postgis) -> None:
    given = layer(near_min=[1 / 3, np.inf], n=[2**40, -1], ok=[True, False], text=["=1;'--", None])
    write(postgis, places=given)
    found = back(postgis, "places").set_index("id").loc[given["id"]].reset_index()
    assert found["near_min"].tolist()[0] == 1 / 3
    assert np.isnan(found["near_min"].tolist()[1])
    assert found["n"].tolist() == [2**40, -1]
    assert found["ok"].tolist() == [True, False]
    assert found["text"][0] == "=1;'--"
    assert found["text"].isna().tolist() == [False, True]
    assert found.crs.to_epsg() == 4326
    assert found.geometry.to_wkt().tolist() == gpd.GeoSeries(POINTS).to_wkt().tolist()


def test_srid_index_and_comments(postgis: Postgis, town: TownStudy) -> None:
    result = compute(read_study(town.study))
    names = ga.write_postgis(result, postgis.address(), schema="out")
    assert names[:4] == ["settlements", "services", "zones_before", "zones_after"]
    told = postgis.run(
        "select f_table_name || ' ' || type || ' ' || srid from geometry_columns "
        "where f_table_schema = 'out' order by 1"
    )
    assert told.splitlines() == [
        "services POINT 4326",
        "settlements POINT 4326",
        "zones_after MULTIPOLYGON 4326",
        "zones_before MULTIPOLYGON 4326",
    ]
    indexed = postgis.run("select tablename from pg_indexes where indexdef like '%gist%'")
    assert set(indexed.splitlines()) == {"services", "settlements", "zones_after", "zones_before"}
    comments = postgis.run(COLUMN_COMMENTS.format("out.access")).splitlines()
    assert "nearest_min=minutes; empty where unreached" in comments
    assert "population=people" in comments
    about = postgis.run("select obj_description('out.settlements'::regclass)")
    assert about == "geoaccess: settlements of 'Grid town'"
    access = postgis.run("select sum(nearest_min * population) from out.access")
    expected = (result.access["nearest_min"] * result.access["population"]).sum()
    assert float(access) == pytest.approx(expected)


def test_new_results_replace_old_ones_and_views_on_them_stay(postgis: Postgis) -> None:
    write(postgis, places=layer(n=[1, 2]))
    postgis.run("create view plan.mine as select sum(n) as total from out.places")
    write(postgis, places=layer(n=[10, 20]))
    assert postgis.run("select total from plan.mine") == "30"
    with pytest.raises(OutputError, match=r"because other objects depend on it; drop what"):
        write(postgis, places=layer(n=[0.5, 1.5]))
    assert postgis.run("select total from plan.mine") == "30"
    postgis.run("drop view plan.mine")
    write(postgis, places=layer(n=[0.5, 1.5]))
    assert postgis.run("select sum(n) from out.places") == "2"


def test_tables_of_an_earlier_export_are_dropped(postgis: Postgis) -> None:
    write(postgis, a=layer(), b=layer())
    postgis.run("create table out.mine as select 1 as x")
    write(postgis, a=layer())
    left = postgis.run("select tablename from pg_tables where schemaname = 'out' order by 1")
    assert left.splitlines() == ["a", "mine"]


def test_a_failure_leaves_the_old_tables(postgis: Postgis) -> None:
    write(postgis, a=layer(n=[1, 2]), b=layer(n=[1, 2]))
    with pytest.raises(OutputError, match=r"^PostGIS schema 'out': .*; correct this text$"):
        write(postgis, a=layer(n=[7, 8]), c=layer(), d=layer(n=["with\0nul", "x"]))
    assert postgis.run("select sum(n) from out.b") == "3"
    assert postgis.run("select sum(n) from out.a") == "3"
    assert postgis.run("select to_regclass('out.c') is null") == "t"


def test_tables_of_others_are_left_alone(postgis: Postgis) -> None:
    postgis.run("create schema out; create table out.places as select 'precious' as thesis")
    with pytest.raises(OutputError, match=r"has tables of others by the names places; name anot"):
        write(postgis, other=layer(), places=layer())
    assert postgis.run("select thesis from out.places") == "precious"
    assert postgis.run("select to_regclass('out.other') is null") == "t"
    write(postgis, overwrite=True, places=layer())
    assert len(back(postgis, "places")) == 2


@pytest.mark.parametrize("name", ['we"ird', "a;b", "a:b", "100 %s", "ķ ū", "geom", "select"])
def test_hostile_names(postgis: Postgis, name: str) -> None:
    given = layer(**{name: ["x", "y"]})
    for _ in range(2):
        write_postgis_tables(
            {name: given}, postgis.address(), schema=name, about=f" of '{name}' % :x"
        )
    quoted = '"' + name.replace('"', '""') + '"'
    rows = PostgisTable(database=postgis.address(), table=f"{quoted}.{quoted}").rows
    assert sorted(rows[name]) == ["x", "y"]


def test_names_too_long_for_the_server(postgis: Postgis) -> None:
    with pytest.raises(OutputError, match="is no name for PostgreSQL; use 1 to 63 bytes"):
        write(postgis, places=layer(**{"ķ" * 32: [1, 2]}))


def test_lines_points_and_mixtures(postgis: Postgis) -> None:
    line = shapely.LineString([(24, 57), (25, 57)])
    box = shapely.box(24, 57, 25, 58)
    kinds = {
        "lines": [line, shapely.MultiLineString([line])],
        "areas": [box, shapely.MultiPolygon([box])],
        "both": [line, box],
        "some": [shapely.Point(24, 57), shapely.MultiPoint([(24, 57), (25, 57)])],
    }
    write(postgis, **{name: layer().set_geometry(shapes) for name, shapes in kinds.items()})
    for name, shapes in kinds.items():
        found = back(postgis, name).geometry
        assert found.union_all().equals(shapely.union_all(shapes)), name


def test_who_may_not_write(postgis: Postgis) -> None:
    postgis.run(f"create role reader login password '{PASSWORD}'")
    try:
        with pytest.raises(OutputError, match="permission denied for database postgis; ask whoev"):
            write_postgis_tables({"a": layer()}, postgis.address(user="reader"), schema="out")
    finally:
        postgis.run("drop role reader")


def test_a_database_without_postgis(postgis: Postgis) -> None:
    with pytest.raises(InputError, match="the database has no PostGIS; run CREATE EXTENSION"):
        write_postgis_tables({"a": layer()}, postgis.address("plain"), schema="out")


def test_a_study_from_a_database_gives_what_files_give(
    postgis: Postgis, town: TownStudy, command: Command
) -> None:
    assert command("run", town.study, "-o", town.folder / "files").code == 0
    tables = {
        "settlements": ga.read_settlements(town.settlements).to_gdf(),
        "services": ga.read_services(town.services).to_gdf(),
        "borders": gpd.read_file(town.borders),
        "roads": ga.read_network(town.roads).to_gdfs()[1],
    }
    write_postgis_tables(tables, postgis.address(), schema="plan")
    for name in ("settlements", "services"):
        town.edit(town.study, f'path = "{name}.csv"', f'path = "postgis:plan.{name}"')
    text = town.study.read_text("utf-8")
    text = text.replace('path = "borders.geojson"', 'path = "postgis:councils"')
    text = text.replace('path = "roads.osm"', 'path = "postgis:streets"')
    queries = (
        'councils = "select * from plan.borders where name <> :left_out"\n'
        "streets = \"select osmid as way_id, 'residential' as highway, '30' as maxspeed, geom "
        'from plan.roads"'
    )
    town.study.write_text(
        f'{text}\n[postgis]\nurl = "{postgis.address()}"\nparameters = {{ left_out = "x" }}\n'
        f"[postgis.queries]\n{queries}\n",
        "utf-8",
    )
    out = town.folder / "database"
    told = command("-vv", "run", town.study, "-o", out)
    assert told.code == 0, told.err
    for name in ("access.csv", "zones.csv", "equity.csv"):
        assert (out / name).read_bytes() == (town.folder / "files" / name).read_bytes(), name
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    assert manifest["inputs"]["roads"]["postgis"] == "PostGIS query 'streets'"
    record = manifest["inputs"]["settlements"]
    assert record["postgis"] == "PostGIS table 'plan.settlements'"
    assert record["rows"] == 4
    assert len(record["sha256"]) == 64
    for path in out.iterdir():
        assert PASSWORD.encode() not in path.read_bytes(), path.name
    assert PASSWORD not in told.out + told.err


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ('url = "postgresql://me:{secret}@localhost/x"', "holds a password; take it out, and set"),
        ('url = "host=x password={secret}"', "that is no address of a PostGIS database; write"),
        ("url = 5", "postgis.url"),
        ('urll = "x"', "unknown key postgis.urll; did you mean 'url'?"),
        ("", "settlements: postgis:plan.none needs the address of a database; add a [postgis]"),
        ('url = "{address}"', "has no table 'none'; it has no tables"),
    ],
)
def test_studies_that_cannot_reach_their_database(
    postgis: Postgis, town: TownStudy, command: Command, table: str, told: str
) -> None:
    town.edit(town.study, 'path = "settlements.csv"', 'path = "postgis:plan.none"')
    own = table.replace("{secret}", PASSWORD).replace("{address}", postgis.address())
    head = "\n[postgis]\n" if table else ""
    town.study.write_text(town.study.read_text("utf-8") + head + own + "\n", "utf-8")
    outcome = command("run", town.study, "-o", town.folder / "out")
    assert outcome.code == 3, outcome
    assert told in outcome.err
    assert outcome.err.count("\n") == 1
    assert PASSWORD not in outcome.err
    assert not (town.folder / "out").exists()


def test_a_file_where_only_a_file_will_do(town: TownStudy, command: Command) -> None:
    town.edit(town.study, "[settlements]", 'islands = "postgis:plan.islands"\n[settlements]')
    outcome = command("run", town.study, "-o", town.folder / "out")
    assert outcome.code == 3
    assert "needs the address of a database" in outcome.err


def test_export_of_a_folder_is_what_memory_holds(
    postgis: Postgis, town: TownStudy, command: Command
) -> None:
    town.edit(town.study, 'title = "Grid town"', 'title = "Grid town"\nsynthetic = true')
    out = town.folder / "out"
    command("run", town.study, "-o", out, "--csv", "latvian", "--formats", "geoparquet")
    (out / "notes.csv").write_text("mine\n")
    told = command("export", out, "--postgis", postgis.address(), "--schema", "out")
    assert (told.code, told.err) == (0, "")
    assert told.out.startswith("written to schema out: ")
    assert "notes" not in told.out
    result = compute(read_study(town.study))
    ga.write_postgis(result, postgis.address(), schema="memory")
    for name in ("settlements", "services", "zones_before", "zones_after", "access", "zones"):
        both = [
            postgis.run(f"select t::text from {schema}.{name} t order by 1").splitlines()  # noqa: S608
            for schema in ("out", "memory")
        ]
        assert len(both[0]) == len(both[1]) > 0
        if name in {"services", "zones_before", "zones_after"}:
            assert both[0] == both[1], name
    about = postgis.run("select obj_description('out.access'::regclass)")
    assert about == "geoaccess: access of 'Grid town', SYNTHETIC: rests on made-up data"
    codes = postgis.run("select distinct zone_before from out.access order by 1")
    assert codes.splitlines() == ["01", "02"]


def test_export_that_is_refused(postgis: Postgis, town: TownStudy, command: Command) -> None:
    outcome = command("export", town.folder, "--postgis", postgis.address())
    assert outcome.code == 3
    assert "summary.json does not exist" in outcome.err
    command("run", town.study, "-o", town.folder / "out", "-q")
    address = f"postgresql://me:{PASSWORD}@localhost/x"
    outcome = command("export", town.folder / "out", "--postgis", address)
    assert outcome.code == 3
    assert "holds a password; take it out" in outcome.err
    assert PASSWORD not in outcome.err
    assert command("export", town.folder / "out").code == 2


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "psycopg", None)
    source = PostgisTable(database="postgresql:///x", table="y")
    with pytest.raises(InputError, match=r"an extra that is not installed; pip install 'geoacc"):
        _ = source.rows
