"""A real PostGIS: its tables as places, borders and roads, and refusals in one line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pytest

import geoaccess as ga
from geoaccess.errors import InputError
from geoaccess.io.postgis import Parameter, PostgisTable
from geoaccess.io.tables import read_places_table
from geoaccess.study.schema import read_study
from tests.postgis.server import PASSWORD, Postgis
from tests.towns import write_town_study

SETTLEMENTS = """
create table plan.settlements (
  id text, name text, population numeric(10,1), seen date, geom geometry(Point, 3059)
);
insert into plan.settlements values
  ('007', 'Ķegums', 40.5, '2025-01-31',
   st_transform(st_setsrid(st_point(24.7, 56.7), 4326), 3059)),
  ('NA', 'Ēdole''; drop table plan.settlements; --', 8, null,
   st_transform(st_setsrid(st_point(21.7, 57.1), 4326), 3059));
"""
SERVICES = """
create table plan.services (nr int, kind text, title text, places int, geom geometry(Point, 4326));
insert into plan.services values
  (2, 'school', 'A', 120, st_setsrid(st_point(24.7, 56.7), 4326)),
  (1, 'school', 'B', null, st_setsrid(st_point(24.8, 56.7), 4326)),
  (3, 'library', 'C', null, st_setsrid(st_point(24.9, 56.7), 4326));
"""


def table(postgis: Postgis, name: str = "plan.settlements", **address: str) -> PostgisTable:
    return PostgisTable(database=postgis.address(**address), table=name)


def query(
    postgis: Postgis, text: str, parameters: Mapping[str, Parameter] | None = None
) -> PostgisTable:
    return PostgisTable(
        database=postgis.address(), query=text, parameters=parameters or {}, label="mine"
    )


def refusal(source: PostgisTable) -> str:
    """What reading it is refused with, in one line that says how to mend it."""
    with pytest.raises(InputError) as refused:
        read_places_table(source)
    line = str(refused.value)
    assert "\n" not in line
    assert "; " in line
    assert PASSWORD not in line
    return line


def test_settlements_of_a_table(postgis: Postgis) -> None:
    postgis.run(SETTLEMENTS)
    people = ga.read_settlements(table(postgis))
    assert people.id.tolist() == ["007", "NA"]
    assert people.name.tolist() == ["Ķegums", "Ēdole'; drop table plan.settlements; --"]
    assert people.population.tolist() == [40.5, 8.0]
    assert people.lon == pytest.approx([24.7, 21.7])
    assert people.lat == pytest.approx([56.7, 57.1])
    seen = table(postgis).rows["seen"]
    assert seen[0] == "2025-01-31"
    assert seen.isna().tolist() == [False, True]


def test_services_of_a_query_with_bound_parameters(postgis: Postgis) -> None:
    postgis.run(SERVICES)
    text = (
        "select nr::text as id, kind, title as name, places as capacity, geom "
        "from plan.services where kind = :kind and title like '%%' or title = '100 %';"
    )
    services = ga.read_services(query(postgis, text, {"kind": "school"}))
    assert services.id.tolist() == ["1", "2"]
    assert services.capacity[1] == 120.0
    hostile = "school'; drop table plan.services; --"
    assert "has no rows" in refusal(query(postgis, text, {"kind": hostile}))
    assert postgis.run("select count(*) from plan.services") == "3"


def test_borders_of_a_view(postgis: Postgis) -> None:
    postgis.run(
        "create view plan.zones as select '01' as id, 'West' as name, "
        "st_multi(st_makeenvelope(24, 57, 24.5, 58, 4326)) as shape"
    )
    borders = ga.read_territory(table(postgis, "plan.zones"), date="2021-07-01")
    assert borders.code.tolist() == ["01"]
    assert borders.geometry[0].bounds == (24, 57, 24.5, 58)


def test_degrees_in_columns_and_geography(postgis: Postgis) -> None:
    plain = read_places_table(query(postgis, "select 'a' as id, 24.7 as lon, 56.7 as lat"))
    assert plain.geometry.x.tolist() == [24.7]
    sphere = read_places_table(
        query(postgis, "select 'a' as id, st_setsrid(st_point(24.7, 56.7), 4326)::geography")
    )
    assert sphere.geometry.y.tolist() == [56.7]


def test_rows_do_not_depend_on_the_order_of_the_server(postgis: Postgis) -> None:
    postgis.run(SERVICES)
    one = query(postgis, "select * from plan.services order by nr asc")
    other = query(postgis, "select * from plan.services order by nr desc")
    assert one.sha256 == other.sha256
    assert one.rows.equals(other.rows)
    postgis.run("update plan.services set title = 'D' where nr = 3")
    assert query(postgis, "select * from plan.services").sha256 != one.sha256
    assert one.rows["title"].tolist() == other.rows["title"].tolist()


@pytest.mark.parametrize(
    "name", ["Vietas", "select", 'we"ird', "a;b", "a:b", "100 %s", "ķ ū", "p.q"]
)
def test_hostile_names(postgis: Postgis, name: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    postgis.run(f"create schema {quoted}")
    postgis.run(
        f"create table {quoted}.{quoted} as "
        f"select 'a' as id, 'A' as {quoted}, st_setsrid(st_point(24, 57), 4326) as geom"
    )
    spelt = quoted if "." in name else name
    if '"' in name:
        spelt = quoted
    rows = table(postgis, f"{spelt}.{spelt}").rows
    assert rows[name].tolist() == ["A"]


@pytest.mark.parametrize("name", ["", "a.b.c", ".a", "a.", 'a"b.c"', '"a'])
def test_names_of_no_table(postgis: Postgis, name: str) -> None:
    with pytest.raises(InputError, match=r"names no table|has a table or a query"):
        table(postgis, name)


def test_no_server(postgis: Postgis) -> None:
    source = PostgisTable(
        database=f"postgresql://me@/x?host={postgis.folder / 'none'}", table="plan.settlements"
    )
    line = refusal(source)
    assert line.startswith("PostGIS table 'plan.settlements': connection ")
    assert "No such file or directory" in line
    assert line.endswith("; start the server, or correct the address")


def test_wrong_and_missing_password(postgis: Postgis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", "nāriņa")
    line = refusal(table(postgis))
    assert 'password authentication failed for user "owner"' in line
    assert line.endswith("; set PGPASSWORD, or write the password to ~/.pgpass or the service file")
    assert "nāriņa" not in line
    monkeypatch.delenv("PGPASSWORD")
    monkeypatch.setenv("PGPASSFILE", "/nowhere")
    assert "no password supplied; set PGPASSWORD" in refusal(table(postgis))


def test_a_service_file_and_a_password_file(
    postgis: Postgis, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    postgis.run(SETTLEMENTS)
    monkeypatch.delenv("PGPASSWORD")
    services = tmp_path / "services.conf"
    services.write_text(
        f"[plan]\nhost={postgis.folder}\ndbname=postgis\nuser=owner\npassword={PASSWORD}\n", "utf-8"
    )
    monkeypatch.setenv("PGSERVICEFILE", str(services))
    source = PostgisTable(database="postgresql:///?service=plan", table="plan.settlements")
    assert len(source.rows) == 2
    passwords = tmp_path / "passwords"
    passwords.write_text(f"*:*:*:owner:{PASSWORD}\n", "utf-8")
    passwords.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(passwords))
    assert len(table(postgis).rows) == 2


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ({"database": "none"}, r'database "none" does not exist; correct the address'),
        ({"database": "plain"}, r"the database has no PostGIS; run CREATE EXTENSION postgis"),
        ({"user": "nobody"}, r'password authentication failed for user "nobody"; set PGPASSWORD'),
    ],
)
def test_wrong_addresses(postgis: Postgis, address: dict[str, str], told: str) -> None:
    assert told in refusal(table(postgis, **address))


@pytest.mark.parametrize(
    "address",
    [
        f"postgresql://me:{PASSWORD}@localhost/x",
        f"postgresql://me:a/b?c@{PASSWORD}@localhost/x",
        f"postgresql+psycopg://me@localhost/x?password={PASSWORD}",
        f"host=localhost password={PASSWORD}",
        f"mysql://me:{PASSWORD}@localhost/x",
    ],
)
def test_addresses_with_a_password_are_refused_and_not_repeated(address: str) -> None:
    with pytest.raises(InputError) as refused:
        PostgisTable(database=address, table="x")
    assert PASSWORD not in str(refused.value)
    assert re.search("holds a password; take it out|no address of a PostGIS", str(refused.value))


def test_missing_tables_name_the_nearest(postgis: Postgis) -> None:
    postgis.run(SETTLEMENTS)
    assert refusal(table(postgis, "plan.setlements")) == (
        "PostGIS table 'plan.setlements': schema 'plan' has no table 'setlements'; "
        "did you mean 'settlements'?"
    )
    assert "schema 'Plan' has no table" in refusal(table(postgis, "Plan.settlements"))
    assert "has no column 'population'" in _column_refusal(postgis)


def _column_refusal(postgis: Postgis) -> str:
    with pytest.raises(InputError) as refused:
        ga.read_settlements(query(postgis, "select id, name, geom from plan.settlements"))
    return str(refused.value)


POINT = "st_setsrid(st_point(24, 57), 4326)"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("select 1 as id", "has no geometry; select a column of it, or lon and lat in degrees"),
        (f"select {POINT} as a, {POINT} as b", "has 2 columns of geometry (a, b); choose one"),
        (f"select 1 as x, 2 as x, {POINT} as g", "column x stands twice; rename one with AS"),
        (
            f"select {POINT} as g union all select st_setsrid(st_point(1, 2), 3059)",
            "mixes SRID 3059, 4326; bring them together with a query",
        ),
        ("select st_point(24, 57) as g", "states no CRS; save it with one"),
        ("select st_setsrid(st_point(24, 57), 990001) as g", "SRID 990001 is unknown; transform"),
        ("select null::geometry as g", "states no CRS"),
        (f"select {POINT} as g where false", "has no rows; give"),
        ("selct 1", 'syntax error at or near "selct"; correct the query'),
        ("select * from plan.none", 'relation "plan.none" does not exist; correct the query'),
        ("select :when as x", "asks for :when, which has no value; give it among the parameters"),
        ("create table plan.x (a int)", "cannot execute CREATE TABLE in a read-only transaction"),
        (f"select {POINT} as g; commit; drop table plan.settlements", "multiple commands"),
        ("commit", "gives no rows"),
    ],
)
def test_queries_that_cannot_be_used(postgis: Postgis, text: str, told: str) -> None:
    postgis.run(SETTLEMENTS)
    assert told in refusal(query(postgis, text))
    assert postgis.run("select count(*) from plan.settlements") == "2"


def test_curves_are_refused(postgis: Postgis) -> None:
    text = "select st_geomfromewkt('SRID=4326;CIRCULARSTRING(0 0, 1 1, 2 0)') as g"
    assert "'mine': a geometry cannot be read (Nonlinear" in refusal(query(postgis, text))


def test_layers_are_of_files_only(postgis: Postgis) -> None:
    with pytest.raises(InputError, match="has no layers, but layer 'x' is asked for"):
        ga.read_settlements(table(postgis), layer="x")


def test_roads_of_a_table_are_those_of_the_lines(postgis: Postgis, tmp_path: Path) -> None:
    postgis.run(
        "create table plan.roads (way_id int, klase text, geom geometry(LineString, 4326));"
        "insert into plan.roads values "
        "(2, 'tertiary', 'SRID=4326;LINESTRING(24.1 57, 24.2 57)'),"
        "(1, 'tertiary', 'SRID=4326;LINESTRING(24 57, 24.1 57, 24.1 57.1)')"
    )
    text = "select way_id, klase as highway, geom from plan.roads"
    lines = query(postgis, text).rows
    assert isinstance(lines, gpd.GeoDataFrame)
    network = ga.network_from_edges(lines)
    assert network.n_segments == 3
    town = write_town_study(tmp_path)
    town.edit(
        town.study,
        'path = "roads.osm"',
        f'path = "postgis:lines"\n[postgis]\nurl = "{postgis.address()}"\n'
        f'[postgis.queries]\nlines = "{text}"',
    )
    study = read_study(town.study)
    found = study.source_of("postgis:lines")
    assert isinstance(found, PostgisTable)
    assert found.sha256 == query(postgis, text).sha256
    assert study.source_of("postgis:lines") is found
