"""Write a graph as an OSM file, for peers that read nothing else."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import osmium
from work import Roads, read_roads

# Kilometres an hour as tagged; local roads below the first, motorways above the last.
CLASSES = ((45, "residential"), (78, "secondary"), (88, "primary"), (100, "trunk"))


def main() -> None:
    """Export GRAPH_FILE to OSM_FILE."""
    graph, target = Path(sys.argv[1]), Path(sys.argv[2])
    partial = target.with_name("partial-" + target.name)
    partial.unlink(missing_ok=True)
    write_osm(read_roads(graph), partial)
    partial.rename(target)


def write_osm(roads: Roads, path: Path) -> None:
    """Write a node a node, and a way an arc or a pair of opposite arcs."""
    tail, head = roads.tail.astype(np.int64), roads.head.astype(np.int64)
    metres = np.hypot(roads.x[tail] - roads.x[head], roads.y[tail] - roads.y[head])
    kmh = np.clip(np.rint(metres / np.maximum(roads.weight, 1) * 3600), 5, 130).astype(int)
    has_twin = np.isin(head * roads.n_nodes + tail, tail * roads.n_nodes + head)
    with osmium.SimpleWriter(str(path)) as out:
        for v, place in enumerate(zip(roads.lon.tolist(), roads.lat.tolist(), strict=True)):
            out.add_node(osmium.osm.mutable.Node(id=v + 1, location=place, version=1))
        for a in np.flatnonzero(~has_twin | (tail > head)).tolist():
            tags = {"highway": _class(int(kmh[a])), "maxspeed": str(kmh[a])}
            if not has_twin[a]:
                tags["oneway"] = "yes"
            ends = [int(tail[a]) + 1, int(head[a]) + 1]
            out.add_way(osmium.osm.mutable.Way(id=a + 1, nodes=ends, tags=tags, version=1))


def _class(kmh: int) -> str:
    return next((name for most, name in CLASSES if kmh < most), "motorway")


if __name__ == "__main__":
    main()
