"""Which lists there are, how often each value stands, and what names it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.objects.added.columns import in_sql, is_custom
from dangol.platform.objects.added.merged import now_called
from dangol.platform.objects.added.rules import LISTED, Choice
from dangol.platform.objects.custom_fields import current as custom
from dangol.platform.objects.pick_lists.current import kept_list
from dangol.platform.objects.pick_lists.models import ValueMerge
from dangol.platform.objects.pick_lists.places import Named, Place, places
from dangol.platform.objects.pick_lists.rules import Target, alike
from dangol.platform.objects.registry import object_types
from dangol.platform.objects.types import Field, ObjectType
from dangol.platform.objects.writing import NotFound, writer_of

CUSTOM, FIXED, WORDS = "custom", "fixed", "words"
MOST = 300


@dataclass(frozen=True)
class Listed:
    """A field whose values are kept as a list.

    `sort` is "custom" (a select that the company added), "fixed" (one on which the house's code depends: its values can
    be named, coloured and ordered, but neither taken away nor merged) or "words" (a free text).
    """

    declared: ObjectType
    field: Field
    sort: str
    values: tuple[Choice, ...]
    default: Any = ""

    @property
    def has_default(self) -> bool:
        """Whether one of its values can be proposed for new records."""
        return self.field.kind != "choices" and self.field.is_editable

    @property
    def may_merge(self) -> bool:
        """Whether its values can be made others."""
        return self.sort != FIXED

    @property
    def standing(self) -> list[Choice]:
        """The values that were not made others."""
        return [c for c in self.values if not c.into]

    @property
    def merged(self) -> list[Choice]:
        """Those that were."""
        return [c for c in self.values if c.into]


def lists(actor: Actor) -> list[tuple[ObjectType, list[Listed]]]:
    """Every list, by object. Fields that are hidden from `actor` are left out."""
    found = []
    for declared in object_types():
        some = [
            made
            for f in declared.fields
            if actor.field_right(declared.name, f.name) != "hidden" and (made := _listed(declared, f)) is not None
        ]
        if some:
            found.append((declared, some))
    return found


def list_of(actor: Actor, slug: str, name: str) -> Listed:
    """One list. Raises NotFound."""
    for declared, some in lists(actor):
        for one in some:
            if slug in (declared.slug, declared.name) and one.field.name == name:
                return one
    raise NotFound(_("There is no such list."))


def _listed(declared: ObjectType, f: Field) -> Listed | None:
    kept = kept_list(declared.name, f.name)
    if f.is_added and f.kind in LISTED:
        definition = custom.definition_of(declared.name, f.name)
        if definition is None:
            return None
        return Listed(declared, f, CUSTOM, definition.choices, definition.default or "")
    if f.kind == "choice" and f.choice_pairs() and not f.is_added:
        return Listed(declared, f, FIXED, _with_own(f, kept.values if kept else ()), kept.default if kept else "")
    writer = writer_of(declared.name)
    if f.is_list and writer is not None and f.name in writer.writable:
        return Listed(declared, f, WORDS, kept.values if kept else (), kept.default if kept else "")
    return None


def _with_own(f: Field, values: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """What the company says of the slice's own choices, in its order; the others behind, without words of its own."""
    own = [str(value) for value, _label in f.choice_pairs()]
    known = {c.value for c in values}
    return tuple(c for c in values if c.value in own) + tuple(Choice(v, "") for v in own if v not in known)


def counted(listed: Listed, most: int = MOST) -> dict[str, int]:
    """{value: in how many records, those in the trash too}, the most frequent first. One query over the table."""
    model: Any = listed.declared.model
    column = model._meta.get_field(listed.field.orm_path)
    quote = connection.ops.quote_name
    value = in_sql(column, "t.") if is_custom(column) else f"t.{quote(column.column)}"
    source = f"{quote(model._meta.db_table)} t"
    if listed.field.kind == "choices":
        source += f" CROSS JOIN LATERAL jsonb_array_elements_text(coalesce({value}, '[]'::jsonb)) AS v(one)"
        value = "v.one"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {value} AS word, count(*) FROM {source} WHERE {value} IS NOT NULL AND {value}::text <> ''"
            " GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %s",
            [most],
        )
        return {str(word): int(number) for word, number in cursor.fetchall()}


def rows_with(listed: Listed, value: str) -> Any:
    """The records with a value, those in the trash too."""
    rows: Any = listed.declared.model.objects.for_system("one value is made another in every record")
    path = listed.field.orm_path
    return rows.filter(**({f"{path}__contains": [value]} if listed.field.kind == "choices" else {path: value}))


def doubles(counts: Mapping[str, int], listed: Listed) -> list[tuple[str, str]]:
    """Values that may be the same, (rarer, more frequent)."""
    return alike(counts) if listed.sort == WORDS else []


def named(target: Target) -> list[tuple[Place, list[Named]]]:
    """What else names a value, by place; places that do not are left out."""
    return [(place, found) for place in places() if (found := place.find(target))]


def merges(listed: Listed) -> list[ValueMerge]:
    """What was merged in a list, the last first."""
    rows = ValueMerge.objects.filter(object_name=listed.declared.name, field_name=listed.field.name)
    return list(rows.select_related("user").order_by("-created_at")[:20])


def label_of(listed: Listed, value: str) -> str:
    """How a value is called for the reader."""
    pairs = listed.field.listed_pairs() if listed.sort == WORDS else listed.field.choice_pairs()
    return next((str(label) for known, label in pairs if str(known) == value), value)


def now_words(field: Field, value: Any) -> list[tuple[str, str]]:
    """(what it was called, what it is called now) of values that were made others since."""
    words = dict([*field.choice_pairs(), *field.listed_pairs()])
    found = []
    for one in value if isinstance(value, list) else [value]:
        now = now_called(field.now_called, one)
        if now != one:
            found.append((str(words.get(one) or one), str(words.get(now) or now)))
    return found
