"""A hierarchy as arrays that can be kept in a file, and back."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from geoaccess.routing.graph import Csr
from geoaccess.routing.hierarchy import Hierarchy
from geoaccess.routing.topology import Topology
from geoaccess.units import AnyArray

_TOPOLOGY = (
    *("rank", "first_up", "up_head", "parent", "block_first"),
    *("slot", "bearer", "spare", "seat"),
)
_WEIGHTS = ("weight", "basic_up", "basic_down")
_SIDES = ("forward", "backward")


def hierarchy_arrays(hierarchy: Hierarchy) -> dict[str, AnyArray]:
    """All arrays of a hierarchy by name."""
    topology = hierarchy.topology
    arrays: dict[str, AnyArray] = {name: getattr(topology, name) for name in _TOPOLOGY}
    lengths = [len(stretch) for stretch in topology.stretches]
    arrays["stretch_first"] = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    arrays["stretch"] = np.concatenate(topology.stretches)
    arrays |= {name: getattr(hierarchy, name) for name in _WEIGHTS}
    arrays["is_perfect"] = np.array([hierarchy.is_perfect])
    for side in _SIDES:
        arcs: Csr = getattr(hierarchy, side)
        arrays |= {f"{side}_{name}": array for name, array in arcs._asdict().items()}
    return arrays


def hierarchy_from(arrays: Mapping[str, AnyArray]) -> Hierarchy:
    """Make the hierarchy again whose arrays these are."""
    first = arrays["stretch_first"]
    stretches = tuple(arrays["stretch"][first[i] : first[i + 1]] for i in range(len(first) - 1))
    topology = Topology(**{name: arrays[name] for name in _TOPOLOGY}, stretches=stretches)
    forward, backward = (
        Csr(*(arrays[f"{side}_{name}"] for name in Csr._fields)) for side in _SIDES
    )
    weights: dict[str, AnyArray] = {name: arrays[name] for name in _WEIGHTS}
    return Hierarchy(
        topology=topology,
        forward=forward,
        backward=backward,
        is_perfect=bool(arrays["is_perfect"][0]),
        **weights,
    )
