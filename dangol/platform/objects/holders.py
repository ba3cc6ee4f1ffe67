"""Who holds something about a person beside rows with a foreign key: told when she wants to see or to erase all of it.

Rows that lead to a person by a foreign key need nothing here: they are found by going through the models, and erased
or cut as the key's `on_delete` says (`register_fate` says otherwise). What has no foreign key (events, search entries,
the lake, files, texts) registers a holder from its own slice, in `object.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

Fate = Literal["erase", "cut"]


@dataclass(frozen=True)
class Subject:
    """The person that is meant, and by what else she can be known.

    `marks` are texts that are hers alone (e-mail addresses, phone numbers, customer numbers): what is found by them in
    free text is hers. `names` are her names, which others may bear too. `rows` are the ids of her rows by the name of
    their table ({"customers_person": {7}, "channels_message": {1, 2}}), as long as they are there.
    """

    person_id: int
    marks: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    rows: dict[str, set[int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """Something to hand over: `name` of the file in the archive, and either rows (written as JSON) or bytes."""

    name: str
    rows: list[dict[str, Any]] | None = None
    content: bytes | None = None


def _nothing(subject: Subject) -> Iterable[Part]:
    return ()


def _none(subject: Subject) -> int:
    return 0


@dataclass(frozen=True)
class Holder:
    """One place that holds something about people.

    Args:
        name: its name for good; `label` in words, for the preview of an erasure.
        erase: takes out everything of the subject and returns how many things went. It runs in the transaction of the
            erasure, before rows with foreign keys go; what is no row (files) it does by `transaction.on_commit`.
        export: what it holds, for the subject to read.
        count: how many things `erase` would take out.
        after: works after the transaction, by a job that is tried until it succeeds (lake, large files); it must be
            harmless to run twice and for a person that is long gone. `subject.rows` is empty by then.
        order: rising.
    """

    name: str
    label: Any
    erase: Callable[[Subject], int]
    export: Callable[[Subject], Iterable[Part]] = _nothing
    count: Callable[[Subject], int] = _none
    after: Callable[[Subject], int] | None = None
    order: int = 500


_HOLDERS: dict[str, Holder] = {}
_FATES: dict[str, Fate] = {}
_BLANKS: dict[str, tuple[str, ...]] = {}


def register_holder(holder: Holder) -> None:
    """Add a place. Raises ValueError when its name is taken."""
    if holder.name in _HOLDERS:
        raise ValueError(f"A holder called {holder.name} is registered already.")
    _HOLDERS[holder.name] = holder


def holders() -> list[Holder]:
    """Every place, in the order in which they are asked."""
    return sorted(_HOLDERS.values(), key=lambda holder: (holder.order, holder.name))


def register_fate(table: str, fate: Fate, *, blank: tuple[str, ...] = ()) -> None:
    """Say what becomes of a table's rows when what they lead to is erased: "erase" them, or "cut" the link and keep
    them without the person, their text columns `blank` emptied. Raises ValueError when somebody said otherwise."""
    if _FATES.setdefault(table, fate) != fate or _BLANKS.setdefault(table, blank) != blank:
        raise ValueError(f"What becomes of {table} was said already, and differently.")


def fate_of(table: str, on_delete: str) -> Fate:
    """What becomes of the rows of `table`: as registered, else as the foreign key says (only SET_NULL cuts)."""
    return _FATES.get(table) or ("cut" if on_delete == "SET_NULL" else "erase")


def blanks_of(table: str) -> tuple[str, ...]:
    """The text columns of kept rows that are emptied when their link is cut."""
    return _BLANKS.get(table, ())
