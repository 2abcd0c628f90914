"""Two scenarios beside one another, from the folders that they were written into."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from geoaccess.errors import InputError, MismatchError
from geoaccess.io.files import read_utf8

COMPARE_COLUMNS = (
    "service",
    "before_min",
    "first_min",
    "second_min",
    "first_change_min",
    "second_change_min",
    "first_people_gain",
    "second_people_gain",
    "first_people_loss",
    "second_people_loss",
    "first_people_newly_unreached",
    "second_people_newly_unreached",
)


def compare_folders(first: Path, second: Path) -> pd.DataFrame:
    """
    Put two scenarios of one study beside one another.

    Parameters
    ----------
    first, second
        Folders that ``geoaccess scenario run`` wrote.

    Returns
    -------
    One row a service, columns ``COMPARE_COLUMNS``, means over everybody.

    Raises
    ------
    InputError
        If a folder holds no scenario.
    MismatchError
        If they are of different studies.
    """
    one, other = _summary(first), _summary(second)
    if one.get("title") != other.get("title") or list(one["services"]) != list(other["services"]):
        msg = f"{first} and {second} are of different studies; compare scenarios of one"
        raise MismatchError(msg)
    rows = []
    for kind, a in one["services"].items():
        b = other["services"][kind]
        rows.append(
            (
                kind,
                a["mean_before_min"],
                a["mean_min"],
                b["mean_min"],
                a["change_min"],
                b["change_min"],
                a["people_gain"],
                b["people_gain"],
                a["people_loss"],
                b["people_loss"],
                a["people_newly_unreached"],
                b["people_newly_unreached"],
            )
        )
    return pd.DataFrame(rows, columns=[*COMPARE_COLUMNS])


def _summary(folder: Path) -> dict[str, Any]:
    path = folder / "summary.json"
    try:
        told = json.loads(read_utf8(path))
    except json.JSONDecodeError as error:
        msg = f"{path} is not JSON; run the scenario again"
        raise InputError(msg) from error
    if not isinstance(told, dict) or "scenario" not in told:
        msg = f"{folder} holds no scenario; give a folder of geoaccess scenario run"
        raise InputError(msg)
    return told
