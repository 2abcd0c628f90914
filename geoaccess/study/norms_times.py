"""Times that the norms of a study are checked against: its own, and those of other vehicles."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from geoaccess.model.norm import Norm
from geoaccess.model.profile import Profile
from geoaccess.norms.times import NormTimes, whole_ms
from geoaccess.routing.router import Router
from geoaccess.study.inputs import road_cache
from geoaccess.study.norms_asked import read_profile_of
from geoaccess.study.parts import Found
from geoaccess.study.schema import Study
from geoaccess.travel import travel_times


def own_times(found: Found, own: Profile) -> NormTimes:
    """Take the times of the study's own vehicle from the access table."""
    by_kind = {
        kind: found.access[found.access["service"] == kind]
        .set_index("id")
        .reindex(pd.Index(found.inputs.origins.id))
        for kind in found.study.kinds
    }
    return NormTimes(
        profile=own.name,
        direction="to_service",
        turnout_min=own.turnout_min,
        cutoff_min=found.study.study.cutoff_min,
        origins=found.inputs.origins,
        destinations=found.inputs.destinations,
        nearest_ms={kind: whole_ms(rows["nearest_min"]) for kind, rows in by_kind.items()},
        reason={kind: rows["reason"].to_numpy(dtype=object) for kind, rows in by_kind.items()},
    )


def routed_times(found: Found, profile: Profile, norms: Sequence[Norm]) -> NormTimes:
    """Route the vehicle that norms ask for, to or from the services that they are about."""
    study, inputs = found.study, found.inputs
    is_needed = np.isin(inputs.destinations.kind, [norm.service for norm in norms])
    usual_m = study.study.max_snap_m or profile.max_snap_m
    router = vehicle_router(study, profile, found.router)
    times = travel_times(
        router,
        inputs.origins,
        inputs.destinations.take(is_needed),
        cutoff_min=study.study.cutoff_min,
        max_snap_m=usual_m,
        service_max_snap_m=inputs.service_max_snap_m[is_needed],
        direction=norms[0].direction,
        max_memory_gb=found.times.max_memory_gb,
    )
    return NormTimes.of(times, profile=profile, direction=norms[0].direction)


def vehicle_router(study: Study, vehicle: Profile, own: Router) -> Router:
    """
    Roads as a vehicle sees them.

    Parameters
    ----------
    study
        The study file.
    vehicle
        The vehicle.
    own
        Roads of the study's own vehicle, which are given back where it is the same.
    """
    if vehicle.name == read_profile_of(study, study.roads.profile).name:
        return own
    return own.over(road_cache(study, enabled=False, profile=vehicle).network())
