"""Ways cut into pieces of road, and the nodes at which the pieces meet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from pyproj import Geod

from geoaccess.io.osm import RawRoads
from geoaccess.units import AnyArray, BoolArray, FloatArray, LongArray

_EARTH = Geod(ellps="WGS84")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pieces:
    """Runs of way nodes between junctions: way, first and last position, inclusive."""

    way: LongArray
    start: LongArray
    end: LongArray


def cut_at_junctions(
    roads: RawRoads, *, way_is_open: BoolArray, there: BoolArray, closed: BoolArray
) -> Pieces:
    """
    Cut open ways where they meet, end, miss a node, or are barred.

    Parameters
    ----------
    roads
        Ways.
    way_is_open
        Whether each may be driven, shape (n_ways,).
    there
        Whether each node of a way has a place on the globe, shape (n_way_nodes,).
    closed
        Whether a barrier at it lets nobody pass, shape (n_way_nodes,).
    """
    way = np.repeat(np.arange(len(roads.way_id)), np.diff(roads.first))
    there = there & way_is_open[way]
    joined = there[:-1] & there[1:] & (way[:-1] == way[1:])
    joined &= roads.node_id[:-1] != roads.node_id[1:]
    if roads.blocked is not None:
        joined &= ~roads.blocked[:-1]
    before = np.concatenate([[False], joined])
    after = np.concatenate([joined, [False]])
    used = before | after
    _, inverse, counts = np.unique(roads.node_id[used], return_inverse=True, return_counts=True)
    cut = closed.copy()
    cut[used] |= counts[inverse] > 1
    starts = np.flatnonzero(after & (cut | ~before))
    ends = np.flatnonzero(before & (cut | ~after))
    return Pieces(way=way[starts], start=starts, end=ends)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ends:
    """
    Nodes at which pieces begin and end.

    Attributes
    ----------
    begin, finish
        Node of each piece, shape (n_pieces,).
    where
        Position in the node array of the roads of each node, shape (n_nodes,).
    land, aboard
        Nodes on land and on deck that boarding joins, one pair a ferry and landing.
    """

    begin: LongArray
    finish: LongArray
    where: LongArray
    land: LongArray
    aboard: LongArray


def join_ends(roads: RawRoads, pieces: Pieces, *, closed: BoolArray, ferry: BoolArray) -> Ends:
    """
    Give a number to each node at which pieces meet.

    At a closed barrier every piece has an end of its own, so nobody passes. Where a ferry
    lands, its deck is a node of its own beside the one on land: who stays on board does
    not board again, wherever the way is cut.

    Parameters
    ----------
    roads, pieces
        Ways and their pieces.
    closed
        Whether a barrier lets nobody pass, shape (n_way_nodes,).
    ferry
        Whether each piece is one of a ferry, shape (n_pieces,).
    """
    at = np.concatenate([pieces.start, pieces.end])
    ids, key = np.unique(roads.node_id[at], return_inverse=True)
    barred = np.flatnonzero(closed[at])
    key[barred] = len(ids) + np.arange(len(barred))
    by_ferry = np.tile(ferry, 2)
    on_land = np.zeros(len(ids) + len(barred), dtype=np.bool_)
    on_land[key[~by_ferry]] = True
    landing = np.flatnonzero(by_ferry & on_land[key])
    berths, berth = np.unique(
        np.column_stack([np.tile(pieces.way, 2)[landing], key[landing]]),
        axis=0,
        return_inverse=True,
    )
    key[landing] = len(on_land) + berth.reshape(-1)
    used, node = np.unique(np.concatenate([key, berths[:, 1]]), return_inverse=True)
    where = np.empty(len(used), dtype=np.int64)
    where[node[: len(at)]] = at
    deck = np.searchsorted(used, len(on_land) + np.arange(len(berths)))
    begin, finish = np.split(node[: len(at)], 2)
    return Ends(begin=begin, finish=finish, where=where, land=node[len(at) :], aboard=deck)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Steps:
    """
    Lengths between neighbouring nodes of the pieces.

    Attributes
    ----------
    point
        Position where each step begins, piece by piece, shape (n_steps,).
    first
        Step with which each piece begins, shape (n_pieces,).
    length_m
        Geodesic metres of each step.
    """

    point: LongArray
    first: LongArray
    length_m: FloatArray

    @property
    def piece_m(self) -> FloatArray:
        """Metres of each piece."""
        return np.add.reduceat(self.length_m, self.first)


def steps_of(roads: RawRoads, pieces: Pieces) -> Steps:
    """Measure pieces, step by step."""
    point = ranges(pieces.start, pieces.end)
    _, _, step_m = _EARTH.inv(
        roads.lon[point], roads.lat[point], roads.lon[point + 1], roads.lat[point + 1]
    )
    first = np.concatenate([[0], np.cumsum(pieces.end - pieces.start)[:-1]])
    return Steps(point=point, first=first, length_m=np.asarray(step_m, dtype=np.float64))


def ranges(start: AnyArray, stop: AnyArray) -> LongArray:
    """All positions from each start up to, without, its stop, one after another."""
    length = stop - start
    offset = np.repeat(start - np.concatenate([[0], np.cumsum(length)[:-1]]), length)
    positions: LongArray = np.arange(int(length.sum()), dtype=np.int64) + offset
    return positions
