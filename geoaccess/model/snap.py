"""Where places meet the road, and why some do not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geoaccess.model.frozen import require_equal_lengths, sealed, sealed_text
from geoaccess.units import AnyArray, BoolArray, FloatArray, IntArray, LongArray, TextArray

if TYPE_CHECKING:
    import geopandas as gpd


class Reason(StrEnum):
    """Why a place is not reached; every unreached place has exactly one."""

    TOO_FAR_FROM_ROAD = "too_far_from_road"
    OUTSIDE_EXTRACT = "outside_extract"
    ISOLATED_ROAD = "isolated_road"
    ONE_WAY_TRAP = "one_way_trap"
    OVER_CUTOFF = "over_cutoff"
    NO_SERVICE_IN_TERRITORY = "no_service_in_territory"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Snapped:
    """
    Places on the road network, in the order of the places.

    Attributes
    ----------
    id
        Ids of the places, shape (n,).
    segment
        Segment that each place meets, -1 where none, shape (n,).
    way
        OSM way of that segment, -1 where none, shape (n,).
    fraction
        Where on the segment, 0 at its start and 1 at its end, shape (n,).
    distance_m
        Metres between the place and its road; beyond ``max_snap_m`` too, so that a
        message can say how far; ``inf`` where there is no road at all.
    lon, lat
        The point on the road, degrees; NaN where none.
    access_ms
        Milliseconds between the place and its road, at the profile's access speed.
    component
        Strongly connected component of the segment, -1 where none.
    reason
        Empty, or a :class:`Reason` why the place is not on the network, or can only use
        a road that is cut off from the rest.
    """

    id: TextArray
    segment: IntArray
    way: LongArray
    fraction: FloatArray
    distance_m: FloatArray
    lon: FloatArray
    lat: FloatArray
    access_ms: IntArray
    component: IntArray
    reason: TextArray

    def __post_init__(self) -> None:
        """Seal the arrays and check that they agree."""
        for name in ("segment", "access_ms", "component"):
            object.__setattr__(self, name, sealed(getattr(self, name), "int32"))
        object.__setattr__(self, "way", sealed(self.way, "int64"))
        for name in ("fraction", "distance_m", "lon", "lat"):
            object.__setattr__(self, name, sealed(getattr(self, name), "float64"))
        for name in ("id", "reason"):
            object.__setattr__(self, name, sealed_text(getattr(self, name)))
        require_equal_lengths(
            "snapped places",
            id=self.id,
            segment=self.segment,
            way=self.way,
            fraction=self.fraction,
            distance_m=self.distance_m,
            lon=self.lon,
            lat=self.lat,
            access_ms=self.access_ms,
            component=self.component,
            reason=self.reason,
        )

    def __len__(self) -> int:
        """Count the places."""
        return len(self.id)

    @property
    def on_road(self) -> BoolArray:
        """Whether each place met a road, shape (n,)."""
        return np.asarray(self.segment >= 0)

    def take(self, rows: AnyArray) -> Snapped:
        """Only these rows, given as positions or as a mask."""
        return Snapped(**{name: getattr(self, name)[rows] for name in self.__slots__})

    def joined(self, other: Snapped) -> Snapped:
        """Put others behind these places."""
        return Snapped(
            **{
                name: np.concatenate([getattr(self, name), getattr(other, name)])
                for name in self.__slots__
            }
        )

    def to_gdf(self) -> gpd.GeoDataFrame:
        """
        Copy as a table with the points on the road.

        Returns
        -------
        Columns ``id, distance_m, lon, lat, way, segment, component, reason`` and point
        ``geometry`` in EPSG:4326, empty where a place met no road.
        """
        import geopandas as gpd  # noqa: PLC0415 - heavy, and loading a noun must stay light

        columns = ("id", "distance_m", "lon", "lat", "way", "segment", "component", "reason")
        points = np.asarray(shapely.points(self.lon, self.lat))
        points[~self.on_road] = None
        return gpd.GeoDataFrame(
            {name: np.array(getattr(self, name)) for name in columns},
            geometry=list(points),
            crs="EPSG:4326",
        )
