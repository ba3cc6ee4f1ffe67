"""A custom field as Django sees it: a field without a column of its own, whose value is an expression over `custom`.

Because it is a field like any other, filters, sorts, groups, sums, keysets, exports and forms treat it as one. The
expression is written in one place (`sql`), so that the one in an index is the one in every query.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.expressions import Col
from django.utils.translation import gettext as _

from dangol.platform.objects.added.formula import FLAG, NUMBER, Node, plain, to_sql, work_out
from dangol.platform.objects.added.rules import Definition, from_document, to_document

DOCUMENT = "custom"
ROLLED_UP = "_rolled_up"
"""Where a record keeps the roll-ups that were worked out for it."""


class HasCustom(models.Model):
    """A table whose records take custom fields: their values are one document, {name: value}."""

    custom = models.JSONField(default=dict, db_default={}, editable=False)

    class Meta:
        abstract = True


class DocumentCol(Col):
    """The expression of a field in place of a column's name."""

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        column: Any = self.target
        return column.expression(f"{compiler.quote_name_unless_alias(self.alias)}." if self.alias else ""), []


class Kept:
    """Reads and writes a value in the document of a record. A write makes a new document: copies share none."""

    def __init__(self, column: InDocument) -> None:
        self.column = column

    def __get__(self, record: Any, owner: type) -> Any:
        if record is None:
            return self
        if self.column.is_worked_out:
            return self.column.worked_out(record)
        return from_document(self.column.definition.held_as, (record.custom or {}).get(self.column.key))

    def __set__(self, record: Any, value: Any) -> None:
        if self.column.is_worked_out:
            return  # nothing keeps it
        kept = to_document(self.column.definition.held_as, value)
        document = {k: v for k, v in (record.custom or {}).items() if k != self.column.key}
        record.custom = document if kept is None else {**document, self.column.key: kept}


if TYPE_CHECKING:
    Base = models.Field[Any, Any]
else:
    Base = object


class InDocument(Base):
    """What the fields below share. `stored_in` is the column that is saved when one of them changes."""

    template: ClassVar[str] = "({document} ->> '{key}')"
    stored_in = DOCUMENT
    definition: Definition
    tree: Node | None = None
    others: Any = None
    name: str
    model: Any
    cached: DocumentCol

    @property
    def key(self) -> str:
        """Its key in the document."""
        return self.definition.name

    @property
    def is_worked_out(self) -> bool:
        """Whether it is worked out from other fields or records, and never written."""
        return self.tree is not None or self.others is not None

    def expression(self, table: str) -> str:
        """The value in SQL; `table` is empty or the table's name and a dot. Immutable, so that an index can hold it
        (but for a roll-up, which none can)."""
        if self.others is not None:
            return self._added_up(table or f'"{self.model._meta.db_table}".')
        if self.tree is None:
            return self.template.format(document=f'{table}"{DOCUMENT}"', key=self.key)
        found = to_sql(self.tree, lambda name: _in_formula(self.model._meta.get_field(name), table))
        if self.tree.kind == NUMBER:
            return f"round({found}, {self.decimal_places})"  # type: ignore[attr-defined]
        return f"COALESCE({found}, false)" if self.tree.kind == FLAG else f"({found})"

    def worked_out(self, record: Any) -> Any:
        """The value of a formula for a record at hand."""
        if self.others is not None:
            if self.name not in record.__dict__.get(ROLLED_UP, ()):
                roll_up(self.model, [record], [self.name])
            return record.__dict__[ROLLED_UP][self.name]
        assert self.tree is not None
        meta = self.model._meta
        found = work_out(self.tree, lambda name: plain(getattr(record, meta.get_field(name).attname)))
        if found is None or self.tree.kind != NUMBER:
            return bool(found) if self.tree.kind == FLAG else found
        return found.quantize(Decimal(1).scaleb(-self.decimal_places), ROUND_HALF_UP)  # type: ignore[attr-defined]

    def _added_up(self, table: str) -> str:
        """One figure over the living records of another table that lead here; numbers rounded as they are shown."""
        other, definition = self.others._meta, self.definition
        link = in_sql(other.get_field(definition.via), "r.")
        figure = "count(*)"
        if definition.adds != "count":
            value = f"{definition.adds}(({in_sql(other.get_field(definition.of), 'r.')})::numeric)"
            figure = f"COALESCE({value}, 0)" if definition.adds == "sum" else value
        places = self.decimal_places  # type: ignore[attr-defined]
        return (
            f'(SELECT round(({figure})::numeric, {places}) FROM "{other.db_table}" r'
            f' WHERE {link} = {table}"id" AND r.deleted_at IS NULL)'
        )

    def get_attname_column(self) -> tuple[str, None]:
        """No column; what leads to another record keeps its id as `<name>_id`, like a foreign key."""
        return (f"{self.name}_id" if self.leads else self.name), None

    @property
    def leads(self) -> bool:
        """Whether the value is the id of another record."""
        return self.definition.kind in ("relation", "user")

    def get_col(self, alias: Any, output_field: Any = None) -> DocumentCol:
        """See Django's Field."""
        return DocumentCol(alias, self, self)

    @property
    def cached_col(self) -> DocumentCol:
        """See Django's Field."""
        return DocumentCol(self.model._meta.db_table, self, self)

    def hang_on(self, model: Any) -> None:
        """Belong to `model` from now on; the registry puts it among the model's fields."""
        self.set_attributes_from_name(self.definition.name)
        self.model = model
        setattr(model, self.attname, Kept(self))


class TextColumn(InDocument, models.TextField):  # type: ignore[type-arg]
    """Text; also of a choice and an address."""


class NumberColumn(InDocument, models.DecimalField):  # type: ignore[type-arg]
    """A number with fixed decimal places."""

    template = "({document} ->> '{key}')::numeric"


class DayColumn(InDocument, models.DateField):  # type: ignore[type-arg]
    """A day. In SQL it stays ISO 8601 text, which sorts as the days do: reading a date there is not immutable."""

    template = "({document} ->> '{key}') COLLATE \"C\""

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        found = self.to_python(value)
        return found.isoformat() if isinstance(found, date) else found

    def db_type(self, connection: Any) -> str:
        """See Django's Field."""
        return "text"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> date | None:
        """A day of what SQL gave."""
        found: date | None = from_document("date", value)
        return found


class FlagColumn(InDocument, models.BooleanField):  # type: ignore[type-arg]
    """Yes or no; what was never ticked is no."""

    template = "COALESCE(({document} ->> '{key}')::boolean, false)"


class LinkColumn(InDocument, models.BigIntegerField):  # type: ignore[type-arg]
    """The id of a record or of a member of staff."""

    template = "({document} ->> '{key}')::bigint"
    related_model: Any = None


class ManyColumn(InDocument, models.JSONField):
    """Several choices: a list, in the order of the choices."""

    template = "({document} -> '{key}')"
    empty_values = [None, "", [], (), {}]

    def to_python(self, value: Any) -> list[str]:
        """A list, of a list, of JSON, or of values between commas. Raises ValidationError for one not on offer."""
        given = _several(value)
        known = [c.value for c in self.definition.choices]
        wrong = [v for v in given if v not in known]
        if wrong:
            raise ValidationError(_("Possible: %(values)s.") % {"values": ", ".join(known)})
        return [v for v in known if v in given]

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> list[str] | None:
        """A list of what SQL gave."""
        found: list[str] | None = from_document("choices", super().from_db_value(value, expression, connection))
        return found


def _several(value: Any) -> list[str]:
    if isinstance(value, str):
        try:
            found = json.loads(value) if value.startswith("[") else value.split(",")
        except ValueError as error:
            raise ValidationError(_("Give a list of values.")) from error
        value = found
    if not isinstance(value, list | tuple):
        raise ValidationError(_("Give a list of values."))
    return [str(one).strip() for one in value if str(one).strip()]


def _in_formula(column: Any, table: str) -> str:
    """A field as a formula takes it: numbers exact, empty texts not known, days as days."""
    found = in_sql(column, table)
    if isinstance(column, models.DateField):
        return _day(found) if isinstance(column, InDocument) else found
    if isinstance(column, models.BooleanField):
        return found
    if isinstance(column, models.DecimalField | models.IntegerField | models.FloatField):
        return f"({found})::numeric"
    return f"NULLIF({found}, '')"


def _day(text: str) -> str:
    """A day of ISO text; casting one is not immutable in PostgreSQL."""
    parts = (f"substr({text}, {at}, {length})::int" for at, length in ((1, 4), (6, 2), (9, 2)))
    return f"make_date({', '.join(parts)})"


def in_sql(column: Any, table: str = "") -> str:
    """The expression of a model's field in SQL of one's own; `table` as for `expression`."""
    return column.expression(table) if isinstance(column, InDocument) else f'{table}"{column.column}"'


def is_link(column: Any) -> bool:
    """Whether a model's field leads to another record, by a foreign key or by an id in the document."""
    return isinstance(column, models.ForeignKey | LinkColumn)


def is_custom(column: Any) -> bool:
    """Whether a model's field is one that the company added."""
    return isinstance(column, InDocument)


def is_kept(column: Any) -> bool:
    """Whether a value stands in the record itself: in a column, or in its document, and is not worked out."""
    return not column.is_worked_out if isinstance(column, InDocument) else bool(column.concrete)


def roll_up(model: Any, records: Sequence[Any], names: Iterable[str]) -> None:
    """Work out the roll-ups among the fields `names` of records that were judged already, and keep them with each
    record. One query, or none."""
    columns = {c.name: c for c in model._meta.private_fields if isinstance(c, InDocument) and c.others is not None}
    asked = [name for name in names if name in columns]
    if not asked or not records:
        return
    rows = model.objects.for_system("roll-ups of records that were judged").filter(pk__in=[r.pk for r in records])
    found = {pk: dict(zip(asked, values, strict=True)) for pk, *values in rows.values_list("pk", *asked)}
    for record in records:
        known = record.__dict__.get(ROLLED_UP, {})
        record.__dict__[ROLLED_UP] = {**known, **found.get(record.pk, dict.fromkeys(asked))}


def check_unique(record: Any, names: Iterable[str]) -> None:
    """Raise ValidationError by field where another record has the same value already; the index has the last word."""
    errors = {}
    for column in record._meta.private_fields:
        if not isinstance(column, InDocument) or not column.definition.is_unique or column.name not in names:
            continue
        value = getattr(record, column.attname)
        rows = type(record).objects.for_system("is a value taken already?").exclude(pk=record.pk)
        if value not in (None, "") and rows.filter(**{column.name: value}).exists():
            errors[column.name] = _("Another record has this already.")
    if errors:
        raise ValidationError(errors)


def stored(columns: Iterable[Any]) -> list[Any]:
    """The columns to be saved when these fields change: the document once for all that lie in it."""
    found = {getattr(column, "stored_in", column.name): column for column in columns}
    return [c.model._meta.get_field(name) for name, c in found.items()]


def column_for(definition: Definition, target: Any = None, tree: Node | None = None) -> Any:
    """The Django field of a definition; `target` is the model to which a relation leads, `tree` a formula that was
    read."""
    options: dict[str, Any] = {
        "verbose_name": definition.label_en, "null": True, "blank": not definition.is_required,
        "default": from_document(definition.held_as, definition.default), "unique": definition.is_unique,
    }  # fmt: skip
    column = _MAKERS.get(definition.held_as, _text)(definition, options)
    column.definition, column.tree = definition, tree
    if definition.kind == "rollup":
        column.others = target
    elif definition.kind == "relation":
        column.related_model = target
    elif definition.kind == "user":
        from django.apps import apps

        column.related_model = apps.get_model(settings.AUTH_USER_MODEL)
    return column


def _text(definition: Definition, options: dict[str, Any]) -> Any:
    if definition.held_as == "choice":
        options["choices"] = [(c.value, c.en) for c in definition.choices]
    return TextColumn(**options)


def _number(definition: Definition, options: dict[str, Any]) -> Any:
    is_share = definition.kind == "percent"
    places = 4 if is_share else definition.places
    return NumberColumn(max_digits=15 + places, decimal_places=places, **options)


def _flag(definition: Definition, options: dict[str, Any]) -> Any:
    return FlagColumn(**{**options, "null": False, "blank": True, "default": bool(options["default"])})


def _many(definition: Definition, options: dict[str, Any]) -> Any:
    return ManyColumn(**{**options, "default": None})


_MAKERS: dict[str, Any] = {
    "number": _number,
    "money": _number,
    "percent": _number,
    "date": lambda definition, options: DayColumn(**options),
    "bool": _flag,
    "user": lambda definition, options: LinkColumn(**options),
    "relation": lambda definition, options: LinkColumn(**options),
    "choices": _many,
}
