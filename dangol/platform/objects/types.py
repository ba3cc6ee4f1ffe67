"""What an object is made of: the shapes of the one declaration from which everything else comes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, tzinfo
from typing import TYPE_CHECKING, Any, Literal

from django.db import models
from django.db.models import Q

from dangol.platform.access.actor import Actor
from dangol.platform.access.guard import GuardedModel
from dangol.platform.objects.extended import let_grow

if TYPE_CHECKING:
    import ibis.expr.types as ir

FieldKind = Literal[
    "text", "long_text", "email", "phone", "url", "number", "money", "percent", "date", "datetime",
    "choice", "choices", "bool", "country", "language", "currency", "relation", "relations", "user", "tier", "rhythm",
    "file", "custom",
]  # fmt: skip
FieldFilter = Callable[[Actor, str, Any], Q]
Tables = Callable[[str], "ir.Table"]


@dataclass(frozen=True)
class Clock:
    """Which day it is, and where its days begin."""

    today: date
    zone: tzinfo


@dataclass(frozen=True)
class Asked:
    """What is asked of a custom field: by whom, how, with which value (as its `read` gave it), on which day."""

    actor: Actor
    op: str
    value: Any
    clock: Clock


@dataclass(frozen=True)
class Custom:
    """A condition of a slice's own making, that both compilers, words and reasons can take.

    `operators` {name: word}; `read(op, value)` checks a value from JSON and raises ValueError with a sentence. `ids`
    returns a query of record ids (one column, none empty) and whether the records asked for are those in it or all
    others; `lake_ids(asked, tables)` the same from the warehouse, as a table whose first column they are.
    `to_words(asked)` says operator and value for people; `explain(asked, record_id)` what is true of one record.
    `template` draws its inputs in a builder from `form`, with names that begin with `prefix`; `from_form(op, sent)`
    makes the value of the JSON of them (names without the prefix, each a list), and `to_form(actor, op, value)` makes
    `form` of such a value.
    """

    operators: Mapping[str, Any]
    read: Callable[[str, Any], Any]
    ids: Callable[[Asked], tuple[Any, bool]]
    lake_ids: Callable[[Asked, Tables], tuple[ir.Table, bool]]
    to_words: Callable[[Asked], tuple[str, str]]
    explain: Callable[[Asked, int], str]
    template: str = ""
    from_form: Callable[[str, Mapping[str, list[str]]], Any] = lambda op, sent: None
    to_form: Callable[[Actor, str, Any], Mapping[str, Any]] = lambda actor, op, value: {}


@dataclass(frozen=True)
class Field:
    """One field of an object, as people and programs see it.

    `path` is the ORM path to its value, from the record (default: the name). `choices` are (value, label) pairs or a
    function that returns them. `relation` names the object that a `relation` leads to, or several `relations`.
    `currency` is the path of the currency of a `money`; empty: the company's own. `is_sortable` promises an index
    that begins with it. `to_q` makes a `custom` field filterable by a condition of its own, in the database only;
    `custom` one that the warehouse, words and reasons know too. `tells_of` are the (object, field) pairs from which
    its answer could be worked out: from whom one of them is hidden, it is hidden too. `cell` names a cell template
    where the kind's own won't do. `tones` {value: colour} paints choices. `is_added` says that the company added the
    field itself (a custom field), `counts` that it adds up the records of that object: only who sees all of them sees
    it. `is_list` says that a free text is kept as a list by the company, with names for some values (`listed`); those
    that are `off` are not offered anew, those in `now_called` {value: value} were made another. `proposed` is the
    default of a new record.
    """

    name: str
    label: Any
    kind: FieldKind = "text"
    path: str = ""
    group: Any = ""
    choices: Any = ()
    relation: str = ""
    currency: str = ""
    help: Any = ""
    cell: str = ""
    is_editable: bool = True
    is_required: bool = False
    is_sortable: bool = False
    is_filterable: bool = True
    is_fact: bool = True
    to_q: FieldFilter | None = None
    custom: Custom | None = None
    tells_of: tuple[tuple[str, str], ...] = ()
    tones: Mapping[str, str] = field(default_factory=dict, hash=False)
    is_added: bool = False
    counts: str = ""
    is_list: bool = False
    listed: Any = ()
    off: frozenset[str] = frozenset()
    now_called: Mapping[str, str] = field(default_factory=dict, hash=False)
    proposed: str = ""

    @property
    def orm_path(self) -> str:
        """The ORM path to its value."""
        return self.path or self.name

    def choice_pairs(self) -> list[tuple[Any, Any]]:
        """Its choices as (value, label) pairs; empty when anything goes."""
        return list(self.choices() if callable(self.choices) else self.choices)

    def listed_pairs(self) -> list[tuple[Any, Any]]:
        """The names that the company gave to values of a free text, as (value, label) pairs."""
        return list(self.listed() if callable(self.listed) else self.listed)

    @property
    def asked_for(self) -> Field:
        """The field as a filter asks for it: values that are no longer offered can still be found."""
        return replace(self, off=frozenset(self.now_called), listed=()) if self.off or self.listed else self

    def offered(self, pairs: list[tuple[Any, Any]], present: Collection[Any] = ()) -> list[tuple[Any, Any]]:
        """Those of the pairs that may be chosen anew, and those that stand already."""
        return [(value, label) for value, label in pairs if value not in self.off or value in present]


@dataclass(frozen=True)
class Score:
    """Figures of a higher floor about each record, registered downward: shown, sorted and filtered like own fields.

    `model` has one row per record at most, its `link` (a OneLink with `related_query_name` = `name`) leading to it.
    Each field's `path` is the column in `model`. Sortable ones need an index (column, link). `lake` names the table
    that the warehouse publishes with the same columns; empty where it has none.
    """

    name: str
    model: type[GuardedModel]
    link: str
    fields: tuple[Field, ...]
    lake: str = ""


@dataclass(frozen=True)
class Panel:
    """A part of the record page that another slice hangs in.

    `place` is "now" (what matters now), "facts" or "story" (above the story: what writes to someone).
    `context(actor, record)` returns what `template` shows, or None
    when there is nothing to say; then the panel is left out.
    """

    name: str
    title: Any
    template: str
    context: Callable[[Actor, Any], Mapping[str, Any] | None]
    place: Literal["now", "facts", "story"] = "now"
    order: int = 100


@dataclass(frozen=True)
class View:
    """A list view that comes with the object, shown as a tab before the saved ones."""

    slug: str
    label: Any
    filter: Mapping[str, Any] = field(default_factory=dict)
    sort: str = ""
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class ObjectType:
    """A business object. `slug` is its place in addresses (`people`), `name` its name in rights and filters (`person`).

    `columns` are those of the list until someone chooses others; `face` is how it is drawn (round, rounded, square or
    none). `parts` {name: list of a schema} are what a program sends with a new record beside its fields.
    `create`, `change`, `trash`, `restore` are the slice's services: keyword arguments `actor`, then `values` (create),
    `record_id` and `values` (change), `record_id` (trash, restore); None where it cannot be done by hand. `create_many`
    takes a list of `values` and returns a record or an error for each; None where records are only made one by one.
    `fields` are those that the slice declares; whoever reads them finds the company's own behind them.
    `search` are the fields found by the search box; `title` and `subtitle` name a record for people.
    """

    name: str
    model: type[GuardedModel]
    label: Any
    plural: Any
    slug: str
    icon: str
    section: str
    fields: tuple[Field, ...]
    columns: tuple[str, ...]
    default_sort: str
    title: Callable[[Any], str]
    subtitle: Callable[[Any], str] = lambda record: ""
    face: Literal["round", "rounded", "square", "none"] = "none"
    order: int = 100
    search: tuple[str, ...] = ()
    parts: Mapping[str, Any] = field(default_factory=dict)
    views: tuple[View, ...] = ()
    create: Callable[..., Any] | None = None
    create_many: Callable[..., list[Any]] | None = None
    change: Callable[..., Any] | None = None
    trash: Callable[..., Any] | None = None
    restore: Callable[..., Any] | None = None
    new_label: Any = ""
    empty_hint: Any = ""


let_grow(ObjectType, "fields", lambda f: f.is_added)
let_grow(ObjectType, "search", lambda name: name.startswith("c_"))


def fields_of(model: type[models.Model], names: Sequence[str], **overrides: Mapping[str, Any]) -> tuple[Field, ...]:
    """Declare fields from the columns of `model`; `overrides` {name: {attribute: value}} says what differs."""
    return tuple(_field_of(model, name, overrides.get(name, {})) for name in names)


def _field_of(model: type[models.Model], name: str, more: Mapping[str, Any]) -> Field:
    column: Any = model._meta.get_field(name)
    found: dict[str, Any] = {
        "name": name,
        "label": column.verbose_name,
        "kind": _kind_of(column),
        "choices": tuple(column.choices or ()),
        "is_editable": column.editable,
        "is_required": not column.blank and not column.has_default(),
        "is_sortable": _has_index(model, name),
    }
    if found["kind"] == "relation":
        found["relation"] = getattr(column.related_model, "access_name", "")
        found["is_sortable"] = False
    return Field(**{**found, **more})


def _kind_of(column: Any) -> FieldKind:
    if isinstance(column, models.ForeignKey):
        return "relation" if issubclass(column.related_model, GuardedModel) else "user"
    if column.choices:
        return "choice"
    for cls, kind in _KINDS:
        if isinstance(column, cls):
            return kind
    return "text"


_KINDS: tuple[tuple[type[models.Field[Any, Any]], FieldKind], ...] = (
    (models.DateTimeField, "datetime"),
    (models.DateField, "date"),
    (models.BooleanField, "bool"),
    (models.DecimalField, "money"),
    (models.IntegerField, "number"),
    (models.FloatField, "number"),
)


def _has_index(model: type[models.Model], name: str) -> bool:
    column: Any = model._meta.get_field(name)
    leads = {index.fields[0].lstrip("-") for index in model._meta.indexes if index.fields and not index.condition}
    return bool(column.unique) or name in leads
