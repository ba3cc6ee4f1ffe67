"""Declarations that grow while the house runs: what a slice declared stays a fixed tuple, what the company added is
appended whenever the tuple is read. So no reader needs to know of custom fields."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

More = Callable[[str], tuple[Any, ...]]
Over = Callable[[str, tuple[Any, ...], tuple[Any, ...]], tuple[Any, ...]]
_more: dict[str, More] = {}
_over: dict[str, Over] = {}


def extend(what: str, more: More) -> None:
    """Let `more(object name)` say what follows the tuples that `let_grow` called `what`."""
    _more[what] = more


def lay_over(what: str, over: Over) -> None:
    """Let `over(object name, declared, added)` say how the tuples called `what` are read: the same, some of them
    replaced."""
    _over[what] = over


def added(what: str, name: str = "") -> tuple[Any, ...]:
    """What `extend` says was added to `what`; nothing where nobody extends it."""
    return _more[what](name) if what in _more else ()


def let_grow(cls: type, what: str, is_added: Callable[[Any], bool]) -> None:
    """From now on the tuple `what` of a dataclass with a `name` is followed by what was added for that object.

    `is_added` tells an added one, so that a copy of a declaration does not take it for a declared one.
    """
    setattr(cls, what, _Grown(what, is_added))


def declared_only(instance: Any, what: str) -> tuple[Any, ...]:
    """What the slice itself declared, without anything added."""
    found: tuple[Any, ...] = instance.__dict__[what]
    return found


class _Grown:
    def __init__(self, what: str, is_added: Callable[[Any], bool]) -> None:
        self.what, self.is_added = what, is_added

    def __get__(self, instance: Any, owner: type) -> Any:
        if instance is None:
            return self
        own: tuple[Any, ...] = instance.__dict__[self.what]
        more = _more[self.what](instance.name) if self.what in _more else ()
        if self.what in _over:
            return _over[self.what](instance.name, own, more)
        return own + more if more else own

    def __set__(self, instance: Any, value: Sequence[Any]) -> None:
        instance.__dict__[self.what] = tuple(v for v in value if not self.is_added(v))
