"""Names made comparable: whole ones letter for letter, and by sound in whichever letters and order they are written."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from dangol.core.identity.likeness.rules.letters import FAMILY, SPELT, is_korean, latin, sound, syllable

_GAP = re.compile(r"[\s.,'’·・\-–_()/]+")
_TITLE = re.compile(r"^(mr|mrs|ms|dr|prof)\.?\s+|(님|씨|고객님|선생님|사장님)$", re.IGNORECASE)
_FIRM = re.compile(
    r"\(주\)|㈜|주식회사|유한회사|\b(co|inc|ltd|llc|corp|corporation|company|limited|gmbh|ag|plc)\b\.?", re.IGNORECASE
)
MOST_SPELLINGS = 24


def plain_name(name: str) -> str:
    """A name in small letters without blanks, signs, accents and titles of politeness."""
    text = _TITLE.sub("", unicodedata.normalize("NFKC", name).strip())
    return _GAP.sub("", text).casefold()


def firm_name(name: str) -> str:
    """A firm's name without its legal form."""
    return _GAP.sub("", _FIRM.sub(" ", unicodedata.normalize("NFKC", name))).casefold()


@lru_cache(maxsize=300_000)
def sound_key(name: str) -> str:
    """A person's name by sound, the family's first: equal for 김민수, Kim Minsu, Minsu Kim and Min-soo Kim.

    "" for none. Where no Korean family name is in it, the words stand in the order of the alphabet.
    """
    text = _TITLE.sub("", unicodedata.normalize("NFKC", name).strip())
    if is_korean(text):
        family, given = split_korean(_GAP.sub("", text))
        words = [sound(latin(syllable_)) for syllable_ in given]
        return f"{_family_key(family)} {''.join(words)}".strip()
    words = [word for word in _GAP.split(latin(text)) if word]
    family, given_words = split_latin(words)
    if family:
        return f"{_family_key(SPELT[family])} {''.join(map(sound, given_words))}".strip()
    return " ".join(sorted(filter(None, map(sound, words))))


def split_korean(name: str) -> tuple[str, str]:
    """Family and given name of a Korean name without blanks; the family's is two syllables long where that is one."""
    size = 2 if len(name) > 2 and name[:2] in FAMILY else 1
    return (name[:size], name[size:]) if len(name) > 1 else ("", name)


def split_latin(words: list[str]) -> tuple[str, list[str]]:
    """Family and given names of a Korean name in Latin letters; the family's is "" where none is known."""
    if len(words) < 2:
        return "", words
    if words[0] in SPELT and (words[-1] not in SPELT or len(words) > 2 or len(SPELT[words[0]]) > 1):
        return words[0], words[1:]
    if words[-1] in SPELT:
        return words[-1], words[:-1]
    return "", words


def _family_key(korean: str) -> str:
    usual = FAMILY.get(korean)
    return sound(usual[0]) if usual else sound("".join(map(syllable, korean)))


def spellings(name: str) -> list[str]:
    """How else the same name may have been written down: other order, other letters, with and without blanks.

    The name itself comes first; at most 24, in small letters.
    """
    text = " ".join(unicodedata.normalize("NFKC", name).split()).casefold()
    found = [text, text.replace(" ", "")]
    if is_korean(text):
        family, given = split_korean(_GAP.sub("", text))
        found += [family + given, f"{family} {given}"]
        for spelt in FAMILY.get(family, ("".join(map(syllable, family)),)):
            for first in _given_spellings(given):
                found += [f"{spelt} {first}", f"{first} {spelt}"]
    else:
        words = [w for w in _GAP.split(text) if w]
        family, rest = split_latin(words)
        joined = "".join(rest)
        found += [" ".join(words), " ".join([*words[1:], *words[:1]]), " ".join([*words[-1:], *words[:-1]])]
        if family:
            found += [f"{family} {joined}", f"{joined} {family}"]
            found += [SPELT[family] + korean for korean in _in_korean(joined)]
    return list(dict.fromkeys(w for w in found if w))[:MOST_SPELLINGS]


def firm_spellings(name: str) -> list[str]:
    """How else a firm may have been written down: with its legal form before, behind, or left out."""
    text = " ".join(unicodedata.normalize("NFKC", name).split()).casefold()
    bare = " ".join(_FIRM.sub(" ", text).replace(",", " ").replace(".", " ").split())
    if not bare:
        return [text]
    if is_korean(bare):
        legal = ("(주)", "주식회사")
        forms = [form for f in legal for form in (f + "{0}", f + " {0}", "{0}" + f, "{0} " + f)]
    else:
        forms = ["{0} " + f for f in ("inc", "inc.", "ltd", "ltd.", "co., ltd.", "co.", "llc", "corp.", "gmbh")]
    return list(dict.fromkeys([text, bare, bare.replace(" ", ""), *(form.format(bare) for form in forms)]))


def _given_spellings(given: str) -> list[str]:
    official = [syllable(c) for c in given]
    usual = [USUAL.get(c, (o,))[0] for c, o in zip(given, official, strict=True)]
    rows = ["".join(official), "".join(usual), "-".join(official), "-".join(usual), " ".join(official), " ".join(usual)]
    return list(dict.fromkeys(rows))


# fmt: off
USUAL: dict[str, tuple[str, ...]] = {
    "수": ("soo", "su"), "우": ("woo", "u"), "현": ("hyun", "hyeon"), "영": ("young", "yeong"), "준": ("jun", "joon"),
    "성": ("sung", "seong"), "정": ("jung", "jeong"), "희": ("hee", "hui"), "은": ("eun",), "선": ("sun", "seon"),
    "주": ("joo", "ju"), "진": ("jin",), "지": ("ji", "jee"), "민": ("min",), "서": ("seo",), "연": ("yeon", "youn"),
    "경": ("kyung", "gyeong"), "호": ("ho",), "훈": ("hoon", "hun"), "미": ("mi",), "아": ("a", "ah"), "재": ("jae",),
    "태": ("tae",), "상": ("sang",), "동": ("dong",), "승": ("seung",), "원": ("won",), "윤": ("yoon", "yun"),
    "하": ("ha",), "예": ("ye",), "유": ("yu", "yoo"), "나": ("na",), "도": ("do",), "빈": ("bin",), "혜": ("hye",),
    "인": ("in",), "규": ("kyu", "gyu"), "기": ("ki", "gi"), "철": ("chul", "cheol"), "숙": ("sook", "suk"),
    "순": ("soon", "sun"), "옥": ("ok",), "자": ("ja",), "화": ("hwa",), "란": ("ran",), "림": ("rim", "lim"),
    "라": ("ra",), "린": ("rin", "lin"), "솔": ("sol",), "별": ("byul", "byeol"), "건": ("gun", "geon", "kun"),
    "찬": ("chan",), "한": ("han",), "시": ("si",), "율": ("yul",), "안": ("an", "ahn"), "다": ("da",), "소": ("so",),
    "채": ("chae",), "이": ("i", "yi"), "가": ("ga",), "형": ("hyung", "hyeong"), "용": ("yong",), "광": ("kwang",),
    "병": ("byung", "byeong"), "석": ("seok", "suk"), "환": ("hwan",), "균": ("kyun", "gyun"), "근": ("keun", "geun"),
    "섭": ("sup", "seop"), "덕": ("duk", "deok"), "명": ("myung", "myeong"), "창": ("chang",), "종": ("jong",),
    "남": ("nam",), "세": ("se",), "보": ("bo",), "송": ("song",), "향": ("hyang",), "애": ("ae",), "해": ("hae",),
}
"""Syllables of given names with how they are usually spelt."""
# fmt: on
_BACK: dict[str, list[str]] = {}
for _korean, _usual in USUAL.items():
    for _latin in {*_usual, syllable(_korean)}:
        _BACK.setdefault(_latin, []).append(_korean)


def _in_korean(given: str) -> list[str]:
    """A given name of two syllables in Latin letters as Korean ones: every way that the usual spellings allow."""
    found = []
    for cut in range(1, len(given)):
        for first in _BACK.get(given[:cut], ()):
            found += [first + second for second in _BACK.get(given[cut:], ())]
    return found[:12]
