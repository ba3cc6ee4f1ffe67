"""The kinds of relations that come with the house, and what each end is called in either direction.

A relation stands once: the other one is `there` to the first, the first is `back` to the other.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """A kind of relation. `there_*` is what the other one is to the first, `back_*` the first to the other; without
    `back_*` both are the same."""

    code: str
    there_en: str
    there_ko: str
    back_en: str = ""
    back_ko: str = ""
    is_off: bool = False
    is_ours: bool = True

    @property
    def is_mutual(self) -> bool:
        """Whether both are the same to each other."""
        return not (self.back_en or self.back_ko)

    def called(self, language: str, *, is_back: bool = False) -> str:
        """What the other one is called: read from the first, or (`is_back`) from the other end."""
        if is_back and not self.is_mutual:
            first, second = self.back_en, self.back_ko
        else:
            first, second = self.there_en, self.there_ko
        if language.startswith("ko"):
            first, second = second, first
        return first or second or self.code


OURS = (
    Kind("spouse", "Spouse", "배우자"),
    Kind("child", "Child", "자녀", "Parent", "부모"),
    Kind("sibling", "Brother or sister", "형제자매"),
    Kind("relative", "Relative", "친척"),
    Kind("friend", "Friend", "친구"),
    Kind("colleague", "Colleague", "동료"),
    Kind("referred", "Referred by", "소개한 사람", "Referred", "소개받은 사람"),
    Kind("advisor", "Advisor", "담당 자문", "Advises", "자문을 받는 곳"),
    Kind("assistant", "Assistant", "비서", "Assists", "보좌하는 사람"),
    Kind("partner", "Partner", "협력사"),
    Kind("supplier", "Supplier", "공급사", "Customer of theirs", "납품받는 곳"),
)


def merged(kept: list[Kind]) -> list[Kind]:
    """All kinds, in order: ours as the company calls them, behind them the company's own."""
    by_code = {kind.code: kind for kind in kept}
    ours = [by_code.pop(kind.code, kind) for kind in OURS]
    return [*ours, *sorted(by_code.values(), key=lambda kind: kind.code)]
