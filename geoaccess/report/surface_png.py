"""A travel-time surface as a small picture of classes, which the page colours as its legend."""

from __future__ import annotations

import base64
import struct
import zlib
from typing import Any

import numpy as np
import numpy.typing as npt

from geoaccess.model.surface import SurfaceImage

# What the pictures of all services may take in a page.
MOST_BYTES = 2_000_000
OUTSIDE = 255
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GREY_8_BIT = (8, 0, 0, 0, 0)
_FEWEST_PIXELS = 64
_DEGREE_DIGITS = 6

Codes = npt.NDArray[np.uint8]
Plain = dict[str, Any]


def drawn_surface(image: SurfaceImage, breaks: tuple[float, ...], *, most_bytes: int) -> Plain:
    """
    One surface as a page holds it.

    Parameters
    ----------
    image
        Minutes of the pixels, rows from the north, square in Web Mercator.
    breaks
        Upper ends of all classes but the last, those of the legend.
    most_bytes
        What the picture may take: every second row and column is left out until it fits.

    Returns
    -------
    Edges in degrees and ``png``, a grey picture in base64 whose shades are classes: the last
    one is for the unreached, :data:`OUTSIDE` for what was not asked for.
    """
    codes = class_codes(image, breaks)
    text = _base64(codes)
    while len(text) > most_bytes and min(codes.shape) > _FEWEST_PIXELS:
        codes = codes[::2, ::2]
        text = _base64(codes)
    edges = {side: getattr(image, side) for side in ("west", "south", "east", "north")}
    return {**{side: round(edge, _DEGREE_DIGITS) for side, edge in edges.items()}, "png": text}


def class_codes(image: SurfaceImage, breaks: tuple[float, ...]) -> Codes:
    """
    Class of each pixel, counted from 0; a class holds its upper end.

    Examples
    --------
    >>> minutes = np.array([[5.0, 10.0, 10.5], [np.inf, np.nan, 99.0]])
    >>> edges = {"west": 24, "south": 56, "east": 25, "north": 57}
    >>> image = SurfaceImage(service="", minutes=minutes, cell_m=100, cutoff_min=120, **edges)
    >>> class_codes(image, (10.0, 20.0))
    array([[  0,   0,   1],
           [  3, 255,   2]], dtype=uint8)
    """
    minutes = image.minutes.astype(np.float64)
    codes = np.searchsorted(np.asarray(breaks), minutes, side="left").astype(np.uint8)
    codes[np.isposinf(minutes)] = len(breaks) + 1
    codes[np.isnan(minutes)] = OUTSIDE
    return codes


def grey_png(codes: Codes) -> bytes:
    """
    Write a grey picture with eight bits a pixel as PNG.

    Parameters
    ----------
    codes
        Shades, shape (n_rows, n_columns).
    """
    height, width = codes.shape
    # Every row begins with the number of its filter: none.
    rows = np.zeros((height, width + 1), dtype=np.uint8)
    rows[:, 1:] = codes
    head = struct.pack(">II5B", width, height, *_GREY_8_BIT)
    body = zlib.compress(rows.tobytes(), level=9)
    return _SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)


def _base64(codes: Codes) -> str:
    return base64.b64encode(grey_png(codes)).decode("ascii")
