"""One thing to see on the map: the noun that tables become and the page switches between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from geoaccess.units import FloatArray

Kind = Literal["minutes", "change", "access", "verdict"]
NEAREST = "nearest_min"
BORDERLESS, OWN, AGREEMENTS = "borderless", "own", "agreements"
BEFORE, AFTER, CHANGE, ANY = "before", "after", "change", ""
# The same for a scenario: what stands, and what would stand.
BASE, SCENARIO = "base", "scenario"
VERDICTS = ("pass", "fail", "unreached", "not_modelled")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layer:
    """
    One thing to see on the map.

    Attributes
    ----------
    service
        Kind of service.
    measure
        What is measured; the page says it with the message ``measure_<measure>``.
    regime
        Whose services people may use: ``borderless``, ``own``, ``agreements``.
    borders
        Role of a border set, ``change``, or ``""`` where borders do not matter; ``base`` and
        ``scenario`` where a scenario is compared with what stands.
    group
        Group of people whom the values hold for, ``""`` for everybody.
    kind
        How values are shown: minutes, their change, access (more is better), or a verdict,
        which is a position in :data:`VERDICTS`.
    unit
        Unit of the values.
    value
        Shape (n_settlements,), NaN where there is none.
    breaks, zone_breaks
        Limits of the classes of settlements, and of the means of zones.
    norms
        Limits that norms set, in the unit of the values.
    minus
        Where the page works the values out: the layers whose difference they are, the
        later one first; ``value`` serves for the breaks only.
    """

    service: str
    measure: str
    regime: str
    borders: str
    group: str = ""
    kind: Kind
    unit: str
    value: FloatArray
    breaks: tuple[float, ...] = ()
    zone_breaks: tuple[float, ...] = ()
    norms: tuple[float, ...] = ()
    minus: tuple[Layer, Layer] | None = None
