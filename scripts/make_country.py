"""
Write a generated country of roads, to measure how reading scales.

Usage: ``python scripts/make_country.py --junctions 1000000 OUT.osm.pbf``

The roads are laid like bricks: every junction inside joins three of them, as most do on a
real map. Between two junctions a road bends at three nodes. Nothing in it is real.
"""

from __future__ import annotations

import argparse
import math
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import osmium

from geoaccess.units import LongArray

WEST, SOUTH = 21.0, 55.7
# About 200 m between junctions, and bends of up to 15 m to the side.
STEP_LON, STEP_LAT, SIDE = 0.0032, 0.0018, 0.00015
BENDS = 3
# Segments of a road along a row; roads across are one segment long.
RUN = 6
TAGS = [
    {"highway": "secondary", "surface": "asphalt", "ref": "P1", "maxspeed": "90"},
    {"highway": "tertiary", "surface": "gravel"},
    {"highway": "unclassified", "surface": "gravel"},
    {"highway": "unclassified", "surface": "unpaved"},
    {"highway": "residential", "surface": "asphalt", "lit": "yes"},
    {"highway": "residential", "surface": "asphalt", "oneway": "yes"},
    {"highway": "track", "tracktype": "grade3", "surface": "ground"},
    {"highway": "service", "service": "driveway"},
]
WEIGHTS = [5, 12, 22, 15, 20, 3, 15, 8]


def main() -> None:
    """Read the command line and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, help="file to write, .osm.pbf")
    parser.add_argument("--junctions", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    n_nodes, n_ways = write_country(asked.out, junctions=asked.junctions, seed=asked.seed)
    print(f"{asked.out}: {n_nodes:,} nodes, {n_ways:,} ways")


def write_country(out: Path, *, junctions: int, seed: int = 7) -> tuple[int, int]:
    """Write a country of at least so many junctions; count its nodes and ways."""
    side = max(2, math.ceil(math.sqrt(junctions)))
    begin, finish, roads = _segments(side)
    n_junctions = side * side
    draw = np.random.default_rng(seed)
    tags = random.Random(seed)  # noqa: S311 - a made-up country, no secret
    writer = osmium.SimpleWriter(str(out), overwrite=True)
    try:
        _write_nodes(writer, side, begin, finish, draw)
        for id_, segments in enumerate(roads, start=1):
            refs = [int(begin[segments[0]]) + 1]
            for s in segments:
                bend = n_junctions + 1 + s * BENDS
                refs += [*range(bend, bend + BENDS), int(finish[s]) + 1]
            told = tags.choices(TAGS, WEIGHTS)[0] | {"name": f"Road {id_ % 5000}"}
            writer.add_way(osmium.osm.mutable.Way(id=id_, nodes=refs, tags=told))
    finally:
        writer.close()
    return n_junctions + BENDS * len(begin), len(roads)


def _segments(side: int) -> tuple[LongArray, LongArray, list[list[int]]]:
    """Junctions at both ends of each segment, and the segments of each road."""
    number = np.arange(side * side).reshape(side, side)
    along = (number[:, :-1].ravel(), number[:, 1:].ravel())
    row, column = np.indices((side - 1, side))
    brick = (row + column) % 2 == 0
    begin = np.concatenate([along[0], number[:-1][brick]])
    finish = np.concatenate([along[1], number[1:][brick]])
    return begin, finish, list(_roads(side, len(begin)))


def _roads(side: int, n_segments: int) -> Iterator[list[int]]:
    per_row = side - 1
    for row in range(side):
        for s in range(row * per_row, (row + 1) * per_row, RUN):
            yield list(range(s, min(s + RUN, (row + 1) * per_row)))
    for s in range(side * per_row, n_segments):
        yield [s]


def _write_nodes(
    writer: osmium.SimpleWriter,
    side: int,
    begin: LongArray,
    finish: LongArray,
    draw: np.random.Generator,
) -> None:
    """Junctions first, then the bends of each segment in turn."""
    row, column = np.divmod(np.arange(side * side), side)
    wild = draw.uniform(-0.3, 0.3, (2, side * side))
    lon = WEST + (column + wild[0]) * STEP_LON
    lat = SOUTH + (row + wild[1]) * STEP_LAT
    share = np.arange(1, BENDS + 1) / (BENDS + 1)
    aside = np.sin(share * math.pi) * draw.uniform(-SIDE, SIDE, (len(begin), 1))
    bends_lon = lon[begin, None] + (lon[finish] - lon[begin])[:, None] * share + aside
    bends_lat = lat[begin, None] + (lat[finish] - lat[begin])[:, None] * share + aside
    every_lon = np.concatenate([lon, bends_lon.ravel()]).tolist()
    every_lat = np.concatenate([lat, bends_lat.ravel()]).tolist()
    for id_, place in enumerate(zip(every_lon, every_lat, strict=True), start=1):
        writer.add_node(osmium.osm.mutable.Node(id=id_, location=place))


if __name__ == "__main__":
    main()
