"""Korean in Latin letters: by the Revised Romanization (Ministry of Culture, notice 2014-42), and as people write it.

People write their own names as they like (Lee, Yi and Rhee are one family name), so besides the official spelling there
is a list of usual ones, and a spelling by sound in which they fall together.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

FIRST = ("g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h")
VOWEL = (
    "a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we", "wi", "yu", "eu",
    "ui", "i",
)  # fmt: skip
LAST = (
    "", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p", "p", "t", "t", "ng", "t",
    "t", "k", "t", "p", "t",
)  # fmt: skip
_HANGUL = re.compile("[가-힣]")
_NO_LETTER = re.compile(r"[^a-z]+")

FAMILY: dict[str, tuple[str, ...]] = {
    "김": ("kim", "gim"), "이": ("lee", "yi", "rhee", "i", "rhie", "ri"), "박": ("park", "pak", "bak", "bahk"),
    "최": ("choi", "choe", "chey"), "정": ("jung", "jeong", "chung", "jong", "cheong"), "강": ("kang", "gang"),
    "조": ("cho", "jo"), "윤": ("yoon", "yun", "youn"), "장": ("jang", "chang"), "임": ("lim", "im", "rim", "yim"),
    "한": ("han",), "오": ("oh", "o"), "서": ("seo", "suh", "so"), "신": ("shin", "sin"), "권": ("kwon", "gwon"),
    "황": ("hwang",), "안": ("ahn", "an"), "송": ("song",), "전": ("jeon", "jun", "chun"), "홍": ("hong",),
    "유": ("yoo", "yu", "you"), "류": ("ryu", "ryoo", "yoo"), "고": ("ko", "go", "koh"), "문": ("moon", "mun"),
    "양": ("yang",), "손": ("son", "sohn"), "배": ("bae", "pae"), "백": ("baek", "paik", "baik", "back"),
    "허": ("heo", "hur", "huh", "her"), "남": ("nam",), "심": ("shim", "sim"), "노": ("noh", "no", "roh"),
    "하": ("ha",), "곽": ("kwak", "gwak"), "성": ("sung", "seong"), "차": ("cha",), "주": ("joo", "ju", "chu"),
    "우": ("woo", "u", "wu"), "구": ("koo", "gu", "ku"), "나": ("na", "ra"), "민": ("min",), "진": ("jin", "chin"),
    "지": ("ji", "chi"), "엄": ("eom", "um", "uhm"), "채": ("chae",), "원": ("won",), "천": ("cheon", "chun"),
    "방": ("bang", "pang"), "공": ("kong", "gong"), "현": ("hyun", "hyeon"), "함": ("ham",), "변": ("byun", "byeon"),
    "염": ("yeom", "yum"), "여": ("yeo",), "추": ("choo", "chu"), "도": ("do", "to"), "소": ("so",), "석": ("seok",),
    "선": ("sun", "seon"), "설": ("seol", "sul"), "마": ("ma",), "길": ("gil", "kil"), "연": ("yeon",), "위": ("wi",),
    "표": ("pyo",), "명": ("myung", "myeong"), "기": ("ki", "gi"), "반": ("ban",), "왕": ("wang",), "금": ("keum",),
    "옥": ("ok",), "육": ("yook", "yuk"), "인": ("in",), "맹": ("maeng",), "제": ("je",), "모": ("mo",), "탁": ("tak",),
    "남궁": ("namgung", "namkoong"), "황보": ("hwangbo",), "제갈": ("jegal",), "선우": ("sunwoo", "seonu"),
    "독고": ("dokgo",), "사공": ("sagong",), "서문": ("seomun",),
}  # fmt: skip
"""Family names that nine in ten Koreans bear, with how their bearers spell them."""
SPELT: dict[str, str] = {latin: korean for korean, usual in reversed(FAMILY.items()) for latin in reversed(usual)}


def is_korean(text: str) -> bool:
    """Whether a text has Korean syllables."""
    return bool(_HANGUL.search(text))


@lru_cache(maxsize=12_000)
def syllable(char: str) -> str:
    """One Korean syllable in Latin letters; any other character as it is."""
    place = ord(char) - 0xAC00
    if not 0 <= place < 11_172:
        return char
    return FIRST[place // 588] + VOWEL[place % 588 // 28] + LAST[place % 28]


def latin(text: str) -> str:
    """A text in small Latin letters: Korean syllables spelt out, accents left away, everything else as it is."""
    spelt = "".join(map(syllable, text)) if is_korean(text) else text
    plain = unicodedata.normalize("NFKD", spelt)
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


_SOUNDS = tuple((re.compile(pattern), by) for pattern, by in (
    ("ph", "p"), ("sch|sh", "s"), ("tch|ch|jj|j|zz|z", "j"), ("kk|ck|gg|g|q|c|k", "k"), ("tt|dd|d|th", "t"),
    ("pp|bb|b", "p"), ("rr|ll|r", "l"), ("ss", "s"), ("y(?=eo|oo|ou|u)", ""),
    ("eo(?=(nk?|[kmplt])(?![aeiouwy]))", "u"), ("eo|uh|oh", "o"), ("woo|wu|oo|ou|eu", "u"), ("ae|ai|ei|ay|ey|oe", "e"),
    ("ee|ea|ie|ui|y$", "i"), ("(.)\\1+", "\\1"), ("h(?![aeiou])", ""),
))  # fmt: skip
"""What falls together. A vowel between two consonants is spelt by ear (Sung and Seong); at the end of a syllable Seo
and Su stay two."""


@lru_cache(maxsize=200_000)
def sound(word: str) -> str:
    """A word of Latin letters by its sound, so that usual spellings of one Korean name fall together."""
    found = _NO_LETTER.sub("", word)
    for pattern, by in _SOUNDS:
        found = pattern.sub(by, found)
    return found
