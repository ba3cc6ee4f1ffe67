"""Declarations that grow while the house runs: what a slice declared stays a fixed tuple, what the company added is
appended whenever the tuple is read. So no reader needs to know of custom fields."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")
More = Callable[[str], tuple[Any, ...]]
_more: dict[str, More] = {}


def extend(what: str, more: More) -> None:
    """Let `more(object name)` say what is appended to the tuples that were declared as `Extended(what)`."""
    _more[what] = more


class Extended(Generic[T]):
    """A tuple in a dataclass with a `name`; read, it is followed by what was added for that object."""

    def __init__(self, what: str, is_added: Callable[[T], bool]) -> None:
        self.what, self.is_added = what, is_added
        self.key = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.key = name

    @overload
    def __get__(self, instance: None, owner: type) -> tuple[T, ...]: ...

    @overload
    def __get__(self, instance: object, owner: type) -> tuple[T, ...]: ...

    def __get__(self, instance: Any, owner: type) -> tuple[T, ...]:
        if instance is None:
            raise AttributeError(self.key)  # so that the dataclass asks for a value
        own: tuple[T, ...] = instance.__dict__[self.key]
        more = _more[self.what](instance.name) if self.what in _more else ()
        return own + more if more else own

    def __set__(self, instance: Any, value: Sequence[T]) -> None:
        instance.__dict__[self.key] = tuple(v for v in value if not self.is_added(v))


def declared_only(instance: Any, key: str) -> tuple[Any, ...]:
    """What the slice itself declared, without anything added."""
    found: tuple[Any, ...] = instance.__dict__[key]
    return found
