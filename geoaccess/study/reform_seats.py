"""Times to the old and the new centre, and to the nearest client service point."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geoaccess.errors import StudyError, nearest_known
from geoaccess.model.territory import Territory
from geoaccess.reform.change import Reform
from geoaccess.reform.seats import read_seats, time_to_seat
from geoaccess.study.parts import Found
from geoaccess.study.reform_schema import ReformTable
from geoaccess.study.summary import minutes_of
from geoaccess.travel import travel_times
from geoaccess.units import FloatArray


def seats_table(found: Found, reform: Reform, table: ReformTable) -> pd.DataFrame:
    """
    Minutes of each settlement to the seats of its municipality, before and after.

    Returns
    -------
    A row for each settlement: ``id, name, population, zone_before, zone_after, old_seat,
    new_seat, to_old_seat_min, to_new_seat_min, change_min`` (unreached as the cutoff),
    ``old_seat_reason, new_seat_reason``, and ``to_client_service_min`` where the study names
    one.

    Raises
    ------
    StudyError
        If ``client_service`` is no service of the study.
    InputError
        If the seats cannot be used.
    """
    assert table.seats is not None  # noqa: S101 - for the type checker
    origins, cutoff_min = found.inputs.origins, found.times.cutoff_min
    old, new = (_to_seats(found, table.seats, one) for one in (reform.before, reform.after))
    capped = [np.minimum(one["seat_min"].to_numpy(), cutoff_min) for one in (old, new)]
    columns = {
        "id": origins.id,
        "name": origins.name,
        "population": origins.population,
        "zone_before": reform.before.codes_at(reform.zone_before),
        "zone_after": reform.after.codes_at(reform.zone_after),
        "old_seat": old["seat_name"].to_numpy(),
        "new_seat": new["seat_name"].to_numpy(),
        "to_old_seat_min": old["seat_min"].to_numpy(),
        "to_new_seat_min": new["seat_min"].to_numpy(),
        "change_min": capped[1] - capped[0],
        "old_seat_reason": old["reason"].to_numpy(),
        "new_seat_reason": new["reason"].to_numpy(),
    }
    if table.client_service is not None:
        columns["to_client_service_min"] = _to_service(found, table.client_service)
    return pd.DataFrame(columns)


def _to_seats(found: Found, text: str, territory: Territory) -> pd.DataFrame:
    seats = read_seats(found.study.path_of(text), territory, settlements=found.inputs.origins)
    limit_m = found.inputs.origin_max_snap_m
    times = travel_times(
        found.router,
        found.inputs.origins,
        seats,
        cutoff_min=found.times.cutoff_min,
        max_snap_m=limit_m,
        max_memory_gb=found.times.max_memory_gb,
    )
    off = ~times.destination_snap.on_road
    if off.any():
        names = ", ".join(seats.name[off][:5])
        found.log.tell(f"seats: {names} lie too far from a road, and nobody reaches them")
    return time_to_seat(times, territory)


def _to_service(found: Found, kind: str) -> FloatArray:
    if kind not in found.study.kinds:
        hint = nearest_known(kind, found.study.kinds)
        msg = f"reform.client_service is {kind!r}, which is no service of the study; {hint}"
        raise StudyError(msg)
    rows = found.access[found.access["service"] == kind].set_index("id")
    return minutes_of(rows.reindex(found.inputs.origins.id))
