"""Whole people out of fractions of people, so that nobody is lost or made."""

from __future__ import annotations

import math

import numpy as np

from geoaccess.errors import InputError
from geoaccess.units import FloatArray


def largest_remainder(values: FloatArray, *, total: float | None = None) -> FloatArray:
    """
    Round numbers of people to whole people and keep their total.

    Everybody is counted once: each number goes down or up to the next whole one, and those
    go up that have the largest remainders.

    Parameters
    ----------
    values
        People, 0 or more, shape (n,).
    total
        What they shall add up to; their own sum, rounded half up, if left out.

    Returns
    -------
    Whole people, shape (n,). Of equal remainders the first go up.

    Raises
    ------
    InputError
        If the total cannot be met by rounding each number down or up.

    References
    ----------
    Hare's quota with largest remainders: Balinski and Young, Fair Representation, 1982.

    Examples
    --------
    >>> largest_remainder([0.4, 1.4, 1.2])
    array([1., 1., 1.])
    """
    exact = np.asarray(values, dtype=np.float64)
    wanted = math.fsum(exact) if total is None else float(total)
    whole = np.floor(exact)
    n_up = math.floor(wanted + 0.5) - int(whole.sum())
    if not 0 <= n_up <= len(exact):
        msg = (
            f"a total of {wanted:g} cannot be met by rounding {len(exact)} numbers that add up "
            f"to {math.fsum(exact):g}; give a total that differs by less than their remainders"
        )
        raise InputError(msg)
    up = np.argsort(whole - exact, kind="stable")[:n_up]
    whole[up] += 1.0
    return whole
