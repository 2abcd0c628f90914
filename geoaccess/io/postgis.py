"""Tables and queries of a PostGIS database, as one more place that places come from."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from geoaccess.errors import InputError, nearest_known, some_ids
from geoaccess.io.postgis_connection import connected, require_address

if TYPE_CHECKING:
    from sqlalchemy import Connection, CursorResult, Executable

Parameter = str | int | float | bool | dt.date
_NAME = r'"(?:[^"]|"")+"|[^".]+'
_TABLE = re.compile(rf"(?:(?P<schema>{_NAME})\.)?(?P<table>{_NAME})")
_GEOMETRY_TYPES = "select oid from pg_type where typname in ('geometry', 'geography')"
_BOUND = re.compile(r"(?<![:\w\x5c]):(\w+)(?!:)")


@dataclass(frozen=True, kw_only=True, eq=False)
class PostgisTable:
    """
    A table, a view or a query of a PostGIS database.

    It is read once, in one transaction that cannot write, and stands wherever a file of
    places does.

    Attributes
    ----------
    database
        As ``postgresql://user@host:5432/database``; the password comes from PGPASSWORD,
        ``~/.pgpass`` or a service file (``postgresql:///?service=name``).
    table
        As ``schema.table``, letter for letter; a name with a point in it stands in double
        quotes.
    query
        In its place a query, with ``:name`` where a parameter goes.
    parameters
        What goes there; they are bound by the server, never pasted.
    label
        What messages call a query.

    Raises
    ------
    InputError
        If the address is none or holds a password, or not one of table and query is given.

    Examples
    --------
    >>> str(PostgisTable(database="postgresql://reader@db/planning", table="public.schools"))
    "PostGIS table 'public.schools'"
    """

    database: str
    table: str = ""
    query: str = ""
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    label: str = ""

    def __post_init__(self) -> None:
        """Check what can be checked without the database."""
        require_address(self.database)
        if bool(self.table) == bool(self.query):
            msg = "a PostGIS source has a table or a query; give one of the two"
            raise InputError(msg)
        if self.table and _TABLE.fullmatch(self.table) is None:
            msg = (
                f"{self.table!r} names no table; write schema.table, with double quotes around a "
                f"name that has a point in it"
            )
            raise InputError(msg)

    def __str__(self) -> str:
        """Name it as messages do."""
        if self.table:
            return f"PostGIS table {self.table!r}"
        return f"PostGIS query {self.label!r}" if self.label else "PostGIS query"

    @property
    def name(self) -> str:
        """The same, where a file would tell its name."""
        return str(self)

    @property
    def rows(self) -> gpd.GeoDataFrame:
        """
        Rows in an order of their own, whatever order the server has them in.

        Raises
        ------
        InputError
            If the database cannot be reached, has no such table or no PostGIS, or the rows
            have no geometry.
        """
        return self._read[0].copy()

    @property
    def sha256(self) -> str:
        """Digest of the rows, the same for the same rows in any order."""
        return self._read[1]

    @cached_property
    def _read(self) -> tuple[gpd.GeoDataFrame, str]:
        with connected(self.database, what=str(self)) as connection:
            types = {row[0] for row in connection.exec_driver_sql(_GEOMETRY_TYPES)}
            if not types:
                msg = f"{self}: the database has no PostGIS; run CREATE EXTENSION postgis in it"
                raise InputError(msg)
            found = connection.execute(self._statement(connection), dict(self.parameters))
            names, shape = self._columns(found, types)
            records = [tuple(map(_plain, row)) for row in found]
        texts = ["\x1f".join(map(repr, record)) for record in records]
        order = sorted(range(len(texts)), key=texts.__getitem__)
        told = hashlib.sha256("\x1e".join([repr(names), *(texts[i] for i in order)]).encode())
        table = pd.DataFrame([records[i] for i in order], columns=names)
        return self._placed(table, shape), told.hexdigest()

    def _statement(self, connection: Connection) -> Executable:
        import sqlalchemy as sa  # noqa: PLC0415 - an extra

        if self.query:
            self._require_bound()
            return sa.text(self.query.strip().rstrip(";"))
        schema, table = self._names
        known = sa.inspect(connection)
        there = [*known.get_table_names(schema), *known.get_view_names(schema)]
        there += known.get_materialized_view_names(schema)
        if table not in there:
            within = f"schema {schema!r}" if schema else "the database"
            hint = nearest_known(table, there) if there else "it has no tables"
            msg = f"{self}: {within} has no table {table!r}; {hint}"
            raise InputError(msg)
        quoted = sa.table(
            sa.sql.quoted_name(table, quote=True),
            schema=schema and sa.sql.quoted_name(schema, quote=True),
        )
        return sa.select(sa.text("*")).select_from(quoted)

    @property
    def _names(self) -> tuple[str | None, str]:
        found = _TABLE.fullmatch(self.table)
        assert found is not None  # noqa: S101 - checked when made
        return _unquoted(found["schema"]), _unquoted(found["table"]) or ""

    def _require_bound(self) -> None:
        asked = set(_BOUND.findall(self.query))
        lost = sorted(asked - set(self.parameters))
        if lost:
            msg = f"{self} asks for :{lost[0]}, which has no value; give it among the parameters"
            raise InputError(msg)

    def _columns(self, found: CursorResult[Any], types: set[int]) -> tuple[list[str], str | None]:
        """Names of columns, and which of them holds the geometry."""
        if not found.returns_rows:
            msg = f"{self} gives no rows; write a query that selects some"
            raise InputError(msg)
        described = found.cursor.description
        names = [one[0] for one in described]
        twice = sorted({one for one in names if names.count(one) > 1})
        if twice:
            msg = f"{self}: column {some_ids(twice)} stands twice; rename one with AS"
            raise InputError(msg)
        shapes = [one[0] for one in described if one[1] in types]
        if len(shapes) > 1:
            msg = (
                f"{self} has {len(shapes)} columns of geometry ({some_ids(shapes)}); choose one "
                f"with a query"
            )
            raise InputError(msg)
        if not shapes and not {"lon", "lat"} <= set(names):
            msg = f"{self} has no geometry; select a column of it, or lon and lat in degrees"
            raise InputError(msg)
        return names, shapes[0] if shapes else None

    def _placed(self, table: pd.DataFrame, shape: str | None) -> gpd.GeoDataFrame:
        """Rows with shapes in the CRS that they state."""
        if shape is None:
            lon, lat = (pd.to_numeric(table[one], errors="coerce") for one in ("lon", "lat"))
            points = gpd.points_from_xy(lon, lat)
            return gpd.GeoDataFrame(table, geometry=points, crs="EPSG:4326")
        try:
            shapes = shapely.from_wkb(table[shape].to_numpy(dtype=object))
        except (shapely.errors.ShapelyError, NotImplementedError) as error:
            msg = f"{self}: a geometry cannot be read ({error}); use points, lines and polygons"
            raise InputError(msg) from error
        told = sorted(set(shapely.get_srid(shapes[~shapely.is_missing(shapes)]).tolist()))
        if len(told) > 1:
            msg = (
                f"{self} mixes SRID {some_ids(told)}; bring them together with a query, "
                f"ST_Transform(geom, 4326)"
            )
            raise InputError(msg)
        crs = self._crs(told[0]) if told and told[0] else None
        rest = table.drop(columns=shape)
        return gpd.GeoDataFrame(rest, geometry=shapely.set_srid(shapes, 0), crs=crs)

    def _crs(self, srid: int) -> CRS:
        try:
            return CRS.from_epsg(srid)
        except CRSError:
            pass
        wanted = f"select srtext from spatial_ref_sys where srid = {int(srid)}"  # noqa: S608
        with connected(self.database, what=str(self)) as connection:
            told = connection.exec_driver_sql(wanted).scalar()
        try:
            return CRS.from_wkt(told or "")
        except CRSError as error:
            msg = f"{self}: SRID {srid} is unknown; transform it with a query, ST_Transform"
            raise InputError(msg) from error


def _unquoted(name: str | None) -> str | None:
    if name is None or not name.startswith('"'):
        return name
    return name[1:-1].replace('""', '"')


def _plain(value: object) -> object:
    """Value of a cell as files have it: numbers, text, or None."""
    if isinstance(value, Decimal):
        whole = value == value.to_integral_value()
        return int(value) if whole and value.is_finite() else float(value)
    if value is None or isinstance(value, str | int | float):
        return value
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)
