"""The part of a study that checks service standards."""

from __future__ import annotations

from collections.abc import Sequence

from geoaccess.errors import StudyError
from geoaccess.model.norm import Norm
from geoaccess.norms.check import check_norms
from geoaccess.norms.reasons import NormReason
from geoaccess.norms.verdicts import kinds_of_place, why_not_modelled
from geoaccess.study.norms_asked import asked_norms
from geoaccess.study.norms_summary import norms_summary, with_zone_names
from geoaccess.study.norms_times import own_times, routed_times
from geoaccess.study.parts import Found, Part
from geoaccess.study.schema import Study
from geoaccess.study.zone_types import zone_types_of


def asks_norms(study: Study) -> bool:
    """Whether a study checks norms."""
    return study.norms is not None


def norms_part(found: Found) -> Part:
    """
    Check the norms that a study names.

    Raises
    ------
    StudyError
        If the study names none, or a norm or stand-in is unknown.
    InputError
        If a pack, a profile or a table of zone types cannot be used.
    """
    table = found.study.norms
    if table is None:
        msg = "the study checks no norms; add a [norms] table"
        raise StudyError(msg)
    asked = asked_norms(found.study, table)
    day = asked.day
    zone_types = zone_types_of(found, table, asked.packs)
    times = [own_times(found, asked.own)]
    if table.route_profiles:
        kinds = None if zone_types is None else kinds_of_place(zone_types)
        wanting = [
            norm
            for norm in asked.norms
            if why_not_modelled(norm, times, day=day, zone_types=kinds) == NormReason.OTHER_PROFILE
        ]
        times += [
            routed_times(found, asked.profiles[profile], norms)
            for (profile, _), norms in _by_vehicle(wanting).items()
        ]
    checked = check_norms(
        asked.norms,
        times,
        day=day,
        zone_types=zone_types,
        zones={
            role: territory.codes_at(found.zones[role])
            for role, territory in found.inputs.territories.items()
        },
    )
    return Part(
        tables={
            "norms": checked.settlements,
            "norms_zones": with_zone_names(checked.zones, found.inputs.territories),
        },
        summary={"norms": norms_summary(checked, asked.packs, vehicle=asked.own.name)},
    )


def _by_vehicle(norms: Sequence[Norm]) -> dict[tuple[str, str], list[Norm]]:
    by_vehicle: dict[tuple[str, str], list[Norm]] = {}
    for norm in norms:
        by_vehicle.setdefault((norm.profile, norm.direction), []).append(norm)
    return by_vehicle
