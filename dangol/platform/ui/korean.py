"""Korean grammar that a page needs: particles chosen by the sound before them, and names family name first."""

from __future__ import annotations

import re
import unicodedata

# (after a consonant, after a vowel). 으로/로 is special: after ㄹ it takes 로.
PARTICLES = {
    "은": ("은", "는"), "는": ("은", "는"),
    "이": ("이", "가"), "가": ("이", "가"),
    "을": ("을", "를"), "를": ("을", "를"),
    "과": ("과", "와"), "와": ("과", "와"),
    "으로": ("으로", "로"), "로": ("으로", "로"),
    "아": ("아", "야"), "야": ("아", "야"),
    "이나": ("이나", "나"), "나": ("이나", "나"),
    "이에요": ("이에요", "예요"), "예요": ("이에요", "예요"),
}  # fmt: skip

_NO_FINAL, _RIEUL, _OTHER = 0, 8, 1
# 영 일 이 삼 사 오 육 칠 팔 구
_DIGITS = {"0": _OTHER, "1": _RIEUL, "2": 0, "3": _OTHER, "4": 0, "5": 0, "6": _OTHER, "7": _RIEUL, "8": _RIEUL, "9": 0}
# A number that ends in zeros ends in the name of its place: 경, 조, 억, 만, 천, 백, 십. Only 조 is open.
_PLACES = ((16, _OTHER), (12, _NO_FINAL), (8, _OTHER), (4, _OTHER), (3, _OTHER), (2, _OTHER), (1, _OTHER))
_SYMBOLS = {"%": _NO_FINAL, "+": _NO_FINAL, "℃": _NO_FINAL, "₩": _OTHER, "$": _NO_FINAL, "€": _NO_FINAL, "&": _OTHER}
# Letters read one by one (CRM: 시알엠): 엘 is ㄹ; 엠 and 엔 close with another consonant; 아르 is open.
_LETTERS = {"l": _RIEUL, "m": _OTHER, "n": _OTHER}
FAMILY_OF_TWO = ("남궁", "황보", "제갈", "사공", "선우", "서문", "독고", "동방")
_HANGUL = re.compile(r"[가-힣]")
_BRACKETS = re.compile(r"\s*[(\[（][^)\]）]*[)\]）]\s*$")
_TAIL = re.compile(r"[\s'\"’”»」』〉》】>.,!?…:;)\]]+$")


def particle(word: object, kind: str) -> str:
    """The form of a particle that follows `word`; `kind` is either form of the pair ("은", "는", "으로" ...).

    A word with brackets counts without them; a Latin word goes by how its last letters are spoken; a number by how
    it is read. Raises KeyError for a particle that has no pair.
    """
    closed, open_ = PARTICLES[kind]
    final = final_consonant(str(word))
    if closed == "으로" and final == _RIEUL:
        return open_
    return closed if final else open_


def with_particle(word: object, kind: str) -> str:
    """`word` and its particle, as in 고객은, 주문을, 서울로."""
    return f"{word}{particle(word, kind)}"


def final_consonant(word: str) -> int:
    """0 when the word ends in a vowel sound, 8 when it ends in ㄹ, another number for any other consonant."""
    word = _TAIL.sub("", _BRACKETS.sub("", word) or word) or word
    if not word:
        return _NO_FINAL
    last = word[-1]
    if "가" <= last <= "힣":
        return (ord(last) - 0xAC00) % 28
    if last.isdigit():
        return _final_of_number(word)
    if last in _SYMBOLS:
        return _SYMBOLS[last]
    return _final_of_latin(word)


def _final_of_number(word: str) -> int:
    word = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in word)
    found = re.search(r"[\d,]*(?:\.\d+)?$", word)
    digits = (found.group() if found else "").replace(",", "")
    if "." in digits or not digits.strip("0"):
        return _DIGITS.get(word[-1], _OTHER)
    zeros = len(digits) - len(digits.rstrip("0"))
    for place, final in _PLACES:
        if zeros >= place:
            return final
    return _DIGITS[digits[-1]]


def _final_of_latin(word: str) -> int:
    tail = re.search(r"[A-Za-zÀ-ɏ]+$", word)
    letters = tail.group() if tail else ""
    if not letters:
        return _NO_FINAL
    if letters.isupper() or len(letters) == 1:
        return _LETTERS.get(letters[-1].lower(), _NO_FINAL)
    return _final_of_word(letters.lower())


def _final_of_word(letters: str) -> int:
    # How Korean speakers borrow the ending: -l and -le close in ㄹ, nasals close, short stops close after a vowel.
    if letters.endswith(("l", "le", "ll")):
        return _RIEUL
    if letters.endswith(("m", "n", "ng", "me", "ne")):
        return _OTHER
    if re.search(r"[aeiou](?:ck|[kpbcg])$", letters) or re.search(r"(?:^|[^aeiou])[aeiou]t$", letters):
        return _OTHER
    return _NO_FINAL


def has_hangul(text: str) -> bool:
    """True when any letter of `text` is Hangul."""
    return bool(_HANGUL.search(text))


def full_name(given: str, family: str, *, language: str = "en") -> str:
    """A person's name as people write it: Hangul family name first and together; Latin names keep their order.

    >>> full_name("지우", "김"), full_name("Emma", "O'Hara")
    ('김지우', "Emma O'Hara")
    """
    given, family = given.strip(), family.strip()
    if not (given and family):
        return given or family
    if has_hangul(given + family):
        return f"{family}{given}"
    return f"{given} {family}"


def initials(name: str, *, letters: int = 1) -> str:
    """What stands in a face: the family name's syllable for Hangul, else the last word's initial (or both ends')."""
    name = name.strip()
    if not name:
        return "·"
    if has_hangul(name[0]):
        return name[:2] if letters > 1 and name[:2] in FAMILY_OF_TWO else name[0]
    words = [w for w in re.split(r"[\s\-]+", name) if w and w[0].isalnum()] or [name]
    if letters > 1 and len(words) > 1:
        return f"{words[0][0]}{words[-1][0]}".upper()
    return words[-1][0].upper() if letters == 1 else words[0][:2].upper()
