"""A custom field as Django sees it: a field without a column of its own, whose value is an expression over `custom`.

Because it is a field like any other, filters, sorts, groups, sums, keysets, exports and forms treat it as one. The
expression is written in one place (`sql`), so that the one in an index is the one in every query.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.expressions import Col
from django.utils.translation import gettext as _

from dangol.platform.objects.added import obeying
from dangol.platform.objects.added.formula import FLAG, NUMBER, Node, plain, to_sql, work_out
from dangol.platform.objects.added.rules import LINKS, SEVERAL, Definition, from_document, to_document

DOCUMENT = "custom"
ROLLED_UP = "_rolled_up"
"""Where a record keeps the roll-ups that were worked out for it."""


class HasCustom(models.Model):
    """A table whose records take custom fields: their values are one document, {name: value}."""

    custom = models.JSONField(default=dict, db_default={}, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: Any, field_names: Any, values: Any, **more: Any) -> Any:
        """See Django's Model; rules of the company's own may ask what a record was."""
        found = super().from_db(db, field_names, values, **more)
        obeying.remember(found)
        return found

    def clean_fields(self, exclude: Any = None) -> None:
        """See Django's Model; a field that does not apply to this record cannot be required of it."""
        super().clean_fields({*(exclude or ()), *obeying.held(self).hidden})

    def clean(self) -> None:
        """See Django's Model; raises what rules of the company's own say."""
        super().clean()
        obeying.obey(self)


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
        return self.definition.kind in LINKS

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
    return column.leads if isinstance(column, InDocument) else isinstance(column, models.ForeignKey)


def leads_to_several(column: Any) -> bool:
    """Whether a model's field leads to several records, by a list of ids in the document."""
    return isinstance(column, InDocument) and column.definition.kind == SEVERAL


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
