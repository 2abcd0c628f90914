"""Codes of cells of the European grid, and ids of the cells of any other."""

from __future__ import annotations

import math
import re

import numpy as np
from pyproj import CRS
from pyproj.exceptions import CRSError

from geoaccess.errors import InputError, some_ids
from geoaccess.units import LAT_LIMIT, LON_LIMIT, AnyArray, FloatArray, TextArray

EUROPE = "EPSG:3035"
_LAEA = 3035
_CODE = re.compile(
    r"^(?:[A-Z]{2}_)?(?:CRS(?P<crs>\d+))?(?P<res>RES)?(?P<size>\d+)(?P<unit>km|m)"
    r"(?:N(?P<n1>-?\d+)E(?P<e1>-?\d+)|E(?P<e2>-?\d+)N(?P<n2>-?\d+))$"
)
_HAIR = 1e-6


def read_codes(codes: TextArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """
    Read codes of the European grid (EPSG:3035).

    Parameters
    ----------
    codes
        ``CRS3035RES1000mN4012000E5123000``, whose numbers are metres; or the shorter
        ``1kmN4012E5123``, whose numbers have lost as many zeros as the size in metres has.
        Both name the south-western corner. A country may stand before (``LV_``), and east
        before north.

    Returns
    -------
    Centres x and y, and sizes, metres in EPSG:3035, shape (n,) each.

    Raises
    ------
    InputError
        If a text is no such code, or one of another grid.

    References
    ----------
    INSPIRE D2.8.I.2 Geographical Grid Systems; Commission Implementing Regulation (EU)
    2018/1799, article 3.

    Examples
    --------
    >>> read_codes(["1kmN4012E5123", "CRS3035RES1000mN4012000E5123000"])[0]
    array([5123500., 5123500.])
    """
    found = [_CODE.match(str(code).strip()) for code in codes]
    bad = [code for code, match in zip(codes, found, strict=True) if not _is_european(match)]
    if bad:
        msg = (
            f"no code of the European grid: {some_ids(bad)}; write them as "
            f"CRS3035RES1000mN4012000E5123000 or 1kmN4012E5123, or name columns x and y"
        )
        raise InputError(msg)
    corners = np.array([_corner(match) for match in found if match], dtype=np.float64)
    corners = corners.reshape(-1, 3)
    half = corners[:, 2] / 2.0
    return corners[:, 0] + half, corners[:, 1] + half, corners[:, 2]


def _is_european(match: re.Match[str] | None) -> bool:
    return match is not None and match["crs"] in {None, str(_LAEA)} and int(match["size"]) > 0


def _corner(match: re.Match[str]) -> tuple[int, int, int]:
    size_m = int(match["size"]) * (1000 if match["unit"] == "km" else 1)
    digits = str(size_m)
    lost = 1 if match["res"] else 10 ** (len(digits) - len(digits.rstrip("0")))
    east, north = match["e1"] or match["e2"], match["n1"] or match["n2"]
    return int(east) * lost, int(north) * lost, size_m


def cell_ids(
    crs: str, x: FloatArray, y: FloatArray, width: FloatArray, height: FloatArray
) -> TextArray:
    """
    Ids of cells that have none of their own, from where they lie.

    The same cell has the same id however the file is turned, cut or ordered.

    Parameters
    ----------
    crs
        CRS of the grid.
    x, y
        Centres, shape (n,).
    width, height
        Sizes, shape (n,), 0 where unknown.

    Returns
    -------
    Codes of the European grid where the cells are its own; else ``N`` and ``E`` with the
    centre, to a hundredth of a cell or better. Shape (n,).
    """
    if len(x) and is_laea(crs) and _fits_europe(x, y, width, height):
        west, south = np.rint(x - width / 2.0), np.rint(y - height / 2.0)
        size = np.rint(width).astype(np.int64)
        told = zip(size.tolist(), south.tolist(), west.tolist(), strict=True)
        return _texts([f"CRS3035RES{m}mN{n:.0f}E{e:.0f}" for m, n, e in told])
    sizes = np.concatenate([width[width > 0], height[height > 0]])
    if len(sizes):
        decimals = max(0, 2 - math.floor(math.log10(sizes.min())))
    else:
        decimals = 6 if _are_degrees(x, y) else 2
    # Adding zero turns -0 into 0.
    easts = np.round(x, decimals) + 0.0
    norths = np.round(y, decimals) + 0.0
    pairs = zip(norths.tolist(), easts.tolist(), strict=True)
    return _texts([f"N{north:.{decimals}f}E{east:.{decimals}f}" for north, east in pairs])


def is_laea(crs: str) -> bool:
    """
    Whether a CRS is that of the European grid.

    Examples
    --------
    >>> is_laea("EPSG:3035"), is_laea("EPSG:3059")
    (True, False)
    """
    try:
        return CRS(crs).to_epsg() == _LAEA
    except CRSError:
        return False


def _are_degrees(x: FloatArray, y: FloatArray) -> bool:
    return bool((np.abs(x) <= LON_LIMIT).all() and (np.abs(y) <= LAT_LIMIT).all())


def _fits_europe(x: FloatArray, y: FloatArray, width: FloatArray, height: FloatArray) -> bool:
    whole = np.rint(width)
    square = (width > 0) & (np.abs(width - height) < _HAIR) & (np.abs(width - whole) < _HAIR)
    if not square.all():
        return False
    off_x = (x - width / 2.0) / whole
    off_y = (y - height / 2.0) / whole
    near = np.abs(off_x - np.rint(off_x)) + np.abs(off_y - np.rint(off_y))
    return bool((near < _HAIR).all())


def _texts(values: list[str]) -> AnyArray:
    texts = np.empty(len(values), dtype=object)
    texts[:] = values
    return texts
