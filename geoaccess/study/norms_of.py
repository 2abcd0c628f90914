"""Norms of a study, or of results that a study wrote, when asked for by themselves."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from geoaccess.errors import InputError, StudyError
from geoaccess.io.bundled import bundled_names
from geoaccess.io.files import read_utf8, require_file
from geoaccess.io.norm_packs import read_norms
from geoaccess.io.profile import read_profile
from geoaccess.io.tables import read_places_table
from geoaccess.io.text_tables import result_rows
from geoaccess.model.norm import NormPack, require_apart
from geoaccess.model.places import Destinations, Origins
from geoaccess.model.territory import is_day
from geoaccess.norms.check import check_norms
from geoaccess.norms.times import NormTimes, whole_ms
from geoaccess.study.norms_schema import NormsTable
from geoaccess.study.norms_summary import norms_summary
from geoaccess.study.pipeline import compute
from geoaccess.study.schema import Study

# Columns that hold numbers, in the tables that are read back.
_NUMBERS = {
    "gap_km",
    "gap_min",
    "largest_gap",
    "mean_gap",
    "nearest_min",
    "people",
    "people_beyond",
    "people_not_modelled",
    "people_unreached",
    "people_within",
    "population",
    "population_beyond",
    "required_share",
    "share_within",
    "threshold",
    "value",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NormAnswer:
    """
    Who meets which norm.

    Attributes
    ----------
    settlements, zones
        As ``norms.csv`` and ``norms_zones.csv``.
    summary
        As ``summary.json`` tells of norms, under ``norms``.
    """

    settlements: pd.DataFrame
    zones: pd.DataFrame
    summary: Mapping[str, Any]


def with_norms(
    study: Study, *, packs: Sequence[str], day: str | None, route_profiles: bool
) -> Study:
    """
    Put norms into a study, over those that its file names.

    Parameters
    ----------
    study
        A study.
    packs
        Packs to check in place of the study's; its own if empty.
    day
        Day of the check, in place of the study's.
    route_profiles
        Whether to route the vehicles that norms ask for, in any case.

    Raises
    ------
    StudyError
        If neither the study nor ``packs`` names a pack.
    """
    _require_day(day)
    if study.norms is None and not packs:
        msg = "the study checks no norms; name a pack with --pack, or add a [norms] table"
        raise StudyError(msg)
    table = study.norms or NormsTable(packs=list(packs))
    changes: dict[str, Any] = {"packs": list(packs)} if packs else {}
    changes |= {"date": day} if day else {}
    changes |= {"route_profiles": True} if route_profiles else {}
    return study.model_copy(update={"norms": table.model_copy(update=changes)})


def norms_of_study(study: Study) -> NormAnswer:
    """Run a study that names norms, and keep what it says of them."""
    result = compute(study)
    return NormAnswer(
        settlements=result.tables["norms"],
        zones=result.tables["norms_zones"],
        summary=result.summary,
    )


def norms_of_result(folder: Path, *, packs: Sequence[str], day: str | None) -> NormAnswer:
    """
    Tell the norms of saved results, or check other packs against their minutes.

    Parameters
    ----------
    folder
        Results of ``geoaccess run``.
    packs
        Packs to check; those that were checked in that run if empty.
    day
        Day of the check; that of the run's borders if None.

    Raises
    ------
    InputError
        If these are no results, or they hold no norms and no pack is named.
    """
    _require_day(day)
    for name in ("summary.json", "manifest.json", "access.csv", "results.gpkg"):
        if not (folder / name).is_file():
            msg = f"{folder} holds no results ({name} is missing); give a folder of geoaccess run"
            raise InputError(msg)
    summary = _read_json(folder / "summary.json")
    if packs or day:
        try:
            return _checked_again(folder, summary, packs, day)
        except (KeyError, TypeError) as error:
            msg = (
                f"{folder}: its tables are not those of this version ({error}); run the study again"
            )
            raise InputError(msg) from error
    if "norms" not in summary:
        msg = f"{folder}: no norms were checked in that run; name a pack with --pack"
        raise InputError(msg)
    return NormAnswer(
        settlements=_read_table(folder / "norms.csv"),
        zones=_read_table(folder / "norms_zones.csv"),
        summary=summary,
    )


def _checked_again(
    folder: Path, summary: Mapping[str, Any], packs: Sequence[str], day: str | None
) -> NormAnswer:
    named = packs or [one["name"] for one in summary.get("norms", {}).get("packs", [])]
    chosen: list[NormPack] = [read_norms(name) for name in named]
    norms = tuple(norm for pack in chosen for norm in pack)
    require_apart(norms, label="norm packs")
    manifest = _read_json(folder / "manifest.json")
    dates = [one["date"] for one in reversed(list(summary["zones"].values()))]
    if day is None and not dates:
        msg = f"{folder}: no borders to take a day from; give --day"
        raise InputError(msg)
    access = _read_table(folder / "access.csv")
    times = _times(folder, access, manifest, cutoff_min=float(summary["cutoff_min"]))
    by_id = access.drop_duplicates("id").set_index("id").reindex(pd.Index(times.origins.id))
    zones = {role: by_id[f"zone_{role}"].tolist() for role in summary["zones"]}
    checked = check_norms(norms, [times], day=day or dates[0], zones=zones)
    return NormAnswer(
        settlements=checked.settlements,
        zones=checked.zones,
        summary={**summary, "norms": norms_summary(checked, chosen, vehicle=times.profile)},
    )


def _times(
    folder: Path, access: pd.DataFrame, manifest: Mapping[str, Any], *, cutoff_min: float
) -> NormTimes:
    """Take minutes to the nearest services from saved results."""
    layer = read_places_table(folder / "results.gpkg", layer="settlements").sort_values("id")
    groups = manifest["parameters"]["settlements"]["groups"]
    origins = Origins(
        id=layer["id"].to_numpy(),
        name=layer["name"].to_numpy(),
        lon=layer.geometry.x.to_numpy(),
        lat=layer.geometry.y.to_numpy(),
        population=layer["population"].to_numpy(),
        groups={group: layer[group].to_numpy() for group in groups if group in layer},
    )
    places = read_places_table(folder / "results.gpkg", layer="services")
    by_kind = {
        str(kind): rows.set_index("id").reindex(pd.Index(origins.id))
        for kind, rows in access.groupby("service")
    }
    profile = str(manifest["parameters"]["roads"]["profile"])
    known = profile in bundled_names("profiles")
    return NormTimes(
        # A profile of the user's own is known by its file only.
        profile=profile if known else Path(profile).stem,
        direction="to_service",
        turnout_min=read_profile(profile).turnout_min if known else 0.0,
        cutoff_min=cutoff_min,
        origins=origins,
        destinations=Destinations(
            id=places["id"].to_numpy(),
            name=places["name"].to_numpy(),
            kind=places["kind"].to_numpy(),
            lon=places.geometry.x.to_numpy(),
            lat=places.geometry.y.to_numpy(),
            capacity=places["capacity"].to_numpy(dtype=np.float64),
        ),
        nearest_ms={kind: whole_ms(rows["nearest_min"]) for kind, rows in by_kind.items()},
        reason={kind: rows["reason"].to_numpy() for kind, rows in by_kind.items()},
    )


def _read_table(path: Path) -> pd.DataFrame:
    """Read a table of results; text stays as it is, so that an id such as 007 or NA is kept."""
    require_file(path)
    try:
        table = result_rows(path)
        for name in _NUMBERS & set(table.columns):
            table[name] = pd.to_numeric(table[name].replace("", np.nan))
    except ValueError as error:
        why = " ".join(str(error).split())
        msg = f"{path} is no table of results ({why}); run the study again"
        raise InputError(msg) from error
    return table


def _read_json(path: Path) -> dict[str, Any]:
    try:
        told: dict[str, Any] = json.loads(read_utf8(path))
    except json.JSONDecodeError as error:
        msg = f"{path} is not JSON; run the study again"
        raise InputError(msg) from error
    return told


def _require_day(day: str | None) -> None:
    if day is not None and not is_day(day):
        msg = f"--day must be a day such as 2024-09-01, but is {day!r}"
        raise InputError(msg)
