"""Hangul taken apart: initial consonants, letters (jamo), and what the other keyboard layout would have written.

Syllables are composed as in the Unicode Standard, section 3.12; the layout is the Korean standard one of two sets
(두벌식, KS X 5002).
"""

from __future__ import annotations

import re
import unicodedata

_SYLLABLE = re.compile("[가-힣]")
_BASE, _VOWELS, _FINALS = 0xAC00, 21, 28
_LEAD_KEYS = list("rRseEfaqQtTdwWczxvg")
_VOWEL_KEYS = "k o i O j p u P h hk ho hl y n nj np nl b m ml l".split()  # noqa: SIM905
_FINAL_KEYS = ["", *"r R rt s sw sg e f fr fa fq ft fx fv fg a q qt t T d w c z x v g".split()]  # noqa: SIM905
_LEADS_SHOWN = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS_SHOWN = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS_SHOWN = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
_KEYS_SHOWN = {
    **dict(zip(_FINALS_SHOWN, _FINAL_KEYS[1:], strict=True)),
    **dict(zip(_LEADS_SHOWN, _LEAD_KEYS, strict=True)),
    **dict(zip(_VOWELS_SHOWN, _VOWEL_KEYS, strict=True)),
}
_LEAD, _VOWEL = {k: i for i, k in enumerate(_LEAD_KEYS)}, {k: i for i, k in enumerate(_VOWEL_KEYS)}
_FINAL = {k: i for i, k in enumerate(_FINAL_KEYS) if k}


def initials(text: str) -> str:
    """The initial consonants of each word's syllables (김지우: ㄱㅈㅇ, as conjoining letters); empty without Hangul."""
    found = []
    for word in text.split(" "):
        leads = "".join(chr(0x1100 + (ord(c) - _BASE) // (_VOWELS * _FINALS)) for c in _SYLLABLE.findall(word))
        if len(leads) > 1:
            found.append(leads)
    return " ".join(found)


def letters(text: str) -> str:
    """Syllables taken apart into letters; everything else stays (NFD)."""
    return unicodedata.normalize("NFD", text)


def as_typed(text: str) -> str:
    """The keys that a Korean layout was struck with: 안녕 was `dkssud`. Other characters stay."""
    found = []
    for c in unicodedata.normalize("NFC", text):
        if _SYLLABLE.match(c):
            at = ord(c) - _BASE
            lead, vowel, final = at // (_VOWELS * _FINALS), at // _FINALS % _VOWELS, at % _FINALS
            found.append(_LEAD_KEYS[lead] + _VOWEL_KEYS[vowel] + _FINAL_KEYS[final])
        else:
            found.append(_KEYS_SHOWN.get(c, c))
    return "".join(found)


def as_hangul(text: str) -> str:
    """What a Korean layout makes of keys struck in English: `rlawldn` is 김지우. Other characters stay.

    A letter that is the same with and without Shift counts as without it, as the layout does.
    """
    keys = [c if c in "QWERTOP" else c.lower() for c in text]
    found, at = [], 0
    while at < len(keys):
        made, taken = _syllable(keys, at)
        found.append(made)
        at += taken
    return "".join(found)


def _syllable(keys: list[str], at: int) -> tuple[str, int]:
    lead = _LEAD.get(keys[at])
    vowel, taken = _vowel_at(keys, at + 1)
    if lead is None or not taken:
        return keys[at], 1
    end = at + 1 + taken
    final, more = _final_at(keys, end)
    return chr(_BASE + (lead * _VOWELS + vowel) * _FINALS + final), 1 + taken + more


def _vowel_at(keys: list[str], at: int) -> tuple[int, int]:
    for length in (2, 1):
        found = _VOWEL.get("".join(keys[at : at + length])) if at + length <= len(keys) else None
        if found is not None:
            return found, length
    return 0, 0


def _final_at(keys: list[str], at: int) -> tuple[int, int]:
    """The consonants that close a syllable: those that no vowel follows, which would take the last one along."""
    for length in (2, 1):
        found = _FINAL.get("".join(keys[at : at + length])) if at + length <= len(keys) else None
        if found is not None and not (at + length < len(keys) and keys[at + length] in _VOWEL):
            return found, length
    return 0, 0
