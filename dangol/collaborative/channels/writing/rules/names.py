"""How a person is called by the first name."""

from __future__ import annotations

from dangol.platform.ui.korean import FAMILY_OF_TWO, has_hangul

_LONGEST_KOREAN_NAME = 5


def first_name(name: str) -> str:
    """The given name in a whole name: without the family name in Korean, the first word in Latin letters.

    >>> first_name("김지우"), first_name("남궁민수"), first_name("김 지우"), first_name("Emma O'Hara")
    ('지우', '민수', '지우', 'Emma')
    """
    words = name.split()
    if not words:
        return ""
    if not has_hangul(name):
        return words[0]
    if len(words) > 1:
        return words[-1]
    word = words[0]
    family = 2 if word.startswith(FAMILY_OF_TWO) and len(word) > 2 else 1
    return word[family:] if family < len(word) <= _LONGEST_KOREAN_NAME else word
