"""Roads and water in a page: as fine as a stated size allows, and written as short texts."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely

from geoaccess.model.backdrop import KINDS, ROADS, WATER, Backdrop
from geoaccess.units import AnyArray, FloatArray, LongArray

# What the main roads and the water of a page may take, and what all of it may with the
# smaller roads; those come only where there is room.
MOST_BYTES = 300_000
_ROOM_BYTES = 200_000
_ALWAYS = 4
# A piece of road seldom takes less, however many of them become one line.
_LEAST_BYTES = 3
# Parts of the extent: about a tenth of a pixel of a screen, and a pixel of a phone.
_FINEST, _COARSEST = 20_000, 300
_METRE = 0.00001
_LOW7, _MORE = 0x7F, 0x80

Plain = dict[str, Any]


def drawn_ground(ground: Backdrop | None, *, most_bytes: int = MOST_BYTES) -> list[Plain]:
    """
    Lines of each kind as a page holds them.

    Parameters
    ----------
    ground
        Roads and water, or None.
    most_bytes
        What they may take in the page: lines get coarser until they fit, and the smaller
        classes of roads are left out where they do not.

    Returns
    -------
    For each kind that there is, in the order in which they are drawn: its ``kind``, the
    ``step`` in degrees, and ``lines``, see :func:`short_text`.
    """
    if ground is None or not len(ground):
        return []
    extent = max(float(np.ptp(ground.lon)), float(np.ptp(ground.lat)), _METRE)
    always = [*WATER, *ROADS[:_ALWAYS], "ferry"]
    lines = {kind: _merged(ground, KINDS.index(kind)) for kind in always}
    parts = _FINEST
    told = _told(lines, always, extent / parts)
    while _size(told) > most_bytes and parts > _COARSEST:
        parts //= 2
        told = _told(lines, always, extent / parts)
    for kind in ROADS[_ALWAYS:-1]:
        room = min(_ROOM_BYTES, most_bytes) - _size(told)
        if int((ground.kind == KINDS.index(kind)).sum()) * _LEAST_BYTES > room:
            break
        lines[kind] = _merged(ground, KINDS.index(kind))
        more = _told(lines, [kind], extent / parts)
        if _size(more) > room:
            break
        told += more
    order = {kind: i for i, kind in enumerate((*WATER, "ferry", *reversed(ROADS[:-1])))}
    return sorted(told, key=lambda one: order[one["kind"]])


def short_text(lines: list[LongArray]) -> str:
    """
    Lines of whole numbers as base64.

    Every line is its number of points, then its points as steps from the one before, the
    first from the first of the line before. Numbers are in bytes of seven bits, the lowest
    first, the eighth bit set where more follow, and twice as large, less one where below
    nought.

    Examples
    --------
    >>> short_text([np.array([[3, 4], [5, 3]])])
    'AgYIBAE='
    """
    numbers: list[AnyArray] = []
    start = np.zeros(2, dtype=np.int64)
    for line in lines:
        steps = np.diff(line, axis=0, prepend=start[None, :]).ravel()
        # The count is doubled as every other number is.
        numbers += [np.array([len(line)]), np.where(steps < 0, -2 * steps - 1, 2 * steps)]
        start = line[0]
    return base64.b64encode(_bytes(np.concatenate([np.empty(0, np.int64), *numbers]))).decode()


def _bytes(numbers: LongArray) -> bytes:
    """Seven bits a byte, all numbers at once."""
    left = numbers.copy()
    columns, used = [], []
    live = np.ones(len(left), dtype=bool)
    while live.any():
        used.append(live)
        more = left > _LOW7
        columns.append((left & _LOW7) | np.where(more, _MORE, 0))
        live = live & more
        left = left >> 7
    if not columns:
        return b""
    table, kept = np.stack(columns, axis=1), np.stack(used, axis=1)
    return bytes(table[kept].astype(np.uint8))


def _merged(ground: Backdrop, kind: int) -> AnyArray:
    """Lines of one kind as long as they go without a fork."""
    at = np.flatnonzero((ground.kind == kind) & (np.diff(ground.first) > 1))
    sizes = np.diff(ground.first)[at]
    point = np.concatenate(
        [np.empty(0, np.int64), *(np.arange(ground.first[i], ground.first[i + 1]) for i in at)]
    )
    lines = shapely.linestrings(
        ground.lon[point], ground.lat[point], indices=np.repeat(np.arange(len(at)), sizes)
    )
    if not len(at) or KINDS[kind] == "lake":
        return np.asarray(lines)
    merged: AnyArray = np.asarray(
        shapely.get_parts(shapely.line_merge(shapely.multilinestrings(lines)))
    )
    return merged


def _told(lines: dict[str, AnyArray], kinds: list[str], tolerance: float) -> list[Plain]:
    step = max(_METRE, tolerance / 2)
    told = []
    for kind in kinds:
        rounded = list(_rounded(lines[kind], tolerance, step, least=4 if kind == "lake" else 2))
        if rounded:
            told.append({"kind": kind, "step": step, "lines": short_text(rounded)})
    return told


def _rounded(lines: AnyArray, tolerance: float, step: float, *, least: int) -> Iterator[LongArray]:
    """Simplify lines and write them in steps, without those that shrink to a dot."""
    for line in shapely.simplify(lines, tolerance, preserve_topology=False):
        points: FloatArray = shapely.get_coordinates(line)
        steps = np.rint(points / step).astype(np.int64)
        moved = np.append([True], (np.diff(steps, axis=0) != 0).any(axis=1))
        steps = steps[moved[: len(steps)]]
        if len(steps) >= least:
            yield steps


def _size(told: list[Plain]) -> int:
    return sum(len(one["lines"]) for one in told)
