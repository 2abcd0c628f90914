"""The part of a study that checks service standards."""

from __future__ import annotations

from collections.abc import Sequence

from geoaccess.errors import StudyError
from geoaccess.model.norm import Norm
from geoaccess.norms.check import check_norms
from geoaccess.norms.reasons import NormReason
from geoaccess.norms.times import NormTimes
from geoaccess.norms.verdicts import kinds_of_place, why_not_modelled
from geoaccess.study.norms_asked import AskedNorms, asked_norms
from geoaccess.study.norms_summary import norms_summary, with_zone_names
from geoaccess.study.norms_times import own_times, routed_times
from geoaccess.study.parts import Found, Part
from geoaccess.study.schema import Study
from geoaccess.study.zone_types import Located, zone_types_of


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
    located = Located(
        study=found.study,
        id=found.inputs.origins.id,
        territories=found.inputs.territories,
        zones={
            role: territory.codes_at(found.zones[role])
            for role, territory in found.inputs.territories.items()
        },
    )
    zone_types = zone_types_of(located, table, asked.packs)
    times = [own_times(found, asked.own)]
    if table.route_profiles:
        times += [
            routed_times(found, asked.profiles[profile], norms)
            for (profile, _), norms in by_vehicle(asked, times, zone_types).items()
        ]
    checked = check_norms(
        asked.norms,
        times,
        day=day,
        zone_types=zone_types,
        zones=located.zones,
    )
    return Part(
        tables={
            "norms": checked.settlements,
            "norms_zones": with_zone_names(checked.zones, found.inputs.territories),
        },
        summary={"norms": norms_summary(checked, asked.packs, vehicle=asked.own.name)},
    )


def by_vehicle(
    asked: AskedNorms, times: Sequence[NormTimes], zone_types: Sequence[str] | None
) -> dict[tuple[str, str], list[Norm]]:
    """
    Norms that could be modelled if only their vehicle were routed.

    Parameters
    ----------
    asked
        What the study asks.
    times
        Times that are known.
    zone_types
        Kind of place of each settlement, or None.

    Returns
    -------
    By the vehicle's name and the direction of its drive.
    """
    kinds = None if zone_types is None else kinds_of_place(zone_types)
    wanting: dict[tuple[str, str], list[Norm]] = {}
    for norm in asked.norms:
        why = why_not_modelled(norm, times, day=asked.day, zone_types=kinds)
        if why == NormReason.OTHER_PROFILE:
            wanting.setdefault((norm.profile, norm.direction), []).append(norm)
    return wanting
