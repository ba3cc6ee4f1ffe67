"""Numbers as people and programs write them, read exactly."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Context, Decimal, InvalidOperation
from typing import Literal

Mark = Literal[".", ","]
EXACT = Context(prec=250)  # enough for sums and products of anything that is read here
MOST_DIGITS_BEFORE_MARK = 18
_PLAIN = re.compile(r"-?\d{1,15}(\.\d{1,10})?")
_CODES = re.compile(r"(?i)\b(?:US|A|C|NZ|HK|S)(?=\$)|\b[A-Z]{3}\b|원|달러|엔|kr\.?|zł|Kč|Fr\.")
_SIGNS = re.compile(r"[$£€¥₩₹₽₺₫฿￦￥￡＄]")
_SPACES = re.compile(r"[\s\u00a0\u202f\u2009'’_]")
_GROUPS = {
    ".": re.compile(r"\d{1,3}(,\d{2,3})*,\d{3}(\.\d*)?"),
    ",": re.compile(r"\d{1,3}(\.\d{2,3})*\.\d{3}(,\d*)?"),
}


class NotANumber(ValueError):
    """A cell that should hold a number holds something else."""


def read_number(text: str, mark: Mark = ".") -> Decimal:
    """Read a number exactly; `mark` is the decimal mark.

    Understood beside plain digits: thousands separators, currency signs and codes before or after, a minus on either
    side or parentheses for less than nothing, and Excel's `="123"`.

    Raises:
        NotANumber: it is something else, a formula or a per cent among others, or has more than 18 digits before
            its mark, which no amount has.
    """
    if mark == "." and _PLAIN.fullmatch(text):
        return Decimal(text)
    bare, is_negative = _bare(text)
    number = _digits(bare, mark)
    if number is None or number.adjusted() >= MOST_DIGITS_BEFORE_MARK:
        raise NotANumber(text)
    return number.copy_negate() if is_negative else number


def _bare(text: str) -> tuple[str, bool]:
    """The digits and marks of a number without its trimmings, and whether it is below zero."""
    text = unwrap(text).replace("\u2212", "-").replace("–", "-")
    if len(text) > 60:
        raise NotANumber(text)
    text = _SPACES.sub("", _SIGNS.sub("", _CODES.sub("", text)))
    is_negative = False
    if text.startswith("(") and text.endswith(")"):
        text, is_negative = text[1:-1], True
    if text.startswith(("-", "+")):
        text, is_negative = text[1:], is_negative ^ (text[0] == "-")
    elif text.endswith("-"):
        text, is_negative = text[:-1], not is_negative
    return text, is_negative


def _digits(text: str, mark: Mark) -> Decimal | None:
    other = "," if mark == "." else "."
    if other in text:
        if not _GROUPS[mark].fullmatch(text):
            return None
        text = text.replace(other, "")
    text = text.replace(",", ".")
    if not text or not text.isascii() or not re.fullmatch(r"\d*\.?\d*([eE][-+]?\d{1,2})?", text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def unwrap(text: str) -> str:
    """Take off blanks, and what programs write so that Excel leaves a cell alone: `="123"` and a leading `'`."""
    text = text.strip()
    if text.startswith('="') and text.endswith('"'):
        return text[2:-1].strip()
    if len(text) > 1 and text[0] == "'" and text[1] in "=+-@":
        return text[1:]
    return text


def find_decimal_mark(texts: Iterable[str]) -> tuple[Mark, bool]:
    """Decide by all numbers of a file whether `.` or `,` is its decimal mark; also whether that is certain.

    `2,5` can only be a decimal comma and `2.55` only a point; `1,234` says nothing. Without proof it is the point.
    """
    points = commas = doubts = 0
    for text in texts:
        point, comma = text.rfind("."), text.rfind(",")
        if point < 0 and comma < 0:
            continue
        if point >= 0 and comma >= 0:
            points += point > comma
            commas += comma > point
        elif len(_after(text, max(point, comma))) != 3 or text.count("." if point >= 0 else ",") == 0:
            points += point >= 0
            commas += comma >= 0
        elif text.count(",") > 1:
            points += 1
        elif text.count(".") > 1:
            commas += 1
        else:
            doubts += 1
    if commas > points:
        return ",", True
    return ".", points > 0 or not doubts


def _after(text: str, place: int) -> str:
    """The digits right behind a mark."""
    found = re.match(r"\d*", text[place + 1 :])
    return found.group() if found else ""


def fits(number: Decimal, digits: int, places: int) -> bool:
    """Whether a number can be kept without loss in `numeric(digits, places)`."""
    number = number.normalize(EXACT)
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and -exponent <= places and number.adjusted() < digits - places


def plain_text(number: Decimal) -> str:
    """Write a number in plain digits: no exponent, no zeros at the end."""
    if not number:
        return "0"
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
