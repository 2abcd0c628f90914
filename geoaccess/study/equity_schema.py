"""``[equity]``: how a study measures who bears the minutes, and who has the access."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from geoaccess.equity.rules import INDEX_NAMES, INDICES, EquityRules, Variable
from geoaccess.errors import StudyError, nearest_known
from geoaccess.study.measures_schema import EVERYBODY, MeasureTable
from geoaccess.study.table import Positive, Table, Text

_BEYOND_MIN = (15.0, 30.0, 45.0, 60.0)
_NEIGHBOURS = ("neighbours", "within_km", "within_min")


def _index(name: str) -> str:
    if name not in INDEX_NAMES:
        msg = f"must be the name of an index; {nearest_known(name, INDICES)}"
        raise ValueError(msg)
    return name


class MoranTable(Table):
    """
    ``[equity.moran]``: whether far places lie beside far ones, and which make up clusters.

    Attributes
    ----------
    neighbours, within_km, within_min
        Who is a neighbour: so many nearest, or all within kilometres as the crow flies, or
        within minutes on the road. One of them; the 8 nearest if all are left out.
    n_permutations, n_local_permutations
        Shufflings for the whole map, and draws for each place.
    max_false_share
        Share of the places called clusters that may be so by chance.
    """

    neighbours: Annotated[int, Field(ge=1)] | None = None
    within_km: Positive | None = None
    within_min: Positive | None = None
    n_permutations: Annotated[int, Field(ge=1, le=1_000_000)] = 999
    n_local_permutations: Annotated[int, Field(ge=1, le=1_000_000)] = 9999
    max_false_share: Annotated[float, Field(gt=0, lt=1)] = 0.05

    @model_validator(mode="after")
    def _only_one(self) -> Self:
        given = [name for name in _NEIGHBOURS if getattr(self, name) is not None]
        if len(given) > 1:
            msg = f"{' and '.join(given)} must not stand together; leave one out"
            raise ValueError(msg)
        return self


class EquityTable(Table):
    """
    ``[equity]``: how a study measures who bears the minutes, and who has the access.

    Attributes
    ----------
    measures
        Names of ``[[measures]]`` that are shared too, beside the minutes to the nearest.
    groups
        Whose share is looked at: ``all`` for everybody, or groups of the settlements.
    norm_access, floor_access
        For some of those measures, the access that is enough, and what less counts as where an
        index needs values above 0.
    indices
        Which indices; all of them if left out.
    n_boot, seed, confidence
        Draws of settlements behind each interval, 0 for none; their seed; the share of the
        draws inside.
    strata
        Level of zones within which settlements are drawn; municipalities if left out.
    floor_min
        Minutes that smaller values count as where an index needs values above 0.
    beyond_min
        Minutes beyond which people are counted; those from the cutoff on are left out.
    norm_min
        For each service, the minutes that are enough.
    rank_by
        Group of the settlements by whose share people are ranked for the concentration
        index, for example ``age_65_plus``.
    moran
        Moran's statistics, if asked for.
    """

    measures: list[Text] = Field(default_factory=list)
    groups: Annotated[list[Text], Field(min_length=1)] = Field(default_factory=lambda: [EVERYBODY])
    norm_access: dict[Text, Positive] = Field(default_factory=dict)
    floor_access: dict[Text, Positive] = Field(default_factory=dict)
    indices: list[Annotated[str, AfterValidator(_index)]] = Field(
        default_factory=lambda: list(INDICES)
    )
    n_boot: Annotated[int, Field(ge=0, le=100_000)] = 200
    seed: Annotated[int, Field(ge=0)] = 0
    confidence: Annotated[float, Field(gt=0, lt=1)] = 0.95
    strata: Text | None = None
    floor_min: Positive = 1.0
    beyond_min: list[Positive] = Field(default_factory=lambda: list(_BEYOND_MIN))
    norm_min: dict[Text, Positive] = Field(default_factory=dict)
    rank_by: Text | None = None
    moran: MoranTable | None = None

    def rules(self, variable: Variable, measure: str, cutoff_min: float) -> EquityRules:
        """Rules of a scorecard of access, or of minutes that are known up to a cutoff."""
        is_minutes = variable == "minutes"
        return EquityRules(
            cutoff_min=cutoff_min if is_minutes else None,
            floor=self.floor_min if is_minutes else self.floor_access.get(measure),
            indices=tuple(self.indices),
            beyond_min=tuple(one for one in self.beyond_min if one < cutoff_min and is_minutes),
            n_boot=self.n_boot,
            seed=self.seed,
            confidence=self.confidence,
            strata=self.strata,
        )

    def require_known(
        self,
        *,
        kinds: Sequence[str],
        groups: Sequence[str],
        measures: Sequence[MeasureTable],
        cutoff_min: float,
    ) -> None:
        """
        Refuse what does not fit the rest of the study.

        Raises
        ------
        StudyError
            If a norm is of no service or measure of the study or not below the cutoff, a
            group is not one of the settlements, or a measure is not there, or is a cost.
        """
        for kind, norm_min in self.norm_min.items():
            if kind not in kinds:
                msg = f"equity.norm_min: no service {kind!r}; {nearest_known(kind, kinds)}"
                raise StudyError(msg)
            if norm_min >= cutoff_min:
                msg = (
                    f"equity.norm_min.{kind} must be below cutoff_min of {cutoff_min:g}, but is "
                    f"{norm_min:g}; raise the cutoff"
                )
                raise StudyError(msg)
        if self.rank_by is not None:
            _require_group("rank_by", self.rank_by, groups)
        for group in self.groups:
            if group != EVERYBODY:
                _require_group("groups", group, groups)
        self._require_measures({table.called: table for table in measures})

    def _require_measures(self, known: Mapping[str, MeasureTable]) -> None:
        for name in self.measures:
            if name not in known:
                near = nearest_known(name, list(known)) if known else "list it under [[measures]]"
                msg = f"equity.measures: no measure {name!r}; {near}"
                raise StudyError(msg)
            if known[name].recipe.unit == "cost":
                msg = (
                    f"equity.measures: {name} is a cost, which has no value for the unreached; "
                    f"take a measure of minutes or of access"
                )
                raise StudyError(msg)
        goods = [one for one in self.measures if known[one].recipe.unit != "min"]
        for key in ("norm_access", "floor_access"):
            for name in getattr(self, key):
                if name not in goods:
                    near = nearest_known(name, goods) if goods else "equity.measures has none"
                    msg = f"equity.{key}: no measure of access {name!r}; {near}"
                    raise StudyError(msg)


def _require_group(key: str, group: str, groups: Sequence[str]) -> None:
    if group not in groups:
        known = nearest_known(group, groups) if groups else "settlements have no groups"
        msg = f"equity.{key}: no group {group!r} of settlements; {known}"
        raise StudyError(msg)
