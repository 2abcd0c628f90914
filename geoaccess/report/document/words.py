"""Numbers and sentences in the language of the reader."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

from geoaccess.errors import InputError, nearest_known

LANGUAGES = ("lv", "en")
_LOCALES = {"lv": "lv_LV", "en": "en_GB"}
_DASH = "\N{EN DASH}"
_TABLE_DECIMALS = 6


@cache
def _catalogue(language: str) -> Mapping[str, str]:
    folder = files("geoaccess.report") / "locale" / language / "LC_MESSAGES"
    with (folder / "report.po").open("rb") as text:
        known = read_po(text, locale=language)
    return {str(one.id): str(one.string) for one in known if one.id}


class Words:
    r"""
    Says things in one language.

    Parameters
    ----------
    language
        ``"lv"`` or ``"en"``.

    Raises
    ------
    InputError
        If there is no catalogue of that language.

    Examples
    --------
    >>> Words("lv").number(1234.56)
    '1\xa0234,6'
    >>> Words("en").span("5", "10")
    '5\u201310'
    """

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            msg = f"no report in language {language!r}; {nearest_known(language, LANGUAGES)}"
            raise InputError(msg)
        self.language = language
        self._locale = _LOCALES[language]
        self._messages = _catalogue(language)

    def say(self, key: str, /, **parts: str) -> str:
        """Fill a message in; a key that no catalogue has is an error of ours."""
        return self._messages[key].format(**parts)

    def says(self, key: str) -> bool:
        """Whether there is such a message."""
        return key in self._messages

    def number(self, value: float, digits: int = 1) -> str:
        """Write a number with so many decimals; a dash where there is none."""
        if not math.isfinite(value):
            return _DASH
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        # First as the tables hold it, so that a report of saved tables says the same.
        held = round(value, _TABLE_DECIMALS)
        return str(format_decimal(held, format=pattern, locale=self._locale))

    def minutes(self, value: float) -> str:
        """Write minutes with one decimal."""
        return self.number(value, 1)

    def limit(self, value: float, unit: str) -> str:
        """Write the limit of a norm, with a decimal only where it has one."""
        return (
            f"{self.number(value, 0 if float(value).is_integer() else 1)}\N{NO-BREAK SPACE}{unit}"
        )

    def change(self, value: float) -> str:
        """Write a change of minutes with its sign."""
        if not math.isfinite(value) or round(value, 1) == 0:
            return self.minutes(value if not math.isfinite(value) else 0.0)
        sign = "+" if value > 0 else "\N{MINUS SIGN}"
        return f"{sign}{self.minutes(abs(value))}"

    def people(self, value: float, *, min_count: int = 0) -> str:
        """Write a number of people; a small one stays unsaid."""
        if 0 < value < min_count:
            return f"<{min_count}"
        return self.number(value, 0)

    def span(self, low: str, high: str) -> str:
        """From one number to another."""
        return f"{low}{_DASH}{high}"

    def share(self, value: float) -> str:
        """Write a share of the whole as per cent."""
        if not math.isfinite(value):
            return _DASH
        return str(format_percent(value, format="#,##0.0\N{NO-BREAK SPACE}%", locale=self._locale))
