"""Limits that a run declares: it finishes, writes everything, and then says it failed them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from geoaccess.errors import StudyError
from geoaccess.study.result import StudyResult

_RULE = re.compile(r"^unreached=(\d+(?:\.\d+)?)\s*%$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """
    Most people that may be unreached, for any service.

    Attributes
    ----------
    unreached_share
        From 0 to 1.
    """

    unreached_share: float


def parse_limit(text: str) -> Limit:
    """
    Read a limit as the command line gives it.

    Parameters
    ----------
    text
        For example ``unreached=1%``.

    Raises
    ------
    StudyError
        If it is anything else.

    Examples
    --------
    >>> parse_limit("unreached=2.5%").unreached_share
    0.025
    """
    match = _RULE.match(text.strip())
    if not match or float(match[1]) > 100:  # noqa: PLR2004 - per cent
        msg = f"--fail-on {text!r} is no limit; write for example unreached=1%"
        raise StudyError(msg)
    return Limit(unreached_share=float(match[1]) / 100.0)


def failures(result: StudyResult, limit: Limit) -> list[str]:
    """
    Say which services break a limit.

    Parameters
    ----------
    result
        What a study found.
    limit
        What it must keep.

    Returns
    -------
    One line a service; none if all is well.
    """
    told = []
    for service, figures in result.summary["services"].items():
        people, unreached = figures["population"], figures["population_unreached"]
        if people and unreached / people > limit.unreached_share:
            told.append(
                f"{service}: {unreached / people:.2%} of people unreached, more than "
                f"{limit.unreached_share:.2%}"
            )
    return told
