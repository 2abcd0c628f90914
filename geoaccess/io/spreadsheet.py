"""
Cells as a spreadsheet of a Latvian locale takes them: decimal commas, and no text that acts.

A spreadsheet runs a cell that begins like a formula, whoever named the place so, and turns
text such as ``1,5`` into a number. Such text gets an apostrophe before it, which reading
takes away again, so that a table comes back as it was.
"""

from __future__ import annotations

import re

_ACTS = re.compile(r"'*(?:[=+\-@\t\r]|[+-]?\d+,\d+$)")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_APOSTROPHE = "'"


def guarded(text: str) -> str:
    r"""
    Text of a cell that a spreadsheet neither runs nor takes for a decimal number.

    Examples
    --------
    >>> guarded('=HYPERLINK("http://x")')
    '\'=HYPERLINK("http://x")'
    >>> guarded("Ķegums"), guarded("-5")
    ('Ķegums', '-5')
    """
    if _ACTS.match(text) and not _NUMBER.fullmatch(text):
        return _APOSTROPHE + text
    return text


def unguarded(text: str) -> str:
    """
    Text that :func:`guarded` was given.

    Examples
    --------
    >>> unguarded(guarded("@cmd")), unguarded("'s-Gravenhage")
    ('@cmd', "'s-Gravenhage")
    """
    if text.startswith(_APOSTROPHE) and _ACTS.match(text):
        return text[1:]
    return text
