"""Which parts of a network hang together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from geoaccess.model.network import Network
from geoaccess.units import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Components:
    """
    Labels of the parts of a network.

    Attributes
    ----------
    strong
        Strongly connected component of each node: all its nodes reach one another.
    weak
        Weakly connected component of each node: joined, if direction did not matter.
    segment
        Strongly connected component of each segment, -1 if its ends are in two.
    strong_km
        Kilometres of road in each strongly connected component.
    """

    strong: IntArray
    weak: IntArray
    segment: IntArray
    strong_km: FloatArray

    def main_weak(self) -> int:
        """Weakly connected component that holds the longest strongly connected one."""
        longest = int(self.strong_km.argmax())
        return int(self.weak[int(np.argmax(self.strong == longest))])


def components(network: Network) -> Components:
    """
    Label what can be driven both ways, and what is joined at all.

    Parameters
    ----------
    network
        Roads.
    """
    n = network.n_nodes
    ones = np.ones(network.n_arcs, dtype=np.int8)
    matrix = csr_array((ones, network.head, network.first_out), shape=(n, n))
    _, strong = connected_components(matrix, directed=True, connection="strong")
    _, weak = connected_components(matrix, directed=True, connection="weak")
    begin, finish = strong[network.segment_from], strong[network.segment_to]
    segment = np.where(begin == finish, begin, -1).astype(np.int32)
    inside = segment >= 0
    km = np.bincount(
        segment[inside],
        network.segment_length_m[inside] / 1000.0,
        minlength=int(strong.max(initial=-1)) + 1,
    )
    return Components(
        strong=strong.astype(np.int32),
        weak=weak.astype(np.int32),
        segment=segment,
        strong_km=km.astype(np.float64),
    )


def drivable_segments(network: Network, parts: Components, *, min_component_km: float) -> BoolArray:
    """
    Segments on which a place can be served: usable, and part of a large enough whole.

    A place at a stub that is joined to nothing, or that can be entered and never left,
    is better served by the next road, if that is near.

    Parameters
    ----------
    network, parts
        Roads and their parts.
    min_component_km
        Least length of a strongly connected component that counts as a road network; an
        island's roads do when they are longer.
    """
    longest = float(parts.strong_km.max(initial=0.0))
    needed_km = min(min_component_km, longest)
    large = np.zeros(len(parts.strong_km) + 1, dtype=np.bool_)
    large[:-1] = parts.strong_km >= needed_km
    drivable: BoolArray = network.snappable & (parts.segment >= 0) & large[parts.segment]
    return drivable
