"""What sort of order, and what sort of line: goods, or money that is no product."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

FEE_CODES = frozenset(
    (
        "POST",
        "POSTAGE",
        "SHIPPING",
        "SHIP",
        "DELIVERY",
        "FREIGHT",
        "DOT",
        "C2",
        "CARRIAGE",
        "M",
        "MANUAL",
        "D",
        "DISCOUNT",
        "S",
        "SAMPLES",
        "B",
        "BANK CHARGES",
        "AMAZONFEE",
        "AMAZON FEE",
        "CRUK",
        "COMMISSION",
        "ADJUST",
        "ADJUSTMENT",
        "FEE",
        "TIP",
        "TAX",
        "COD",
        "HANDLING",
        "배송비",
        "택배비",
        "할인",
        "수수료",
        "적립금",
        "쿠폰",
    )
)
_FEE_WORDS = re.compile(
    r"(?i)\b(postage|shipping|carriage|freight|delivery (charge|fee|cost)|bank charges?|commission|discount|"
    r"adjust(ment)?|bad debt|handling (charge|fee|cost)|surcharge|fees?)\b|배송비|배송료|택배비|수수료|할인|적립금|대손"
)
_ADJUSTMENT = re.compile(r"(?i)\badjust|\bbad debt\b|\bwrite[- ]?off\b|조정|대손")
_PREFIXED = re.compile(r"([A-Za-z])\d{3,}")
CANCELLED_WORDS = re.compile(
    r"(?i)\s*(cancel+ed|canceled|cancelled|refunded|voided|failed|trash|returned|"
    r".*(취소|환불|반품)\s*(완료|처리)?)\s*"
)
CANCELLATION_SHARE = 0.9


def is_fee(code: str, description: str) -> bool:
    """Whether a line is postage, a charge or a correction and no product.

    Known codes are; so is a code without any digit whose description speaks of a fee. A code without digits alone is
    not enough: shops name a few goods by words (`PADS`).
    """
    folded = code.strip().upper()
    if folded in FEE_CODES:
        return True
    return not any(letter.isdigit() for letter in folded) and bool(_FEE_WORDS.search(description))


def is_adjustment(description: str) -> bool:
    """Whether a line corrects the books."""
    return bool(_ADJUSTMENT.search(description))


def is_cancelled(status: str) -> bool:
    """Whether the order's state in the shop says that nothing was bought in the end."""
    return bool(status) and bool(CANCELLED_WORDS.fullmatch(status))


@dataclass
class Prefixes:
    """Which letters before invoice numbers mean a cancellation; learned from the whole file.

    In some tills an invoice `C536379` takes back what was sold. That is believed where most numbers have no letter and
    nine in ten lines under the letter are negative; a shop that writes a letter before every number does not mean it.
    """

    plain: int = 0
    lines: Counter[str] = field(default_factory=Counter)
    negative: Counter[str] = field(default_factory=Counter)

    def note(self, number: str, quantity_is_negative: bool) -> None:
        """Take a line into account."""
        if number.isdigit():
            self.plain += 1
        elif found := _PREFIXED.fullmatch(number):
            letter = found.group(1).upper()
            self.lines[letter] += 1
            self.negative[letter] += quantity_is_negative

    def cancelling(self) -> frozenset[str]:
        """The letters that mean a cancellation."""
        if self.plain <= self.lines.total():
            return frozenset()
        return frozenset(k for k, n in self.lines.items() if self.negative[k] >= n * CANCELLATION_SHARE)

    def special(self) -> frozenset[str]:
        """All letters before numbers in a file whose numbers usually have none."""
        return frozenset(self.lines) if self.plain > self.lines.total() else frozenset()


def kind_of_order(number: str, descriptions: Iterable[str], prefixes: Prefixes) -> str:
    """Return `cancellation`, `adjustment` or `order`."""
    found = _PREFIXED.fullmatch(number)
    letter = found.group(1).upper() if found else ""
    if letter and letter in prefixes.cancelling():
        return "cancellation"
    if letter and letter in prefixes.special() and all(is_adjustment(d) for d in descriptions):
        return "adjustment"
    return "order"
