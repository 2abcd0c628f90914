"""Words of the pages: one gettext catalogue a language, ``locale/*/LC_MESSAGES/geoaccess.po``."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from geoaccess.errors import InputError, nearest_known

LANGUAGES = ("en", "lv")
_DOMAIN = "geoaccess.po"


@cache
def _messages(language: str) -> dict[str, str]:
    from babel.messages.pofile import read_po  # noqa: PLC0415 - only pages need words

    folder = files("geoaccess.report") / "locale" / language / "LC_MESSAGES"
    with (folder / _DOMAIN).open("rb") as text:
        known = read_po(text, locale=language)
    return {str(one.id): str(one.string) for one in known if one.id}


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
