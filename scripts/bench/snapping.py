"""
Time the snapping of a million points onto a million road segments.

Usage: ``python scripts/bench/snapping.py [--points N] [--threads N]``. Prints seconds for
laying out the roads and for snapping. The roads are a synthetic grid
of bent segments over a country.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from geoaccess.model.network import Network
from geoaccess.routing.snap import Snapper

WEST, SOUTH, WIDE, HIGH = 21.0, 55.7, 7.0, 2.3


def grid_network(side: int, rng: np.random.Generator) -> Network:
    """Two-way roads between neighbours on a shaken grid, each with a bend."""
    row, column = np.meshgrid(np.arange(side), np.arange(side), indexing="ij")
    node = row * side + column
    lon = WEST + row.ravel() * WIDE / side + rng.normal(0, 0.001, side * side)
    lat = SOUTH + column.ravel() * HIGH / side + rng.normal(0, 0.0005, side * side)
    begin = np.concatenate([node[:-1].ravel(), node[:, :-1].ravel()])
    finish = np.concatenate([node[1:].ravel(), node[:, 1:].ravel()])
    n = len(begin)
    tail, head = np.concatenate([begin, finish]), np.concatenate([finish, begin])
    order = np.lexsort((head, tail))
    arc = np.empty(2 * n, dtype=np.int32)
    arc[order] = np.arange(2 * n)
    middle_lon = (lon[begin] + lon[finish]) / 2 + 0.0005
    middle_lat = (lat[begin] + lat[finish]) / 2 + 0.0003
    return Network(
        node_id=np.arange(side * side),
        node_lon=lon,
        node_lat=lat,
        first_out=np.searchsorted(tail[order], np.arange(side * side + 1)),
        head=head[order].astype(np.int32),
        travel_time_ms=np.full(2 * n, 1000, dtype=np.int32),
        arc_segment=np.tile(np.arange(n, dtype=np.int32), 2)[order],
        segment_from=begin.astype(np.int32),
        segment_to=finish.astype(np.int32),
        segment_way=np.arange(n),
        segment_length_m=np.full(n, 300.0),
        forward_arc=arc[:n],
        backward_arc=arc[n:],
        snappable=np.full(n, fill_value=True),
        shape_first=np.arange(n + 1) * 3,
        shape_lon=np.column_stack([lon[begin], middle_lon, lon[finish]]).ravel(),
        shape_lat=np.column_stack([lat[begin], middle_lat, lat[finish]]).ravel(),
        access_speed_kmh=5.0,
        profile="synthetic",
    )


def main() -> None:
    """Lay out, snap, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--side", type=int, default=708, help="junctions along an edge")
    parser.add_argument("--threads", type=int, default=2)
    told = parser.parse_args()
    rng = np.random.default_rng(0)
    network = grid_network(told.side, rng)
    begin = time.perf_counter()
    snapper = Snapper.over(network)
    ready = time.perf_counter()
    ids = np.arange(told.points).astype(str).astype(object)
    lon = rng.uniform(WEST + 0.01, WEST + WIDE - 0.05, told.points)
    lat = rng.uniform(SOUTH + 0.01, SOUTH + HIGH - 0.05, told.points)
    snapped = snapper.snap(ids, lon, lat, max_snap_m=1000.0, threads=told.threads)
    end = time.perf_counter()
    print(f"{network.n_segments:,} segments laid out in {ready - begin:.1f} s")
    print(f"{told.points:,} points snapped in {end - ready:.1f} s, {snapped.on_road.mean():.1%}")


if __name__ == "__main__":
    main()
