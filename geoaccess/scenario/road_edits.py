"""Roads closed, and speeds changed, on a network whose nodes stay as they are."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np
import shapely

from geoaccess.errors import nearest_known, some_ids
from geoaccess.model.network import Network
from geoaccess.scenario.edits import ChangeSpeed, CloseRoads
from geoaccess.units import UNREACHED_MS, AnyArray, BoolArray, FloatArray, IntArray

Refuse = Callable[[str], NoReturn]
Areas = Callable[[str], Any]


class RoadDraft:
    """
    Times of roads while a scenario's edits are made to them.

    Parameters
    ----------
    network
        Roads as they stand.
    areas
        Reads a file of polygons by its path: one geometry in degrees.
    """

    def __init__(self, network: Network, areas: Areas) -> None:
        self.network = network
        self._areas = areas
        self._factor = np.ones(network.n_segments)
        self._closed = np.zeros(network.n_segments, dtype=np.bool_)
        self._edited = np.zeros(network.n_segments, dtype=np.bool_)

    def make(self, edit: CloseRoads | ChangeSpeed, refuse: Refuse) -> None:
        """
        Make one edit.

        Parameters
        ----------
        edit
            The edit.
        refuse
            Raises an error for a reason.
        """
        chosen = self._chosen(edit, refuse)
        if not chosen.any():
            refuse("no road is meant; check ways, classes, surfaces and polygon")
        twice = chosen & self._edited
        if twice.any():
            ways = some_ids(np.unique(self.network.segment_way[twice]))
            refuse(f"ways {ways} were edited before; edit each road once")
        self._edited |= chosen
        if isinstance(edit, CloseRoads):
            self._closed |= chosen
        else:
            self._factor[chosen] = edit.factor

    @property
    def arc_ms(self) -> IntArray:
        """Milliseconds along each arc of the roads as they stood; closed ones unreached."""
        network = self.network
        factor = np.append(self._factor, 1.0)[network.arc_segment]
        closed = np.append(self._closed, np.False_)[network.arc_segment]
        ms = np.minimum(np.rint(network.travel_time_ms / factor), UNREACHED_MS - 1)
        return np.where(closed, UNREACHED_MS, ms).astype(np.int32)

    @property
    def kind(self) -> str:
        """``"closed"`` where a road is gone, ``"times"`` where only speeds differ."""
        return "closed" if self._closed.any() else "times"

    @property
    def changed(self) -> bool:
        """Whether any road is edited."""
        return bool(self._edited.any())

    def _chosen(self, edit: CloseRoads | ChangeSpeed, refuse: Refuse) -> BoolArray:
        network = self.network
        chosen = np.ones(network.n_segments, dtype=np.bool_)
        if edit.ways:
            unknown = sorted(set(edit.ways) - set(network.segment_way.tolist()))
            if unknown:
                refuse(f"the roads have no way {some_ids(unknown)}; check the OSM ids")
            chosen &= np.isin(network.segment_way, edit.ways)
        for part, wanted in enumerate((edit.classes, edit.surfaces)):
            if wanted:
                chosen &= self._of_class(part, wanted, refuse)
        if edit.polygon:
            chosen &= _inside(network, _ring(edit.polygon, refuse))
        if edit.area:
            chosen &= _inside(network, self._areas(edit.area))
        return chosen

    def _of_class(self, part: int, wanted: tuple[str, ...], refuse: Refuse) -> BoolArray:
        known = {one[part] for one in self.network.road_classes}
        for text in wanted:
            if text not in known:
                what = ("class", "surface")[part]
                told = nearest_known(text, sorted(known))
                refuse(f"the roads have no {what} {text!r}; {told}")
        of_class = np.array([one[part] in wanted for one in self.network.road_classes])
        return np.asarray(of_class[self.network.road_class])


def without_closed(network: Network, arc_ms: IntArray) -> Network:
    """
    Roads with other times, and without the arcs that are closed.

    Parameters
    ----------
    network
        Roads.
    arc_ms
        Milliseconds along each arc, ``UNREACHED_MS`` where closed, shape (n_arcs,).

    Returns
    -------
    The same nodes and segments; arcs keep their order. A segment without any arc takes no
    places.
    """
    kept = arc_ms < UNREACHED_MS
    if kept.all():
        return dataclasses.replace(network, travel_time_ms=arc_ms)
    number = np.where(kept, np.cumsum(kept) - 1, -1).astype(np.int32)
    number = np.append(number, np.int32(-1))
    copies = kept[network.copy_arc] & kept[network.copy_of]
    forward, backward = number[network.forward_arc], number[network.backward_arc]
    count = np.bincount(network.tail[kept], minlength=network.n_nodes)
    return dataclasses.replace(
        network,
        first_out=np.concatenate([[0], np.cumsum(count)]),
        head=network.head[kept],
        travel_time_ms=arc_ms[kept],
        arc_segment=network.arc_segment[kept],
        forward_arc=forward,
        backward_arc=backward,
        snappable=network.snappable & ((forward >= 0) | (backward >= 0)),
        copy_arc=number[network.copy_arc[copies]],
        copy_of=number[network.copy_of[copies]],
    )


def _ring(points: tuple[tuple[float, float], ...], refuse: Refuse) -> Any:  # noqa: ANN401
    ring = shapely.Polygon(points) if len(points) > 2 else None  # noqa: PLR2004
    if ring is None or not ring.is_valid:
        refuse("the polygon is no ring of three points or more that do not cross")
    return ring


def _inside(network: Network, area: Any) -> BoolArray:  # noqa: ANN401
    """Whether the middle of each segment lies in an area."""
    shapely.prepare(area)
    lon, lat = _middles(network)
    return np.asarray(shapely.contains_xy(area, lon, lat))


def _middles(network: Network) -> tuple[FloatArray, FloatArray]:
    """Point halfway along the points of each segment: its middle, near enough to belong."""
    first, last = network.shape_first[:-1], network.shape_first[1:] - 1
    low, high = (first + last) // 2, (first + last + 1) // 2
    middles: list[AnyArray] = [
        (one[low] + one[high]) / 2.0 for one in (network.shape_lon, network.shape_lat)
    ]
    return middles[0], middles[1]
