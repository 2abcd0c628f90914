"""Seconds lost at nodes, added up for each piece of road and direction."""

from __future__ import annotations

import numpy as np

from geoaccess.io.nodes import NodeEffects
from geoaccess.io.pieces import Ends, Pieces, Steps
from geoaccess.model.profile import Profile
from geoaccess.units import AnyArray, BoolArray, FloatArray

_JUNCTION_OF = 3


def lost_s(
    profile: Profile,
    effects: NodeEffects,
    pieces: Pieces,
    ends: Ends,
    steps: Steps,
    *,
    apart: BoolArray,
) -> tuple[FloatArray, FloatArray]:
    """
    Seconds lost along and against each piece of road.

    A node counts for those who enter it: the nodes inside a piece, and the one at its end.

    Parameters
    ----------
    profile
        The vehicle.
    effects
        What each node does.
    pieces, ends, steps
        The pieces of road.
    apart
        Pieces that junctions do not slow: of roundabouts and ferries, shape (n_pieces,).
    """
    forward = _inside(effects.forward_s, pieces.start + 1, pieces.end + 1)
    backward = _inside(effects.backward_s, pieces.start, pieces.end)
    _add_one_sided(forward, backward, effects.nearer_s, pieces, steps)
    if profile.junction_delay_s > 0:
        meeting = np.bincount(np.concatenate([ends.begin, ends.finish])) >= _JUNCTION_OF
        for lost, node, at in (
            (forward, ends.finish, pieces.end),
            (backward, ends.begin, pieces.start),
        ):
            slowed = meeting[node] & ~effects.halts[at] & ~apart
            lost[slowed] += profile.junction_delay_s
    return forward, backward


def _inside(values: FloatArray, start: AnyArray, stop: AnyArray) -> FloatArray:
    total = np.concatenate([[0.0], np.cumsum(values)])
    inside: FloatArray = total[stop] - total[start]
    return inside


def _add_one_sided(
    forward: FloatArray,
    backward: FloatArray,
    nearer_s: FloatArray,
    pieces: Pieces,
    steps: Steps,
) -> None:
    """Add what is lost on the way to the nearer end; at an end itself nobody is told who."""
    step = np.flatnonzero(nearer_s[steps.point] > 0)
    piece = np.searchsorted(steps.first, step, side="right") - 1
    inner = steps.point[step] > pieces.start[piece]
    step, piece = step[inner], piece[inner]
    run_m = np.concatenate([[0.0], np.cumsum(steps.length_m)])
    before_m = run_m[step] - run_m[steps.first[piece]]
    to_finish = before_m * 2 >= steps.piece_m[piece] if len(piece) else np.zeros(0, np.bool_)
    seconds = nearer_s[steps.point[step]]
    np.add.at(forward, piece[to_finish], seconds[to_finish])
    np.add.at(backward, piece[~to_finish], seconds[~to_finish])
