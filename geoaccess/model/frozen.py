"""What every noun does to the arrays that it is given: check, convert, seal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from geoaccess.errors import InputError, some_ids
from geoaccess.units import LAT_LIMIT, LON_LIMIT, AnyArray, BoolArray, FloatArray, TextArray

_MISSING = frozenset({"<NA>", "NaT"})


def sealed(values: npt.ArrayLike, dtype: npt.DTypeLike) -> AnyArray:
    """
    Read-only view of values as one type; the caller's own array stays writable.

    Examples
    --------
    >>> sealed([1, 2], "int32").flags.writeable
    False
    """
    array: npt.NDArray[Any] = np.ascontiguousarray(values, dtype=dtype).view()
    array.flags.writeable = False
    return array


def sealed_text(values: Sequence[object] | AnyArray) -> TextArray:
    """Read-only array of Python strings; what is missing becomes an empty string."""
    texts = np.empty(len(values), dtype=object)
    if {type(value) for value in values} == {str} and _MISSING.isdisjoint(values):
        # Half a million ids pass through here for every noun that holds them.
        texts[:] = values
        texts.flags.writeable = False
        return texts
    for i, value in enumerate(values):
        texts[i] = "" if _is_missing(value) else str(value)
    texts.flags.writeable = False
    return texts


def _is_missing(value: object) -> bool:
    return value is None or value != value or str(value) in _MISSING  # noqa: PLR0124


def require_equal_lengths(noun: str, **arrays: Sequence[object] | AnyArray) -> None:
    """Refuse parallel arrays that are not parallel."""
    lengths = {name: len(array) for name, array in arrays.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} {length}" for name, length in lengths.items())
        msg = f"{noun}: arrays must be equally long, but are {told}"
        raise InputError(msg)


def require_unique(noun: str, ids: TextArray) -> None:
    """Refuse ids that are empty or stand twice, naming them."""
    if any(not one for one in ids):
        rows = [i for i, one in enumerate(ids, start=1) if not one]
        msg = f"{noun}: empty id in row {some_ids(rows)}; give every row an id of its own"
        raise InputError(msg)
    seen: set[str] = set()
    twice: dict[str, None] = {}
    for one in ids:
        if one in seen:
            twice[one] = None
        seen.add(one)
    if twice:
        msg = f"{noun}: duplicate id {some_ids(twice)}; give every row an id of its own"
        raise InputError(msg)


def require_on_globe(noun: str, ids: TextArray, lon: FloatArray, lat: FloatArray) -> None:
    """Refuse coordinates that are not finite degrees of longitude and latitude."""
    bad = ~(np.isfinite(lon) & np.isfinite(lat))
    if bad.any():
        msg = f"{noun}: no coordinates for {some_ids(ids[bad])}; fill or remove these rows"
        raise InputError(msg)
    off = (np.abs(lon) > LON_LIMIT) | (np.abs(lat) > LAT_LIMIT)
    if off.any():
        hint = (
            "longitude and latitude look swapped; swap them"
            if bool((np.abs(lat[off]) > LAT_LIMIT).all() and (np.abs(lon[off]) <= LAT_LIMIT).all())
            else "coordinates must be degrees (EPSG:4326); state the right CRS"
        )
        msg = f"{noun}: coordinates off the globe for {some_ids(ids[off])}; {hint}"
        raise InputError(msg)


def require_counts(noun: str, what: str, ids: TextArray, values: FloatArray) -> None:
    """Refuse numbers of people, beds or places that are negative or not numbers."""
    bad: BoolArray = ~(np.isfinite(values) & (values >= 0))
    if bad.any():
        worst = values[bad][0]
        msg = (
            f"{noun}: {what} must be 0 or more, but is {worst:g} for {some_ids(ids[bad])}; "
            f"correct or remove these rows"
        )
        raise InputError(msg)
