"""Gaps and overlaps of borders, and borders that are not those expected."""

from __future__ import annotations

import warnings
from collections.abc import Collection

import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from geoaccess.errors import DataWarning, MismatchError, some_ids
from geoaccess.io.plane import laid_flat, plane_of
from geoaccess.model.territory import Territory
from geoaccess.units import AnyArray

_M2_PER_HA = 10_000.0
_M2_PER_KM2 = 1e6
# Told when a file is read.
_TOLD_HA = 1.0
# Outlines that should meet miss one another by less where one has a corner the other lacks.
_CRACK_M = 1.0
# Areas are compared to a millionth: 65 ha in Latvia.
_AREA_SHARE = 1e-6

FAULT_COLUMNS = ("kind", "first_code", "second_code", "area_ha", "lon", "lat")


def border_faults(
    territory: Territory, *, least_ha: float = 0.01, crs: str | None = None
) -> pd.DataFrame:
    """
    List gaps within borders and overlaps of zones.

    To a resident: places where nobody, or more than one municipality, is yours.

    Parameters
    ----------
    territory
        The borders; take other levels with :meth:`Territory.at_level`.
    least_ha
        Hectares below which a fault is left out.
    crs
        Projected CRS for areas; if left out, EPSG:3059 in Latvia, and UTM elsewhere.

    Returns
    -------
    Largest first: ``kind`` (``gap`` or ``overlap``), ``first_code, second_code`` (of the zones
    that overlap; empty for a gap), ``area_ha``, and ``lon, lat`` of a point in it. A gap is
    land over 1 m wide that is enclosed by zones and in none; a zone missing at the edge is
    no gap.

    Examples
    --------
    >>> import shapely
    >>> borders = Territory(date="2021-07-01", code=["1", "2"], name=["A", "B"],
    ...     geometry=[shapely.box(24, 56, 25.01, 57), shapely.box(25, 56, 26, 57)])
    >>> border_faults(borders)[["kind", "first_code", "second_code"]].values.tolist()
    [['overlap', '1', '2']]
    """
    plane = plane_of(territory.geometry, crs)
    flat = laid_flat(territory.geometry, plane)
    overlaps, one, other = _overlaps(flat)
    gaps = _gaps(flat)
    shapes = np.concatenate([gaps, overlaps])
    points = shapely.point_on_surface(shapes)
    back = Transformer.from_crs(plane, "EPSG:4326", always_xy=True)
    lon, lat = back.transform(shapely.get_x(points), shapely.get_y(points))
    nobody = [""] * len(gaps)
    table = pd.DataFrame(
        {
            "kind": ["gap"] * len(gaps) + ["overlap"] * len(overlaps),
            "first_code": [*nobody, *territory.code[one]],
            "second_code": [*nobody, *territory.code[other]],
            "area_ha": shapely.area(shapes) / _M2_PER_HA,
            "lon": np.asarray(lon, dtype=np.float64),
            "lat": np.asarray(lat, dtype=np.float64),
        },
        columns=list(FAULT_COLUMNS),
    )
    large = table[table["area_ha"] >= least_ha]
    order = ["area_ha", "kind", "first_code", "second_code", "lon", "lat"]
    return large.sort_values(
        order, ascending=[False, True, True, True, True, True], ignore_index=True
    )


def require_borders(
    territory: Territory,
    *,
    zones: int | None = None,
    area_km2: float | None = None,
    codes: Collection[str] | None = None,
    crs: str | None = None,
) -> None:
    """
    Refuse borders that are not those expected.

    Parameters
    ----------
    territory
        The borders.
    zones
        How many zones there must be.
    area_km2
        Area of all zones together, km2, to a millionth of it.
    codes
        A classifier: every code of a zone must stand in it.
    crs
        Projected CRS for areas; if left out, EPSG:3059 in Latvia, and UTM elsewhere.

    Raises
    ------
    MismatchError
        If one of these does not hold; the message says what is there.

    Examples
    --------
    >>> import shapely
    >>> borders = Territory(date="2021-07-01", code=["1"], name=["A"],
    ...     geometry=[shapely.box(24, 56, 25, 57)])
    >>> require_borders(borders, zones=2)
    Traceback (most recent call last):
    geoaccess.errors.MismatchError: borders of 2021-07-01: 2 zones expected, but 1 is there
    """
    label = f"borders of {territory.date}"
    if zones is not None and len(territory) != zones:
        verb = "is" if len(territory) == 1 else "are"
        msg = f"{label}: {zones} zones expected, but {len(territory)} {verb} there"
        raise MismatchError(msg)
    if codes is not None:
        unknown = [code for code in territory.code if code not in set(codes)]
        if unknown:
            msg = f"{label}: unknown code {some_ids(unknown)}; correct it or the classifier"
            raise MismatchError(msg)
    if area_km2 is not None:
        flat = laid_flat(territory.geometry, plane_of(territory.geometry, crs))
        found_km2 = float(shapely.area(flat).sum()) / _M2_PER_KM2
        if abs(found_km2 - area_km2) > _AREA_SHARE * area_km2:
            msg = f"{label}: {area_km2:,.2f} km2 expected, but {found_km2:,.2f} km2 are there"
            raise MismatchError(msg)


def tell_faults(territory: Territory, source: str) -> None:
    """Warn of overlaps and gaps of over 1 ha, naming the largest of each."""
    faults = border_faults(territory, least_ha=_TOLD_HA)
    names = dict(zip(territory.code, territory.name, strict=True))
    overlaps, gaps = (faults[faults["kind"] == kind] for kind in ("overlap", "gap"))
    if len(overlaps):
        rows = zip(
            overlaps["first_code"], overlaps["second_code"], overlaps["area_ha"], strict=True
        )
        told = [f"{names[one]} and {names[other]} ({ha:.1f} ha)" for one, other, ha in rows]
        text = f"{source}: zones overlap by over 1 ha: {some_ids(told)}; such land belongs to the "
        warnings.warn(DataWarning(f"{text}zone whose code sorts first"), stacklevel=4)
    if len(gaps):
        rows = zip(gaps["lon"], gaps["lat"], gaps["area_ha"], strict=True)
        told = [f"{ha:,.1f} ha at {lon:.4f}, {lat:.4f}" for lon, lat, ha in rows]
        text = f"{source}: gaps of over 1 ha between zones: {some_ids(told)}"
        warnings.warn(DataWarning(f"{text}; places there are in no zone"), stacklevel=4)


def _overlaps(flat: AnyArray) -> tuple[AnyArray, AnyArray, AnyArray]:
    """Shared areas, and the positions of both zones of each."""
    one, other = shapely.STRtree(flat).query(flat, predicate="intersects")
    once = one < other
    one, other = one[once], other[once]
    shared = shapely.intersection(flat[one], flat[other])
    areal = shapely.area(shared) > 0
    return shared[areal], one[areal], other[areal]


def _gaps(flat: AnyArray) -> AnyArray:
    """Holes of all zones joined, cracks between zones closed so that they open no hole."""
    wide = shapely.buffer(flat, _CRACK_M / 2.0, join_style="mitre")
    whole = shapely.get_parts(shapely.union_all(wide))
    rings = [ring for shape in whole for ring in shape.interiors]
    holes = np.empty(len(rings), dtype=object)
    holes[:] = [shapely.Polygon(ring) for ring in rings]
    return np.asarray(shapely.buffer(holes, _CRACK_M / 2.0, join_style="mitre"))
