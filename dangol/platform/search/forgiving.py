"""What may have been meant by a search that found nothing: the other keyboard, near words, numbers with one slip."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, product

from dangol.platform.search.hangul import as_hangul, as_typed
from dangol.platform.search.models import SearchWord
from dangol.platform.search.rules import ANY, Asked, Part, Word, asked
from dangol.platform.search.similar import LONGEST, distance, keys, slips

NEAREST = 6
"""Near words that are tried for one word."""
_LETTERS = re.compile(r"[^\W\d_]+")
_HANGUL = re.compile("[가-힣ㄱ-ㅎㅏ-ㅣ\u1100-\u11ff]")
_DIGIT = re.compile(r"\d")
_FEWEST_DIGITS = 5


def proposals(text: str) -> Iterator[Asked]:
    """Searches that may have been meant, the likeliest first; each is to be tried until one finds something."""
    for other in _other_layout(text):
        yield asked(other)
    open_end = _without_last_final(text)
    if open_end:
        yield asked(open_end)
    plain = asked(text)
    if len(plain.words) == 1 and (ways := _slipped_numbers(plain.words[0][0].text)):
        yield from (Asked((way,), ()) for way in ways)
        return
    words = [_near(word) for word in plain.words]
    if any(near != word for near, word in zip(words, plain.words, strict=True)):
        wholes = (" ".join(parts) for parts in product(*([p.text for p in word[:3]] for word in words)))
        yield Asked(tuple(words), tuple(islice(wholes, NEAREST)))


def _other_layout(text: str) -> Iterator[str]:
    if _HANGUL.search(text):
        typed = as_typed(text)
        if typed.isascii():
            yield typed
    elif re.search("[a-zA-Z]{2}", text):
        made = as_hangul(text)
        # Loose letters in the result tell that no Korean word was meant.
        if not re.search("[a-zA-Z]", made):
            yield made


def _without_last_final(text: str) -> str:
    """While 김지우 is being typed, it stands there as 김징 for a moment: the search without that last consonant."""
    if not text or not "가" <= text[-1] <= "힣" or len(text) < 2:
        return ""
    final = (ord(text[-1]) - 0xAC00) % 28
    return text[:-1] + chr(ord(text[-1]) - final) if final else ""


def _slipped_numbers(text: str) -> list[Word]:
    """The ways in which a number may stand there with one digit wrong, two exchanged, one missing or one too many."""
    places = [m.start() for m in _DIGIT.finditer(text)]
    if len(places) < _FEWEST_DIGITS or len(places) < len(text) - 3 or len(text) > 20:
        return []
    wrong = [text[:i] + ANY + text[i + 1 :] for i in places]
    swapped = [
        text[:i] + text[i + 1] + text[i] + text[i + 2 :] for i in places if i + 1 in places and text[i] != text[i + 1]
    ]
    missing = [text[:i] + ANY + text[i:] for i in places[1:]]
    more = [text[:i] + text[i + 1 :] for i in places]
    return [tuple(Part(t) for t in (*swapped, *wrong)), tuple(Part(t) for t in (*missing, *more))]


def _near(word: Word) -> Word:
    """The ways in which a word may have been meant: its own, and those made of the near words of its pieces."""
    text = word[0].text
    found = list(_LETTERS.finditer(text))[:4]
    choices = [_near_words(m.group()) for m in found]
    made = []
    for chosen in islice(product(*choices), NEAREST * 2):
        out, at = [], 0
        for m, new in zip(found, chosen, strict=True):
            out += [text[at : m.start()], new]
            at = m.end()
        made.append("".join(out) + text[at:])
    return tuple(dict.fromkeys((*(Part(t) for t in made), *word))) if found else word


def _near_words(word: str) -> list[str]:
    """Known words within few slips, nearest first; a word that begins a known one stands for itself before them."""
    near = []
    if slips(word) and len(word) <= LONGEST:
        some = SearchWord.objects.filter(keys__overlap=keys(word)).values_list("word", flat=True).distinct()[:500]
        near = [(distance(word, w), w[0] != word[0], abs(len(w) - len(word)), w) for w in some]
    best = [w for far, *_rest, w in sorted(near) if far <= slips(word)][:NEAREST]
    is_known = SearchWord.objects.filter(word__startswith=word).exists()
    return list(dict.fromkeys([word, *best] if is_known else best or [word]))
