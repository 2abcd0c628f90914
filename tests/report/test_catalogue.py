"""The catalogues: nothing missing, nothing unused, nothing left in another language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files

import pytest

from geoaccess.report.catalogue import LANGUAGES, messages
from geoaccess.report.layer import VERDICTS

# What scripts put together: a beginning, and whatever may follow it.
_FAMILIES = ("borders_", "regime_", "measure_", "reason_", "verdict_", "unit_", "group_", "zoom_")
_BUILT = (*_FAMILIES, "shorter_", "longer_", "zone_", "preset_", "show_", "to_", "status_")
# The same in all languages: a name, signs, and what has no words.
_ALIKE = {"language_name", "fewer_than", "csv_separator", "caption", "norm_name"}


def _templates() -> Iterator[str]:
    for file in files("geoaccess.report").joinpath("templates").iterdir():
        if file.name.endswith((".js", ".j2")):
            yield file.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_that_is_asked_for_is_there(language: str) -> None:
    words = messages(language)
    text = "\n".join(_templates())
    said = set(re.findall(r"""words\.say\(\s*"(\w+)\"""", text))
    said |= set(re.findall(r"""data-t(?:-label)?="(\w+)\"""", text))
    said |= set(re.findall(r"\bt\.(\w+)", text))
    assert said - set(words) == set()
    built = set(re.findall(r"say\(`(\w+_)\$", text))
    assert built <= set(_BUILT)
    assert {f"verdict_{one}" for one in VERDICTS} <= set(words)


def test_no_message_is_unused() -> None:
    text = "\n".join([*_templates(), "messages(code)['language_name']"])
    quoted = set(re.findall(r"""["'.](\w+)\b""", text))
    spare = {key for key in messages("en") if key not in quoted and not key.startswith(_BUILT)}
    assert spare == set()


def test_catalogues_agree() -> None:
    english = messages("en")
    for language in LANGUAGES:
        words = messages(language)
        assert list(words) == list(english)
        for key, text in words.items():
            assert text.strip(), key
            assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", english[key])), (
                key
            )


def test_no_message_is_left_untranslated() -> None:
    english, latvian = messages("en"), messages("lv")
    alike = {key for key, text in english.items() if latvian[key] == text}
    assert alike <= _ALIKE, alike - _ALIKE
