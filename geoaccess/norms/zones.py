"""What one norm says of zones: people within and beyond, and the verdict on all of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geoaccess.norms.reasons import NormReason
from geoaccess.norms.verdicts import FAIL, NOT_MODELLED, PASS, UNREACHED, Verdicts
from geoaccess.units import BoolArray, FloatArray, LongArray, TextArray

ZONE_COLUMNS = (
    "territory",
    "zone_id",
    "service",
    "norm_id",
    "group",
    "zone_type",
    "threshold",
    "unit",
    "required_share",
    "people",
    "people_within",
    "people_beyond",
    "people_unreached",
    "people_not_modelled",
    "share_within",
    "population_beyond",
    "mean_gap",
    "largest_gap",
    "verdict",
    "reason",
    "status",
)
EVERYWHERE = "all"
# A share that falls short by rounding alone is not short.
_HAIR = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Zoning:
    """
    Which zone each settlement is in.

    Attributes
    ----------
    role
        Border set, or ``all``.
    codes
        Codes of the zones, sorted.
    zone
        Position of each settlement's zone among them, shape (n_origins,).
    """

    role: str
    codes: TextArray
    zone: LongArray


def everywhere(n: int) -> Zoning:
    """Put so many settlements into one zone without a code."""
    code = np.array([""], dtype=object)
    return Zoning(role=EVERYWHERE, codes=code, zone=np.zeros(n, dtype=np.int64))


def gap_of(judged: Verdicts) -> FloatArray:
    """How much is missing: 0 where the norm is met, NaN where nobody can tell."""
    over = np.maximum(judged.value - judged.norm.threshold, 0.0)
    known = np.isfinite(judged.value)
    return np.where(judged.verdict == PASS, 0.0, np.where(known, over, np.nan))


def zone_rows(judged: Verdicts, zoning: Zoning, population: FloatArray) -> pd.DataFrame | None:
    """
    Sum one norm up by zone.

    Parameters
    ----------
    judged
        What it says of each settlement.
    zoning
        Zones of the settlements.
    population
        Everybody, by settlement.

    Returns
    -------
    Columns ``ZONE_COLUMNS``, zones in which it holds, or may, by code; of a norm that could
    not be modelled one empty row for everybody together, and None for zones.
    """
    if judged.not_modelled is not None:
        return _empty_row(judged) if zoning.role == EVERYWHERE else None
    sums = _sums(judged, zoning, population)
    told = _told(judged, zoning)
    known = sums["people"]
    with np.errstate(invalid="ignore"):
        share = np.where(known > 0, sums["people_within"] / known, np.nan)
    verdict, reason = _verdicts(sums, judged.norm.required_share)
    rows = pd.DataFrame(
        {
            **_facts(judged, zoning.role),
            "zone_id": zoning.codes,
            **sums,
            "share_within": share,
            "verdict": verdict,
            "reason": reason,
        }
    )
    return rows[list(ZONE_COLUMNS)][told]


def _told(judged: Verdicts, zoning: Zoning) -> BoolArray:
    """Zones in which the norm holds for some settlement, or may."""
    meant = np.bincount(zoning.zone[judged.verdict != ""], minlength=len(zoning.codes))
    told: BoolArray = (meant > 0) | (zoning.role == EVERYWHERE)
    return told


def _sums(judged: Verdicts, zoning: Zoning, population: FloatArray) -> dict[str, FloatArray]:
    """People by verdict, and gaps of those beyond who reach a service, for each zone."""
    n_zones, verdict = len(zoning.codes), judged.verdict
    by = {
        one: np.bincount(
            zoning.zone[verdict == one], weights=judged.people[verdict == one], minlength=n_zones
        )
        for one in (PASS, FAIL, UNREACHED, NOT_MODELLED)
    }
    beyond = (verdict == FAIL) | (verdict == UNREACHED)
    late = (verdict == FAIL) & (judged.people > 0)
    where, gap = zoning.zone[late], gap_of(judged)[late]
    gap_sum = np.bincount(where, weights=gap * judged.people[late], minlength=n_zones)
    largest = np.full(n_zones, -np.inf)
    np.maximum.at(largest, where, gap)
    with np.errstate(invalid="ignore"):
        mean = np.where(by[FAIL] > 0, gap_sum / by[FAIL], np.nan)
    return {
        "people": by[PASS] + by[FAIL] + by[UNREACHED],
        "people_within": by[PASS],
        "people_beyond": by[FAIL] + by[UNREACHED],
        "people_unreached": by[UNREACHED],
        "people_not_modelled": by[NOT_MODELLED],
        "population_beyond": np.bincount(
            zoning.zone[beyond], weights=population[beyond], minlength=n_zones
        ),
        "mean_gap": mean,
        "largest_gap": np.where(np.isfinite(largest), largest, np.nan),
    }


def _verdicts(sums: dict[str, FloatArray], required_share: float) -> tuple[TextArray, TextArray]:
    """
    Pass or fail where people of unknown kind could not change it, else not modelled.

    They might all be within, all beyond, or not meant by the norm at all.
    """
    unknown = sums["people_not_modelled"]
    everybody = sums["people"] + unknown
    with np.errstate(invalid="ignore"):
        worst = sums["people_within"] / everybody
        best = (sums["people_within"] + unknown) / everybody
    verdict = np.full(len(everybody), NOT_MODELLED, dtype=object)
    verdict[worst >= required_share - _HAIR] = PASS
    verdict[best < required_share - _HAIR] = FAIL
    reason = np.full(len(everybody), "", dtype=object)
    reason[verdict == NOT_MODELLED] = NormReason.ZONE_TYPE_UNKNOWN.value
    reason[everybody == 0] = NormReason.NOBODY_THERE.value
    return verdict, reason


def _facts(judged: Verdicts, role: str) -> dict[str, object]:
    norm = judged.norm
    words = ("service", "group", "zone_type", "threshold", "unit", "required_share", "status")
    return {
        "territory": role,
        "norm_id": norm.id,
        **{word: getattr(norm, word) for word in words},
    }


def _empty_row(judged: Verdicts) -> pd.DataFrame:
    told = {
        **_facts(judged, EVERYWHERE),
        "zone_id": "",
        "verdict": NOT_MODELLED,
        "reason": "" if judged.not_modelled is None else judged.not_modelled.value,
    }
    return pd.DataFrame([{name: told.get(name, np.nan) for name in ZONE_COLUMNS}])
