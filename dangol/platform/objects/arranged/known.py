"""Which arrangement holds for whom, as `layouts` says it."""

from __future__ import annotations

from collections.abc import Callable, Collection

from dangol.platform.access.actor import Actor
from dangol.platform.objects.arranged.rules import Arrangement

Tell = Callable[[Actor, str, str], Arrangement | None]
Asked = Callable[[str], Collection[str]]
_tell: list[Tell] = []
_asked: list[Asked] = []


def keep_arrangements(tell: Tell, asked: Asked) -> None:
    """Let `tell(actor, object, part)` say what holds, and `asked(object)` which fields a rule may require."""
    _tell[:], _asked[:] = [tell], [asked]


def arrangement_of(actor: Actor, object_name: str, part: str) -> Arrangement | None:
    """What holds for `actor`; None for the house's own."""
    return _tell[0](actor, object_name, part) if _tell else None


def asked_by_rules(object_name: str) -> set[str]:
    """The fields of an object that a rule of the company's own may require."""
    return set(_asked[0](object_name)) if _asked else set()
