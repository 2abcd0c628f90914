"""What lies on the ground and tells a reader of a map where they are: roads and water."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geoaccess.errors import InputError
from geoaccess.model.frozen import require_equal_lengths, sealed
from geoaccess.units import FloatArray, IntArray, LongArray

WATER = ("lake", "river", "coast")
ROADS = (
    "motorway",
    "trunk",
    "primary",
    "secondary",
    "tertiary",
    "unclassified",
    "residential",
    "ferry",
)
KINDS = (*WATER, *ROADS)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Backdrop:
    """
    Lines by kind. They carry no result: a map without them says the same.

    Attributes
    ----------
    kind
        Position in :data:`KINDS` of each line, shape (n_lines,). A ``lake`` is a ring, outer
        ones counter-clockwise and holes clockwise.
    first
        Points of line i are ``first[i]`` to ``first[i + 1]`` of the arrays below.
    lon, lat
        Degrees, EPSG:4326.

    Raises
    ------
    InputError
        If the arrays contradict one another.
    """

    kind: IntArray
    first: LongArray
    lon: FloatArray
    lat: FloatArray

    def __post_init__(self) -> None:
        """Seal the arrays and check that they agree."""
        dtypes = {"kind": "int32", "first": "int64", "lon": "float64", "lat": "float64"}
        for name, dtype in dtypes.items():
            object.__setattr__(self, name, sealed(getattr(self, name), dtype))
        require_equal_lengths("backdrop lines", kind=self.kind, first=self.first[1:])
        require_equal_lengths("backdrop points", lon=self.lon, lat=self.lat)
        whole = len(self.first) and self.first[0] == 0 and self.first[-1] == len(self.lon)
        if not whole or bool((np.diff(self.first) < 0).any()):
            msg = f"backdrop: first must rise from 0 to {len(self.lon)}"
            raise InputError(msg)
        if len(self.kind) and not 0 <= self.kind.min() <= self.kind.max() < len(KINDS):
            msg = f"backdrop: kind must be a position in KINDS, 0 to {len(KINDS) - 1}"
            raise InputError(msg)

    def __len__(self) -> int:
        """Count the lines."""
        return len(self.kind)

    @classmethod
    def of_lines(cls, kind: IntArray, lines: list[FloatArray]) -> Backdrop:
        """
        Make one of lines, each with longitudes and latitudes, shape (n, 2).

        Examples
        --------
        >>> line = np.array([[25.0, 57.0], [25.1, 57.1]])
        >>> len(Backdrop.of_lines(np.array([1]), [line]))
        1
        """
        points = np.concatenate([np.empty((0, 2)), *lines])
        sizes = [len(line) for line in lines]
        return cls(
            kind=kind,
            first=np.concatenate([[0], np.cumsum(np.array(sizes, dtype=np.int64))]),
            lon=points[:, 0],
            lat=points[:, 1],
        )

    def joined(self, other: Backdrop) -> Backdrop:
        """Lines of both, those of ``other`` after these."""
        return Backdrop(
            kind=np.concatenate([self.kind, other.kind]),
            first=np.concatenate([self.first, other.first[1:] + self.first[-1]]),
            lon=np.concatenate([self.lon, other.lon]),
            lat=np.concatenate([self.lat, other.lat]),
        )
