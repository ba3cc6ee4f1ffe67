"""The catalogue of merge fields, and their values for many receivers at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from dangol.collaborative.channels.writing.queries import customers, ranks
from dangol.collaborative.channels.writing.rules.fields import WAYS_OUT, MergeField
from dangol.platform.access.actor import Actor

Loader = Callable[[Sequence[int], str], Mapping[int, str]]
Values = dict[str, str]


class GroupLoader(Protocol):
    """Loads several fields at once, in one query."""

    def __call__(
        self, person_ids: Sequence[int], names: Collection[str], language: str, actor: Actor | None
    ) -> Mapping[int, Mapping[str, str]]:
        """The values of the named fields by person, as text in `language`; what is empty may be left out.

        Only what `actor` may see; without one, all of it, for the system.
        """


@dataclass(frozen=True)
class _Group:
    fields: tuple[MergeField, ...]
    load: GroupLoader


_groups: list[_Group] = [
    _Group(customers.FIELDS, customers.load),
    _Group(ranks.TIER_FIELDS, ranks.load_tiers),
    _Group(ranks.ORDER_FIELDS, ranks.load_last_orders),
]


def register_merge_fields(fields: Sequence[MergeField], loader: GroupLoader) -> None:
    """Add fields that are loaded together. Raises ValueError for a name that is taken."""
    for field in fields:
        if field.name in WAYS_OUT or field.name in merge_fields():
            raise ValueError(f"There is a merge field {field.name!r} already.")
    _groups.append(_Group(tuple(fields), loader))


def register_merge_field(field: MergeField, loader: Loader) -> None:
    """Add a field; `loader(person_ids, language)` returns its text by person, in at most one query.

    It is asked only for people whom the reader may see. Raises ValueError for a name that is taken.
    """

    def load(
        person_ids: Sequence[int], names: Collection[str], language: str, actor: Actor | None
    ) -> Mapping[int, Mapping[str, str]]:
        return {person: {field.name: value} for person, value in loader(person_ids, language).items()}

    register_merge_fields([field], load)


def merge_fields() -> dict[str, MergeField]:
    """Every field by name, in the order of showing."""
    return {field.name: field for group in _groups for field in group.fields}


def merge_values(
    person_ids: Sequence[int], fields: Iterable[str], language: str, *, actor: Actor | None = None
) -> dict[int, Values]:
    """The values of fields for receivers, as text in `language` ("ko", "en").

    One query a group of fields: three for all of our own. For the system that sends; with an `actor`, only what that
    person may see.
    """
    wanted, ids = set(fields), list(person_ids)
    found: dict[int, Values] = {person: {} for person in ids}
    for group in _groups:
        names = {field.name for field in group.fields} & wanted
        if not names or not ids:
            continue
        for person, values in group.load(ids, names, language, actor).items():
            if person in found:
                found[person].update(values)
    return found
