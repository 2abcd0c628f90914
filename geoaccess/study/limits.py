"""Limits that a run declares: it finishes, writes everything, and then says it failed them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from geoaccess.errors import StudyError, nearest_known
from geoaccess.model.norm import STATUS_WORDS

_UNREACHED = re.compile(r"^unreached=(\d+(?:\.\d+)?)\s*%$")
_NORM = re.compile(r"^norm(?:=([a-z0-9_-]+))?$")
_EXAMPLES = "unreached=1%, norm, norm=guidance or norm=lv-school-1-6"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreachedLimit:
    """
    Most people that may be unreached, for any service.

    Attributes
    ----------
    unreached_share
        From 0 to 1.
    """

    unreached_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NormLimit:
    """
    Norms that must be met by all people together.

    Attributes
    ----------
    which
        A status, the id of a norm, or empty for every norm that could be modelled. A norm
        that is named by its id must be modelled, too.
    """

    which: str


Limit = UnreachedLimit | NormLimit


def parse_limit(text: str) -> Limit:
    """
    Read a limit as the command line gives it.

    Parameters
    ----------
    text
        For example ``unreached=1%``, ``norm``, ``norm=guidance`` or ``norm=lv-school-1-6``.

    Raises
    ------
    StudyError
        If it is anything else.

    Examples
    --------
    >>> parse_limit("unreached=2.5%")
    UnreachedLimit(unreached_share=0.025)
    >>> parse_limit("norm=guidance")
    NormLimit(which='guidance')
    """
    unreached, norm = _UNREACHED.match(text.strip()), _NORM.match(text.strip())
    if unreached and float(unreached[1]) <= 100:  # noqa: PLR2004 - per cent
        return UnreachedLimit(unreached_share=float(unreached[1]) / 100.0)
    if norm:
        return NormLimit(which=norm[1] or "")
    msg = f"--fail-on {text!r} is no limit; write for example {_EXAMPLES}"
    raise StudyError(msg)


def require_known_norms(limits: Iterable[Limit], norm_ids: Iterable[str] | None) -> None:
    """
    Refuse limits on norms that are not checked, before anything is run.

    Parameters
    ----------
    limits
        Limits.
    norm_ids
        Ids of the norms that will be checked; None if none will.

    Raises
    ------
    StudyError
        If a limit is about other norms, or there are none.
    """
    known = None if norm_ids is None else [*norm_ids]
    for limit in limits:
        if not isinstance(limit, NormLimit):
            continue
        if known is None:
            msg = "--fail-on norm: the study checks no norms; add a [norms] table"
            raise StudyError(msg)
        if limit.which and limit.which not in {*STATUS_WORDS, *known}:
            hint = nearest_known(limit.which, [*STATUS_WORDS, *known])
            msg = f"--fail-on norm: {limit.which!r} is neither a status nor a norm; {hint}"
            raise StudyError(msg)


def failures(summary: Mapping[str, Any], limit: Limit) -> list[str]:
    """
    Say what breaks a limit.

    Parameters
    ----------
    summary
        What a study found, as ``summary.json`` tells it.
    limit
        What it must keep.

    Returns
    -------
    One line a service or norm; none if all is well.
    """
    if isinstance(limit, NormLimit):
        return _norms_broken(summary["norms"]["norms"], limit.which)
    told = []
    for service, figures in summary["services"].items():
        people, unreached = figures["population"], figures["population_unreached"]
        if people and unreached / people > limit.unreached_share:
            told.append(
                f"{service}: {unreached / people:.2%} of people unreached, more than "
                f"{limit.unreached_share:.2%}"
            )
    return told


def _norms_broken(norms: Iterable[Mapping[str, Any]], which: str) -> list[str]:
    told = []
    for norm in norms:
        named = f"{norm['norm_id']} ({norm['status']})"
        if which and which not in {norm["status"], norm["norm_id"]}:
            continue
        if norm["verdict"] == "fail":
            share, required = norm["share_within"], norm["required_share"]
            told.append(f"{named}: {share:.2%} of people within, fewer than {required:.2%}")
        elif norm["verdict"] == "not_modelled" and which == norm["norm_id"]:
            told.append(f"{named}: could not be modelled ({norm['reason']})")
    return told
