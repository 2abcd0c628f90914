"""The genitive of Latvian place names, by which municipalities and parishes are called."""

from __future__ import annotations

import unicodedata

_SOFT = {"l": "ļ", "n": "ņ", "t": "š", "d": "ž", "s": "š", "z": "ž", "b": "bj", "p": "pj"}


def genitives(name: str) -> set[str]:
    """
    List what the genitive of a name may be; the declension is not told by the ending alone.

    Examples
    --------
    >>> "Cēsu" in genitives("Cēsis"), "Tukuma" in genitives("Tukums")
    (True, True)
    """
    if name.endswith(("a", "e")):
        return {f"{name}s"}
    if name.endswith("i"):
        return {f"{name[:-1]}u", f"{_softened(name[:-1])}u"}
    if name.endswith("is"):
        stem = name[:-2]
        return {f"{stem}u", f"{stem}a", f"{_softened(stem)}a"}
    if name.endswith(("as", "es")):
        return {f"{name[:-2]}u", f"{_softened(name[:-2])}u"}
    if name.endswith("s"):
        return {name, f"{name[:-1]}a"}
    return {name}


def _softened(stem: str) -> str:
    return stem[:-1] + _SOFT.get(stem[-1], stem[-1])


def plain(name: str) -> str:
    """Leave out accents, which some sources drop."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
