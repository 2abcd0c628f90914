"""What each agreement is asked for: people who would come, against the places open to them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geoaccess.errors import InputError
from geoaccess.reform.agreements import AGREEMENT_COLUMNS, holding
from geoaccess.reform.change import Reform, ServiceChange

LOAD_COLUMNS = (*AGREEMENT_COLUMNS, "people_served", "capacity", "capacity_open")


def agreed_load(reform: Reform, change: ServiceChange) -> pd.DataFrame:
    """
    People whose nearest service, own or agreed, is that of each neighbour.

    An agreement opens a service whatever its share; the share says how much of the capacity
    there is theirs, and it is for the reader to judge whether that is enough.

    Parameters
    ----------
    reform
        With agreements.
    change
        Of one service.

    Returns
    -------
    Columns ``LOAD_COLUMNS``, a row for each agreement that holds for the service;
    ``capacity`` is NaN where no service of the neighbour states one.

    Raises
    ------
    InputError
        If the reform has no agreements.
    """
    agreements = reform.agreements
    if agreements is None:
        msg = "a reform without agreements has no load of them; give agreements"
        raise InputError(msg)
    home = reform.after.codes_at(reform.zone_after)
    at = {code: i for i, code in enumerate(reform.after.code)}
    rows = []
    for row in holding(agreements, change.service).itertuples():
        come = (home == row.resident_zone) & (change.agreed_zone == row.service_zone)
        capacity = float(change.capacity[at[str(row.service_zone)]])
        share = float(str(row.capacity_share))
        rows.append(
            {
                "resident_zone": row.resident_zone,
                "service_zone": row.service_zone,
                "service": change.service,
                "capacity_share": share,
                "people_served": float(np.sum(reform.people_after[come])),
                "capacity": capacity,
                "capacity_open": capacity * share,
            }
        )
    numbers = dict.fromkeys(LOAD_COLUMNS[3:], np.float64)
    return pd.DataFrame(rows, columns=list(LOAD_COLUMNS)).astype(numbers)
