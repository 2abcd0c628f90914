"""Borders laid flat, in metres, for areas and overlays."""

from __future__ import annotations

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_utm_crs_info
from pyproj.exceptions import CRSError

from geoaccess.errors import InputError
from geoaccess.units import AnyArray

LATVIA_CRS = "EPSG:3059"
# Area of use of LKS-92: west, south, east, north in degrees.
_LATVIA = (19.06, 55.67, 28.24, 58.09)
_HAIR = 0.01
_STEP_DEG = 0.01


def plane_of(geometry: AnyArray, crs: str | None = None) -> str:
    """
    Name the projected CRS in which borders are measured.

    Parameters
    ----------
    geometry
        Shapes in EPSG:4326, shape (n,).
    crs
        One to use instead, checked to be in metres.

    Returns
    -------
    That asked for; EPSG:3059 (LKS-92) within Latvia; elsewhere the UTM zone of the middle.

    Raises
    ------
    InputError
        If the CRS asked for is unknown, or not projected in metres.

    Examples
    --------
    >>> plane_of([shapely.box(24, 56, 25, 57)]), plane_of([shapely.box(14.2, 35.8, 14.6, 36.1)])
    ('EPSG:3059', 'EPSG:32633')
    """
    if crs is not None:
        return require_metres(crs)
    west, south, east, north = shapely.total_bounds(np.asarray(geometry, dtype=object))
    inside = west >= _LATVIA[0] - _HAIR and east <= _LATVIA[2] + _HAIR
    if inside and south >= _LATVIA[1] - _HAIR and north <= _LATVIA[3] + _HAIR:
        return LATVIA_CRS
    lon, lat = (west + east) / 2.0, (south + north) / 2.0
    (found, *_) = query_utm_crs_info(
        datum_name="WGS 84", area_of_interest=AreaOfInterest(lon, lat, lon, lat)
    )
    return f"EPSG:{found.code}"


def laid_flat(geometry: AnyArray, crs: str) -> AnyArray:
    """
    Shapes in EPSG:4326 in a projected CRS.

    Examples
    --------
    >>> (flat,) = laid_flat([shapely.box(24, 56, 25, 57)], "EPSG:3059")
    >>> round(flat.area / 1e6)
    6852
    """
    there = Transformer.from_crs("EPSG:4326", crs, always_xy=True)

    def move(xy: AnyArray) -> AnyArray:
        return np.column_stack(there.transform(xy[:, 0], xy[:, 1]))

    return np.asarray(shapely.transform(np.asarray(geometry, dtype=object), move))


def finely_flat(geometry: AnyArray, crs: str) -> AnyArray:
    """
    Lay shapes flat with corners every hundredth of a degree.

    Borders run straight in degrees; between few corners they would run elsewhere on a plane.

    Examples
    --------
    >>> (flat,) = finely_flat([shapely.box(24, 56, 25, 57)], "EPSG:3059")
    >>> int(shapely.get_num_coordinates(flat)) > 400
    True
    """
    shapes = shapely.segmentize(np.asarray(geometry, dtype=object), _STEP_DEG)
    return laid_flat(np.asarray(shapes, dtype=object), crs)


def require_metres(crs: str) -> str:
    """
    Refuse a CRS that is unknown, or not projected in metres.

    Raises
    ------
    InputError
        If it is either.
    """
    try:
        known = CRS(crs)
    except CRSError as error:
        msg = f"unknown CRS {crs!r}; give one such as 'EPSG:3059'"
        raise InputError(msg) from error
    if not known.is_projected or known.axis_info[0].unit_conversion_factor != 1:
        msg = f"{crs} is not projected in metres; give one that is, such as 'EPSG:3059'"
        raise InputError(msg)
    return crs
