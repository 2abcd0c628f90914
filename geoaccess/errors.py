"""
Every error that geoaccess raises on purpose, in one tree.

::

    GeoAccessError
    ├── InputError        what the user gave cannot be used
    │   ├── NetworkError  the roads cannot be used
    │   ├── StudyError    the study file cannot be used
    │   └── MismatchError two inputs do not belong together
    ├── MemoryLimitError  a matrix would not fit
    ├── CutoffError       more minutes were asked for than were computed
    ├── SnapError         places and roads do not meet
    └── OutputError       results cannot be written

Each is also a ``ValueError``, so code that knows nothing of geoaccess can catch it.
A warning about data is a :class:`DataWarning`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

_SHOWN_IDS = 5


class GeoAccessError(Exception):
    """Base of every error of this package."""


class InputError(GeoAccessError, ValueError):
    """What the user gave cannot be used."""


class NetworkError(InputError):
    """The roads cannot be used."""


class StudyError(InputError):
    """The study file cannot be used."""


class MismatchError(InputError):
    """Two inputs do not belong together."""


class SnapError(GeoAccessError, ValueError):
    """Places and roads do not meet."""


class OutputError(GeoAccessError, ValueError):
    """Results cannot be written."""


class CutoffError(GeoAccessError, ValueError):
    """
    More minutes were asked for than were computed.

    Parameters
    ----------
    asked_min
        Cutoff that a measure asked for, minutes.
    held_min
        Cutoff up to which travel times are known, minutes.
    """

    def __init__(self, asked_min: float, held_min: float) -> None:
        super().__init__(
            f"cutoff_min={asked_min:g} is above the {held_min:g} min up to which travel times "
            f"are known; compute travel_times(..., cutoff_min={asked_min:g}) first"
        )


class MemoryLimitError(GeoAccessError, ValueError):
    """
    A matrix would take more memory than the caller allows.

    Parameters
    ----------
    needed_gb
        What it would take, gigabytes.
    allowed_gb
        What may be taken, gigabytes.
    """

    def __init__(self, needed_gb: float, allowed_gb: float) -> None:
        super().__init__(
            f"the matrix would take {needed_gb:.1f} GB, more than max_memory_gb={allowed_gb:g}; "
            f"fold over times.blocks(), write it with write_travel_times, or raise the limit"
        )


class DataWarning(UserWarning):
    """Data were used after a repair, or with a gap that the reader must know of."""


def some_ids(ids: Iterable[object]) -> str:
    """
    Name the first few of many ids for a message.

    Parameters
    ----------
    ids
        What to name.

    Returns
    -------
    The first five, comma separated, and how many there are if more.

    Examples
    --------
    >>> some_ids(["V1", "V2"])
    'V1, V2'
    >>> some_ids(range(7))
    '0, 1, 2, 3, 4, … 7 in all'
    """
    every = [str(one) for one in ids]
    shown = ", ".join(every[:_SHOWN_IDS])
    return shown if len(every) <= _SHOWN_IDS else f"{shown}, … {len(every)} in all"


# Whoever misspells an id of thousands is not helped by all of them.
_MOST_KNOWN = 40


def nearest_known(word: str, known: Sequence[str]) -> str:
    """
    Say which known word a mistyped one is likely to mean.

    Parameters
    ----------
    word
        What was written.
    known
        What could have been written.

    Returns
    -------
    A phrase for the end of a message.

    Examples
    --------
    >>> nearest_known("scool", ["library", "school"])
    "did you mean 'school'?"
    >>> nearest_known("zzz", ["library", "school"])
    'known: library, school'
    """
    close = get_close_matches(word, known, n=1)
    if close:
        return f"did you mean {close[0]!r}?"
    shown = sorted(known)[:_MOST_KNOWN]
    more = len(known) - len(shown)
    return f"known: {', '.join(shown)}{f' and {more} more' if more else ''}"
