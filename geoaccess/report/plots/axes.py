"""Axes to draw on, made without touching anything that other figures share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geoaccess.errors import InputError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK, LESS, MORE = "#31688e", "#2b6a99", "#b35900"
QUIET = "#777777"


def axes_or_new(ax: Axes | None, *, height_in: float = 4.4) -> Axes:
    """
    Axes that were given, or those of a new figure that no other part of matplotlib knows.

    Parameters
    ----------
    ax
        Axes to draw on, or None.
    height_in
        Height of a new figure, inches.

    Raises
    ------
    InputError
        If matplotlib is not installed.
    """
    if ax is not None:
        return ax
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415 - an extra
    except ImportError as error:
        msg = "figures need matplotlib; install it with: pip install 'geoaccess[plots]'"
        raise InputError(msg) from error
    return Figure(figsize=(6.4, height_in), layout="constrained").add_subplot()
