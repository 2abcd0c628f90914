"""A drawn way: points and OSM tags."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from demo_region.plane import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Way:
    """
    A line with tags; ways meet where they hold the very same point.

    Attributes
    ----------
    xy
        Points, metres, shape (n, 2).
    tags
        OSM tags.
    """

    xy: FloatArray
    tags: dict[str, str]
