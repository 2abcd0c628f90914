"""Tables and layers into a schema of a PostGIS database: all of them, or none."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, LiteralString

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geoaccess.errors import InputError, OutputError, some_ids
from geoaccess.io.column_units import unit_of_column
from geoaccess.io.postgis_connection import connected

if TYPE_CHECKING:
    import sqlalchemy as sa
    from sqlalchemy import Connection

# Tables that geoaccess made say so in their comment; others it leaves alone.
MARK = "geoaccess: "
_LONGEST_NAME = 63
_SRID = 4326
_THERE = """
select c.relname, coalesce(obj_description(c.oid, 'pg_class'), '')
from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = :schema
"""
_COLUMNS = """
select a.attname, lower(format_type(a.atttypid, a.atttypmod))
from pg_attribute a join pg_class c on c.oid = a.attrelid
join pg_namespace n on n.oid = c.relnamespace
where n.nspname = :schema and c.relname = :name and a.attnum > 0 and not a.attisdropped
order by a.attnum
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    """A column as the database has it."""

    name: str
    type: str
    comment: str | None


def write_postgis_tables(
    tables: Mapping[str, pd.DataFrame],
    database: str,
    *,
    schema: str,
    about: str = "",
    overwrite: bool = False,
) -> None:
    """
    Write tables into a schema in one transaction: a failure leaves the earlier ones.

    Tables that geoaccess wrote there before and does not write now are dropped.

    Parameters
    ----------
    tables
        By name; those with geometry get it in EPSG:4326 with an index.
    database
        Address without a password, as for :class:`PostgisTable`.
    schema
        Made if missing.
    about
        What the comment of each table says.
    overwrite
        Also replace tables that geoaccess did not make.

    Raises
    ------
    InputError
        If the database cannot be reached or has no PostGIS.
    OutputError
        If it refuses, or a table that geoaccess did not make is in the way.
    """
    _require_names([schema, *tables])
    with connected(database, what=f"PostGIS schema {schema!r}", writing=True) as connection:
        _require_postgis(connection, schema)
        there = _tables_there(connection, schema)
        strange = [name for name in tables if not there.get(name, MARK).startswith(MARK)]
        if strange and not overwrite:
            msg = (
                f"schema {schema!r} has tables of others by the names {some_ids(strange)}; name "
                f"another schema, or say that they may be overwritten"
            )
            raise OutputError(msg)
        for name, made in there.items():
            if made.startswith(MARK) and name not in tables:
                _do(connection, "drop table {}", schema=schema, name=name)
        for name, table in tables.items():
            _write(connection, table, schema=schema, name=name, comment=f"{MARK}{name}{about}")


def _require_names(names: list[str]) -> None:
    for name in names:
        if not name or "\0" in name or len(name.encode()) > _LONGEST_NAME:
            msg = f"{name!r} is no name for PostgreSQL; use 1 to {_LONGEST_NAME} bytes"
            raise OutputError(msg)


def _require_postgis(connection: Connection, schema: str) -> None:
    told = "select 1 from pg_extension where extname = 'postgis'"
    if connection.exec_driver_sql(told).scalar() is None:
        msg = (
            f"PostGIS schema {schema!r}: the database has no PostGIS; run CREATE EXTENSION postgis "
            f"in it"
        )
        raise InputError(msg)


def _tables_there(connection: Connection, schema: str) -> dict[str, str]:
    """Make the schema, wait for others who write into it, and tell its tables' comments."""
    import sqlalchemy as sa  # noqa: PLC0415 - an extra

    wait = sa.text("select pg_advisory_xact_lock(hashtext('geoaccess'), hashtext(:schema))")
    connection.execute(wait, {"schema": schema})
    # Asked first, for "if not exists" needs the right to make one.
    if not sa.inspect(connection).has_schema(schema):
        connection.execute(sa.schema.CreateSchema(sa.sql.quoted_name(schema, quote=True)))
    return {row[0]: row[1] for row in connection.execute(sa.text(_THERE), {"schema": schema})}


def _write(
    connection: Connection, table: pd.DataFrame, *, schema: str, name: str, comment: str
) -> None:
    import sqlalchemy as sa  # noqa: PLC0415 - an extra

    columns = _columns(table)
    _require_names([one.name for one in columns])
    target = _described(columns, schema=schema, name=name, comment=comment)
    asked = {"schema": schema, "name": name}
    there = [(row[0], row[1]) for row in connection.execute(sa.text(_COLUMNS), asked)]
    if there == [(one.name, one.type) for one in columns]:
        # Emptied, not dropped: views on it and rights to it stay.
        _do(connection, "truncate {}", schema=schema, name=name)
        connection.execute(sa.schema.SetTableComment(target))
    else:
        target.drop(connection, checkfirst=True)
        target.create(connection)
    _fill(connection, table, schema=schema, name=name)


def _columns(table: pd.DataFrame) -> list[_Column]:
    shape = table.geometry.name if isinstance(table, gpd.GeoDataFrame) else None
    geom = next(one for one in ("geom", "geometry", "geom_") if one == shape or one not in table)
    return [
        _Column(name=geom, type=_shape_type(table), comment="EPSG:4326")
        if name == shape
        else _Column(name=str(name), type=_type(table[name]), comment=unit_of_column(str(name)))
        for name in table.columns
    ]


def _type(column: pd.Series[Any]) -> str:
    if pd.api.types.is_bool_dtype(column):
        return "boolean"
    if pd.api.types.is_integer_dtype(column):
        return "bigint"
    return "double precision" if pd.api.types.is_float_dtype(column) else "text"


def _shape_type(table: gpd.GeoDataFrame) -> str:
    kinds = {str(one).removeprefix("Multi") for one in table.geometry.geom_type.dropna()}
    if kinds == {"Point"} and not table.geometry.geom_type.str.startswith("Multi").any():
        return f"geometry(point,{_SRID})"
    (kind,) = kinds if len(kinds) == 1 else ("Geometry",)
    return f"geometry({'multi' if kind != 'Geometry' else ''}{kind.lower()},{_SRID})"


def _described(columns: list[_Column], *, schema: str, name: str, comment: str) -> sa.Table:
    """Table for the database, every name in quotes; its geometry has an index."""
    import sqlalchemy as sa  # noqa: PLC0415 - an extra
    from geoalchemy2 import Geometry  # noqa: PLC0415

    plain = {"text": sa.Text, "bigint": sa.BigInteger, "boolean": sa.Boolean}

    def quoted(text: str) -> sa.sql.quoted_name:
        return sa.sql.quoted_name(text, quote=True)

    def made(one: _Column) -> sa.Column[Any]:
        if one.type.startswith("geometry"):
            kind = one.type.removeprefix("geometry(").split(",")[0].upper()
            shape = Geometry(geometry_type=kind, srid=_SRID, spatial_index=True)
            return sa.Column(quoted(one.name), shape, comment=one.comment)
        kind_of = plain.get(one.type, sa.Double)
        return sa.Column(quoted(one.name), kind_of, comment=one.comment)

    return sa.Table(
        quoted(name),
        sa.MetaData(),
        *(made(one) for one in columns),
        schema=quoted(schema),
        comment=comment,
    )


def _do(connection: Connection, what: LiteralString, *, schema: str, name: str) -> None:
    from psycopg import sql  # noqa: PLC0415 - an extra

    raw: Any = connection.connection.driver_connection
    with raw.cursor() as cursor:
        cursor.execute(sql.SQL(what).format(sql.Identifier(schema, name)))


def _fill(connection: Connection, table: pd.DataFrame, *, schema: str, name: str) -> None:
    """Copy rows, which is many times quicker than inserting them."""
    from psycopg import sql  # noqa: PLC0415 - an extra

    names = [one.name for one in _columns(table)]
    statement = sql.SQL("copy {} ({}) from stdin").format(
        sql.Identifier(schema, name), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    raw: Any = connection.connection.driver_connection
    with raw.cursor() as cursor, cursor.copy(statement) as copy:
        for row in _rows(table):
            copy.write_row(row)


def _rows(table: pd.DataFrame) -> Iterator[tuple[object, ...]]:
    shape = table.geometry.name if isinstance(table, gpd.GeoDataFrame) else None
    return zip(
        *(
            _shapes(table) if name == shape else map(_value, table[name].tolist())
            for name in table.columns
        ),
        strict=True,
    )


def _value(value: object) -> object:
    """Value for the database: missing and unreached are null."""
    if value is None or value is pd.NA:
        return None
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _shapes(table: gpd.GeoDataFrame) -> list[str]:
    geometry = table.geometry.to_crs(_SRID).to_numpy()
    if "multi" in _shape_type(table):
        geometry = np.array([_multi(one) for one in geometry], dtype=object)
    return list(shapely.to_wkb(shapely.set_srid(geometry, _SRID), hex=True, include_srid=True))


def _multi(shape: shapely.Geometry) -> shapely.Geometry:
    if isinstance(shape, shapely.Polygon):
        return shapely.MultiPolygon([shape])
    if isinstance(shape, shapely.LineString):
        return shapely.MultiLineString([shape])
    return shapely.MultiPoint([shape]) if isinstance(shape, shapely.Point) else shape
