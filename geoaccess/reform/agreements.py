"""Agreements by which residents of one municipality may use services of another."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from geoaccess.errors import InputError, MismatchError, nearest_known, some_ids
from geoaccess.io.files import require_file
from geoaccess.io.tables import column
from geoaccess.io.text_tables import csv_rows, has_decimal_comma, numbers_of
from geoaccess.model.territory import Territory
from geoaccess.units import BoolArray

AGREEMENT_COLUMNS = ("resident_zone", "service_zone", "service", "capacity_share")
EVERY_SERVICE = "all"


def read_agreements(path: str | Path) -> pd.DataFrame:
    """
    Read a table of agreements between municipalities.

    Each row lets the residents of one municipality use a service of another.

    Parameters
    ----------
    path
        A ``.csv`` with columns ``resident_zone``, ``service_zone`` (codes), ``service`` (a
        kind, or ``all`` for those not named between the same two) and ``capacity_share`` (0
        to 1: how much of the capacity there is open to them; 0 means no agreement, and an
        absent column means 1).

    Returns
    -------
    Those four columns.

    Raises
    ------
    InputError
        If the file cannot be read, a column is missing, or a share is not from 0 to 1.
    """
    path = Path(path)
    require_file(path)
    try:
        table = csv_rows(path, missing=False)
    except InputError:
        raise
    except ValueError as error:
        msg = f"{path} cannot be read ({error}); give a CSV in UTF-8"
        raise InputError(msg) from error
    texts = {name: column(table, name, path=path).str.strip() for name in AGREEMENT_COLUMNS[:3]}
    shares: object = "1"
    if "capacity_share" in table.columns:
        text = table["capacity_share"]
        numbers = numbers_of(text, decimal_comma=has_decimal_comma(table))
        shares = text.astype(object).where(np.isnan(numbers), numbers)
    return checked_agreements(pd.DataFrame({**texts, "capacity_share": shares}), what=str(path))


def checked_agreements(table: pd.DataFrame, *, what: str = "agreements") -> pd.DataFrame:
    """
    Agreements with their columns in order and shares as numbers.

    Raises
    ------
    InputError
        If a column is missing, a share is not from 0 to 1, or a row stands twice.
    """
    for name in AGREEMENT_COLUMNS:
        if name not in table.columns:
            msg = f"{what} has no column {name!r}; {nearest_known(name, list(table.columns))}"
            raise InputError(msg)
    told = table[list(AGREEMENT_COLUMNS)].reset_index(drop=True)
    share = pd.to_numeric(told["capacity_share"], errors="coerce").to_numpy(dtype=np.float64)
    bad = ~((share >= 0) & (share <= 1))
    if bad.any():
        first = told["capacity_share"].to_numpy()[bad][0]
        rows = some_ids(np.flatnonzero(bad) + 1)
        msg = f"{what}: capacity_share must be from 0 to 1, but is {first} in row {rows}"
        raise InputError(msg)
    told["capacity_share"] = share
    twice = told.duplicated(list(AGREEMENT_COLUMNS[:3]))
    if twice.any():
        rows = some_ids(np.flatnonzero(twice) + 1)
        msg = f"{what}: an agreement stands twice, again in row {rows}; keep one of each"
        raise InputError(msg)
    return told


def require_known(agreements: pd.DataFrame, territory: Territory) -> None:
    """
    Refuse agreements of zones that the borders do not have.

    Raises
    ------
    MismatchError
        Naming the codes.
    """
    known = set(territory.code)
    named = pd.concat([agreements["resident_zone"], agreements["service_zone"]])
    strange = [code for code in dict.fromkeys(named) if code not in known]
    if strange:
        msg = (
            f"agreements name zones that the borders of {territory.date} do not have: "
            f"{some_ids(strange)}; use the codes of those borders"
        )
        raise MismatchError(msg)


def require_known_services(agreements: pd.DataFrame, kinds: tuple[str, ...]) -> None:
    """
    Refuse agreements on services that the study does not ask for.

    Raises
    ------
    MismatchError
        Naming the first.
    """
    for service in dict.fromkeys(agreements["service"]):
        if service not in (*kinds, EVERY_SERVICE):
            hint = nearest_known(str(service), (*kinds, EVERY_SERVICE))
            msg = f"agreements name the service {service!r}, which the study has not; {hint}"
            raise MismatchError(msg)


def holding(agreements: pd.DataFrame, service: str) -> pd.DataFrame:
    """Take the agreements on one service: its own, and those on all where it has none."""
    own = agreements[agreements["service"] == service]
    every = agreements[agreements["service"] == EVERY_SERVICE]
    pairs = set(zip(own["resident_zone"], own["service_zone"], strict=True))
    named = zip(every["resident_zone"], every["service_zone"], strict=True)
    rest = every[np.array([pair not in pairs for pair in named], dtype=np.bool_)]
    return pd.concat([own, rest]).sort_index()


def open_by_agreement(
    agreements: pd.DataFrame, territory: Territory, service: str, rule: BoolArray
) -> BoolArray:
    """
    Rule of the own municipality and of those with which it has an agreement.

    Parameters
    ----------
    agreements
        As :func:`read_agreements` gives them.
    territory
        Borders whose codes they use.
    service
        Kind of service.
    rule
        What is open without them, shape (n_zones + 1, n_zones + 1).

    Returns
    -------
    A copy of the rule with more open: every agreement whose share is above 0.
    """
    require_known(agreements, territory)
    at = {code: i for i, code in enumerate(territory.code)}
    opened = rule.copy()
    holds = holding(agreements, service)
    for row in holds[holds["capacity_share"] > 0].itertuples():
        opened[at[str(row.resident_zone)], at[str(row.service_zone)]] = True
    return opened
