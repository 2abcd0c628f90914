"""Kinds of place of the settlements of a study, in the words of its norm packs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from geoaccess.errors import InputError, nearest_known, some_ids
from geoaccess.io.zone_types import read_settlement_column, read_zone_type_table
from geoaccess.model.norm import NormPack
from geoaccess.model.places import Origins
from geoaccess.model.territory import Territory
from geoaccess.study.norms_schema import NormsTable
from geoaccess.study.schema import Study
from geoaccess.units import AnyArray, TextArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Located:
    """
    Settlements of a study and the zones that they are in.

    Attributes
    ----------
    study
        The study file.
    id
        Ids of the settlements, shape (n_origins,).
    territories
        Border sets by role.
    zones
        For each of them, code of the zone of each settlement, empty outside every zone.
    """

    study: Study
    id: TextArray
    territories: Mapping[str, Territory]
    zones: Mapping[str, Sequence[str] | AnyArray]

    @classmethod
    def of(cls, study: Study, origins: Origins, territories: Mapping[str, Territory]) -> Self:
        """Find the zones of settlements."""
        return cls(
            study=study,
            id=origins.id,
            territories=territories,
            zones={
                role: one.codes_at(one.locate(origins.lon, origins.lat))
                for role, one in territories.items()
            },
        )


def zone_types_of(
    located: Located, table: NormsTable, packs: Sequence[NormPack]
) -> list[str] | None:
    """
    Tell what kind of place each settlement is.

    Parameters
    ----------
    located
        The settlements and their zones.
    table
        ``[norms]``.
    packs
        Its packs, which explain the kinds.

    Returns
    -------
    For each settlement its kinds, joined by ``;``, empty where unknown; None if the study
    tells no kinds at all.

    Raises
    ------
    InputError
        If a column is missing, or a word is explained neither by a pack nor by the study.
    """
    told = _told(located, table)
    if told is None:
        return None
    known = dict.fromkeys(kind for pack in packs for kind in pack.zone_types)
    return [_in_words_of_packs(text, table.zone_type_words, list(known)) for text in told]


def _told(located: Located, table: NormsTable) -> list[str] | None:
    study = located.study
    ids = located.id
    if table.zone_type is not None:
        settlements = study.settlements
        if settlements.is_grid:
            msg = "norms.zone_type: a population grid tells no kind of place; give zone_type_table"
            raise InputError(msg)
        source = study.source_of(settlements.path)
        by_id = read_settlement_column(
            source, table.zone_type, id=settlements.id, layer=settlements.layer
        )
        return [by_id.get(one, "") for one in ids]
    if table.zone_type_table is None:
        return None
    path = study.path_of(table.zone_type_table)
    key, by_code = read_zone_type_table(path)
    if key == "id":
        codes = [str(one) for one in ids]
    else:
        role = key.removeprefix("zone_")
        if role not in located.territories:
            msg = f"{path}: column {key} needs borders, [territory.{role}]; add them"
            raise InputError(msg)
        codes = [str(code) for code in located.zones[role]]
    _require_some(path.name, key, codes, by_code)
    return [by_code.get(code, "") for code in codes]


def _require_some(name: str, key: str, codes: Sequence[str], told: Mapping[str, str]) -> None:
    """Refuse a table none of whose rows is about a place of the study."""
    if not set(codes) & set(told):
        msg = (
            f"{name}: no {key} of it is in the study (it has {some_ids(told)}; the study has "
            f"{some_ids(sorted(set(codes)))}); give the table of these settlements or borders"
        )
        raise InputError(msg)


def _in_words_of_packs(text: str, words: Mapping[str, str], known: Sequence[str]) -> str:
    kinds = []
    for own in (one.strip() for one in text.split(";")):
        said = words.get(own, own)
        for kind in (one.strip() for one in said.split(";")):
            if kind and kind not in known:
                msg = (
                    f"norms: zone type {kind!r} is explained by no pack; "
                    f"{nearest_known(kind, known)}, or say in norms.zone_type_words what it means"
                )
                raise InputError(msg)
            kinds.append(kind)
    return ";".join(filter(None, kinds))
