"""Moran's I: whether far places lie beside far places."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geoaccess.equity.neighbours import Neighbours
from geoaccess.errors import InputError, MismatchError
from geoaccess.units import FloatArray

# Numbers that are worked on at once.
_AT_ONCE = 1_000_000
_HAIR = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moran:
    """
    Moran's I and how likely it is by chance.

    Attributes
    ----------
    value
        Mean product of a place's and its neighbours' deviation, over the variance; above
        ``expected`` where like lies beside like. NaN where all places have the same value.
    expected
        Its mean if values were shuffled over the places, -1 / (n - 1).
    p_value
        Share of shufflings (this map counted as one) as far from the expected on that or the
        other side.
    n_permutations, seed
        How it was shuffled.
    """

    value: float
    expected: float
    p_value: float
    n_permutations: int
    seed: int


def moran(
    values: npt.ArrayLike, *, neighbours: Neighbours, n_permutations: int = 999, seed: int = 0
) -> Moran:
    """
    Moran's I of values over places, with a permutation test.

    Above the expected value remote places lie together in regions; near it they are
    scattered, each among well-served ones. Every place counts once, whoever lives there.

    Parameters
    ----------
    values
        Of each place, shape (n,), finite.
    neighbours
        Of each place; those without neighbours do not count in the mean product.
    n_permutations
        How often to shuffle.
    seed
        The same seed gives the same p-value.

    Raises
    ------
    MismatchError
        If there are not as many values as places.
    InputError
        If a value is not finite, or there are fewer than three places.

    References
    ----------
    Moran, P. A. P. (1950). Notes on continuous stochastic phenomena. Biometrika 37, 17-23.

    Examples
    --------
    >>> from geoaccess.equity.neighbours import neighbours_within
    >>> line = neighbours_within([25.0, 25.1, 25.2, 25.3], [57.0] * 4, within_km=7)
    >>> round(moran([1, 2, 3, 4], neighbours=line).value, 6)
    0.4
    """
    z = deviations(values, neighbours)
    n = len(z)
    expected = -1.0 / (n - 1)
    if not z.any() or not neighbours.count.any():
        nothing = float("nan")
        return Moran(value=nothing, expected=expected, p_value=nothing, n_permutations=0, seed=seed)
    value = float(_moran_of(z[:, None], neighbours)[0])
    random = np.random.default_rng(seed)
    beyond, columns = 0, max(1, _AT_ONCE // n)
    for start in range(0, n_permutations, columns):
        many = min(columns, n_permutations - start)
        shuffled = np.column_stack([random.permutation(z) for _ in range(many)])
        apart = np.abs(_moran_of(shuffled, neighbours) - expected)
        # A hair below, so that the very same map counts as no nearer.
        beyond += int((apart >= abs(value - expected) - _HAIR).sum())
    return Moran(
        value=value,
        expected=expected,
        p_value=(beyond + 1) / (n_permutations + 1),
        n_permutations=n_permutations,
        seed=seed,
    )


def deviations(values: npt.ArrayLike, neighbours: Neighbours) -> FloatArray:
    """
    Check values against the places; tell how many standard deviations each is off the mean.

    Raises
    ------
    MismatchError, InputError
        As for :func:`moran`.
    """
    value = np.asarray(values, dtype=np.float64)
    if value.shape != (len(neighbours),):
        msg = f"values {value.shape} for {len(neighbours)} places; give one for each"
        raise MismatchError(msg)
    if not bool(np.isfinite(value).all()):
        msg = "values must be finite; cap unreached places first and say at what"
        raise InputError(msg)
    if len(value) < 3:  # noqa: PLR2004 - two places cannot be like or unlike
        msg = f"Moran's I needs three places or more, not {len(value)}"
        raise InputError(msg)
    if bool((value == value[0]).all()):
        return np.zeros_like(value)
    apart = value - value.mean()
    apart /= np.abs(apart).max()
    return np.asarray(apart / np.sqrt((apart**2).mean()))


def _moran_of(z: FloatArray, neighbours: Neighbours) -> FloatArray:
    """Moran's I of columns of deviations (n, k), shape (k,)."""
    product = (z * neighbours.mean_of(z)).sum(axis=0)
    joined = int((neighbours.count > 0).sum())
    return np.asarray(product / joined * len(z) / (z**2).sum(axis=0))
