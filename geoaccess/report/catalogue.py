"""Words of the pages, one file a language in ``locale/``."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from geoaccess.errors import InputError, nearest_known

LANGUAGES = ("en", "lv")


@cache
def _messages(language: str) -> dict[str, str]:
    file = files("geoaccess.report") / "locale" / f"{language}.json"
    words: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return words


def messages(language: str) -> dict[str, str]:
    """
    Every message of one language by its key.

    Raises
    ------
    InputError
        If there is no catalogue of that language.

    Examples
    --------
    >>> messages("lv")["service"]
    'Pakalpojums'
    """
    if language not in LANGUAGES:
        msg = f"no messages in language {language!r}; {nearest_known(language, LANGUAGES)}"
        raise InputError(msg)
    return dict(_messages(language))
