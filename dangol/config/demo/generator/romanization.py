"""Korean in Latin letters: the Revised Romanization of 2000, with surnames as people write their own."""

from __future__ import annotations

from dangol.config.demo.generator.words import listed

_INITIALS = listed("g kk n d tt r m b pp s ss - j jj ch k t p h")
_VOWELS = listed("a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i")
_FINALS = listed("- k k k n n n t l k m l l l p l m p p t t ng t t k t p t")
_FIRST, _LAST = 0xAC00, 0xD7A3
_AS_PEOPLE_WRITE = {"우": "woo", "희": "hee"}


def syllable(letter: str) -> str:
    """Return one Hangul syllable in Latin letters; anything else comes back as it is."""
    if not _FIRST <= ord(letter) <= _LAST:
        return letter
    place = ord(letter) - _FIRST
    parts = _INITIALS[place // 588], _VOWELS[place % 588 // 28], _FINALS[place % 28]
    return "".join(p for p in parts if p != "-")


def word(hangul: str) -> str:
    """Return a word syllable by syllable, capitalised: names and invented streets take no sound changes."""
    return "".join(syllable(s) for s in hangul).capitalize()


def given_name(hangul: str) -> str:
    """Return a given name as its bearer would write it: 지우 is Jiwoo."""
    return "".join(_AS_PEOPLE_WRITE.get(s) or syllable(s) for s in hangul).capitalize()
