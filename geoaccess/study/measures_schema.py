"""``[[measures]]``: further measures of access, what each needs, and its decay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Self

from pydantic import Field, model_validator

from geoaccess.errors import nearest_known
from geoaccess.measures import decay as forms
from geoaccess.measures.decay import KnownDecay
from geoaccess.study.table import NotNegative, Positive, Table, Text

ONE_EACH = "one_each"
CAPACITY = "capacity"
EVERYBODY = "all"
NEAREST = "nearest"
"""What tables call the minutes to the nearest service, among the measures of a study."""

_DECAYS: dict[str, tuple[Callable[..., KnownDecay], tuple[str, ...], tuple[str, ...]]] = {
    "binary": (forms.decay_binary, ("cutoff_min",), ()),
    "linear": (forms.decay_linear, ("cutoff_min",), ()),
    "exponential": (forms.decay_exponential, ("rate_per_min",), ()),
    "gaussian": (forms.decay_gaussian, ("sd_min",), ()),
    "stepped": (forms.decay_stepped, ("bounds_min", "weights"), ()),
    "logistic": (forms.decay_logistic, ("inflection_min", "sd_min"), ()),
    "inverse_power": (forms.decay_inverse_power, ("power",), ("floor_min",)),
}


class DecayTable(Table):
    """``decay = { kind = "gaussian", sd_min = 15 }``: how much a place counts by its minutes."""

    kind: Text
    cutoff_min: Positive | None = None
    rate_per_min: Positive | None = None
    sd_min: Positive | None = None
    bounds_min: list[Positive] | None = None
    weights: list[NotNegative] | None = None
    inflection_min: Positive | None = None
    power: Positive | None = None
    floor_min: Positive | None = None

    @model_validator(mode="after")
    def _know_it(self) -> Self:
        if self.kind not in _DECAYS:
            msg = f"has an unknown kind {self.kind!r}; {nearest_known(self.kind, list(_DECAYS))}"
            raise ValueError(msg)
        _, needed, allowed = _DECAYS[self.kind]
        _require_keys(self, f"decay {self.kind}", needed, allowed)
        self.decay()
        return self

    def decay(self) -> KnownDecay:
        """Make the decay that is described."""
        make, needed, allowed = _DECAYS[self.kind]
        some = {key: getattr(self, key) for key in allowed if getattr(self, key) is not None}
        return make(**{key: getattr(self, key) for key in needed}, **some)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """
    What a kind of measure needs, may have, and gives.

    Attributes
    ----------
    needs, allows
        Keys of its table beyond ``name``, ``kind``, ``services`` and ``groups``.
    unit
        Of its values.
    pooled
        Whether the services listed are looked at together, and not kind by kind.
    by_demand
        Whether its values differ between groups of people.
    """

    needs: tuple[str, ...] = ()
    allows: tuple[str, ...] = ()
    unit: str = "opportunities"
    pooled: bool = False
    by_demand: bool = False


_CATCHMENT = Recipe(needs=("decay",), allows=("supply",), unit="supply_per_head", by_demand=True)

KINDS = {
    "time_to_nearest": Recipe(allows=("k", "cutoff_min"), unit="min"),
    "mean_of_nearest": Recipe(needs=("k",), allows=("cutoff_min",), unit="min"),
    "cumulative": Recipe(needs=("cutoff_min",), allows=("supply",)),
    "cumulative_interval": Recipe(needs=("from_min", "to_min"), allows=("step_min", "supply")),
    "gravity": Recipe(needs=("decay",), allows=("supply",), unit="weighted_opportunities"),
    "floating_catchment": _CATCHMENT,
    "modified_floating_catchment": _CATCHMENT,
    "three_step_floating_catchment": _CATCHMENT,
    "balanced_floating_catchment": _CATCHMENT,
    "spatial_availability": Recipe(needs=("decay",), allows=("supply",), by_demand=True),
    "raam": Recipe(allows=("supply", "tau_min", "n_choices"), unit="cost", by_demand=True),
    "basket": Recipe(needs=("norms_min",), allows=("weights",), unit="share", pooled=True),
    "coverage": Recipe(needs=("cutoff_min",), unit="share", pooled=True),
}


class MeasureTable(Table):
    """``[[measures]]``: one measure of access, of one or several kinds of service."""

    kind: Text
    name: Text | None = None
    services: Annotated[list[Text], Field(min_length=1)] | None = None
    groups: Annotated[list[Text], Field(min_length=1)] = Field(default_factory=lambda: [EVERYBODY])
    k: Annotated[int, Field(ge=1)] | None = None
    cutoff_min: Positive | None = None
    from_min: NotNegative | None = None
    to_min: NotNegative | None = None
    step_min: Positive | None = None
    decay: DecayTable | None = None
    supply: Text | None = None
    tau_min: Positive | None = None
    n_choices: Annotated[int, Field(ge=1)] | None = None
    norms_min: dict[Text, Positive] | None = None
    weights: dict[Text, NotNegative] | None = None

    @model_validator(mode="after")
    def _know_it(self) -> Self:
        if self.kind not in KINDS:
            msg = f"has an unknown kind {self.kind!r}; {nearest_known(self.kind, list(KINDS))}"
            raise ValueError(msg)
        recipe = KINDS[self.kind]
        _require_keys(self, self.kind, recipe.needs, recipe.allows)
        if self.kind == "basket" and self.services is not None:
            msg = "lists its services in norms_min; remove services"
            raise ValueError(msg)
        return self

    @property
    def called(self) -> str:
        """Its name, or its kind where it has none."""
        return self.name or self.kind

    @property
    def recipe(self) -> Recipe:
        """What this kind of measure needs and gives."""
        return KINDS[self.kind]


def _require_keys(
    table: Table, what: str, needed: tuple[str, ...], allowed: tuple[str, ...]
) -> None:
    """Refuse a table that lacks a key, or has one that its kind does not use."""
    own = {key for kind in KINDS.values() for key in (*kind.needs, *kind.allows)}
    if isinstance(table, DecayTable):
        own = set(DecayTable.model_fields) - {"kind"}
    for key in needed:
        if getattr(table, key) is None:
            msg = f"({what}) needs {key}; add it"
            raise ValueError(msg)
    for key in sorted(own - {*needed, *allowed}):
        if getattr(table, key) is not None:
            uses = ", ".join((*needed, *allowed)) or "none of those keys"
            msg = f"({what}) does not use {key}, but {uses}; remove it"
            raise ValueError(msg)
