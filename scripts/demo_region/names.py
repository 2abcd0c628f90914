"""Invented names with Latvian letters and endings; none is that of a real municipality."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


def words(text: str) -> tuple[str, ...]:
    """Cut a line of words into its words."""
    return tuple(text.split())


REGION_NAME = "Selgas plānošanas reģions"
RIVER_NAME, LAKE_NAME = "Žagupe", "Ņerļu ezers"

_HEADS = words(
    "Drēg Ģip Ķvēl Ķērs Blāz Žub Ņem Plun Trēk Vēm Ļun Grož Kaug Spūr Čād Dzūn Zvirg Brāķ Mudz Šūl "
    "Ērž Skrūb Ūlm Čip Klež Ģērs"
)
_HEARTS = words("a e i o u ā ē ī ū")
_TAILS = (
    ("lava", "lavas"),
    ("nene", "nenes"),
    ("dupe", "dupes"),
    ("kalns", "kalna"),
    ("muiža", "muižas"),
    ("ļi", "ļu"),
    ("daine", "daines"),
    ("žava", "žavas"),
    ("kāre", "kāres"),
    ("gaļi", "gaļu"),
    ("krasts", "krasta"),
    ("ņupe", "ņupes"),
)
_FARM_HEADS = words(
    "Vec Jaun Kaln Lej Liel Maz Sil Mež Purv Lauk Gār Bērz Krūm Grāv Stirn Lāč Dzērv Zīl Ķirš Āb "
    "Ozol Vītol Priež Kļav Akmeņ Smilt Ūdr Žagat Strazd Čūsk Ērgl Ņem Šķir Cīrul"
)
_FARM_HEARTS = words("ab ād eg ēķ ib īg oš ub ūž ān er il uļ ož eš āļ")
_FARM_TAILS = words("iņi ēni nieki aiši ītes eļi ūņi āres ieši avas")
_STREETS = words(
    "Liepu Bērzu Ozolu Kļavu Ošu Skolas Dārza Parka Upes Ezera Tirgus Kalna Meža Pļavu Ziedu "
    "Saules Mēness Zvaigžņu Stacijas Dzirnavu Krasta Smilšu Lauku Ceriņu Rožu Ābeļu Ķiršu Priežu "
    "Egļu Vītolu Kadiķu Brīvības Miera Darba Amatnieku Kalēju Zvejnieku Baznīcas Torņa Vēja "
    "Varavīksnes Rasas Bišu Dzeņu Lakstīgalu Strautu Avotu Gravas Noliktavu Ziemeļu Dienvidu "
    "Austrumu Rietumu Jasmīnu Vizbuļu Madaru"
)
_STREET_HEADS = ("", "Mazā ", "Lielā ", "Jaunā ", "Vecā ", "Augšas ", "Lejas ")


@dataclass(frozen=True, slots=True)
class Name:
    """
    A place name.

    Attributes
    ----------
    text
        Nominative, as on a map.
    genitive
        As in "... novads" and "... skola".
    """

    text: str
    genitive: str


def centre_names(rng: np.random.Generator, n: int) -> list[Name]:
    """Draw names of cities, towns and parishes, all different and with different heads in turn."""
    heads: list[str] = []
    while len(heads) < n:
        heads += [str(head) for head in rng.permutation(_HEADS)]
    names: dict[str, Name] = {}
    for head in heads:
        while len(names) < n:
            heart = str(rng.choice(_HEARTS))
            text, genitive = _TAILS[int(rng.integers(len(_TAILS)))]
            if head + heart + text not in names:
                names[head + heart + text] = Name(head + heart + text, head + heart + genitive)
                break
    return list(names.values())


def country_names(rng: np.random.Generator, n: int) -> list[str]:
    """Draw names of villages, hamlets and homesteads, all different."""
    choices = [
        head + heart + tail
        for head in _FARM_HEADS
        for heart in _FARM_HEARTS
        for tail in _FARM_TAILS
    ]
    return [str(name) for name in rng.permutation(choices)[:n]]


def street_names(rng: np.random.Generator) -> list[str]:
    """Draw the street names of one town, plain ones first."""
    names: list[str] = []
    for head in _STREET_HEADS:
        words = [str(word) for word in rng.permutation(_STREETS)]
        names += [
            f"{head}{word if not head else word[0].upper() + word[1:]} iela" for word in words
        ]
    return names
