"""Korean is complete, compiled, and keeps the places for names and numbers."""

from __future__ import annotations

import re

import pytest

from dangol.platform.ui import messages

PLACE = re.compile(r"%\(\w+\)[sd]")


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_every_word_of_the_house_is_translated(language: str) -> None:
    assert messages.untranslated(language) == []


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_the_compiled_catalogue_is_that_of_the_words(language: str) -> None:
    path = messages.catalogue_path(language).with_suffix(".mo")
    assert path.read_bytes() == messages.compile_catalogue(language), "compile the catalogue anew"


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_a_translation_has_no_place_that_its_original_lacks(language: str) -> None:
    wrong = []
    for entry in messages.kept(language):
        texts = entry.id if isinstance(entry.id, tuple | list) else [entry.id]
        strings = entry.string if isinstance(entry.string, tuple | list) else [entry.string]
        places = {p for text in texts for p in PLACE.findall(text)}
        wrong += [s for s in strings if set(PLACE.findall(s or "")) - places and entry.id]
    assert wrong == []


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_where_the_number_is_said_in_the_plural_it_is_said_in_the_translation(language: str) -> None:
    counted = [e for e in messages.kept(language) if isinstance(e.id, tuple | list)]
    wrong = [
        e.id[1] for e in counted if any(set(PLACE.findall(e.id[1])) - set(PLACE.findall(s or "")) for s in e.string)
    ]
    assert wrong == []
