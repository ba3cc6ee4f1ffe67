"""The Django field of each kind of custom field: how its values are read, compared and sorted."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import EmptyResultSet, ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dangol.platform.accounts.queries import workspace
from dangol.platform.objects.added.columns import InDocument
from dangol.platform.objects.added.contacts import clean_email, clean_phone, clean_website
from dangol.platform.objects.added.formula import Node
from dangol.platform.objects.added.rules import MOST_LINKS, SEVERAL, Definition, from_document


class TextColumn(InDocument, models.TextField):  # type: ignore[type-arg]
    """Text; also of a choice and an address."""


class _Written(TextColumn):
    """Text that is kept in one way of writing. What is asked of it (part of an address) may be written anyhow.

    `read` gives the text as it is kept, or raises ValueError; `hint` says what would be right.
    """

    read: ClassVar[Any]
    hint: ClassVar[Any]

    def to_python(self, value: Any) -> Any:
        """The text as it is kept. Raises ValidationError with an example of what would be right."""
        text = str(value or "").strip()
        try:
            return self.read(text) if text else value
        except ValueError as error:
            raise ValidationError(self.hint) from error

    def get_prep_value(self, value: Any) -> Any:
        """See Django's Field."""
        return None if value is None else str(value)


def _dialled_here(text: str) -> str:
    return clean_phone(text, "KR" if text[:1] == "+" else workspace().country)


class EmailColumn(_Written):
    """An e-mail address, in lower case."""

    read = staticmethod(clean_email)
    hint = _("This is not an e-mail address. Example: jiwoo@example.com.")


class PhoneColumn(_Written):
    """A phone number in E.164, read as dialled in the company's own country."""

    read = staticmethod(_dialled_here)
    hint = _("This is not a phone number. Example: 010-1234-5678 or +44 20 7946 0000.")


class UrlColumn(_Written):
    """A web address with its scheme, http or https."""

    read = staticmethod(clean_website)
    hint = _("This is not a web address. Example: https://example.com.")


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


class MomentColumn(InDocument, models.DateTimeField):  # type: ignore[type-arg]
    """A moment, to the second. In SQL it is ISO 8601 in UTC, always as long, which sorts as the moments do."""

    template = "({document} ->> '{key}') COLLATE \"C\""

    def to_python(self, value: Any) -> Any:
        """A moment in UTC; one without a zone is meant where the reader is. Raises ValidationError."""
        found = super().to_python(value)
        if found is None:
            return None
        aware = found if found.tzinfo else timezone.make_aware(found)
        try:
            return aware.astimezone(UTC).replace(microsecond=0)
        except OverflowError as error:  # the last hour of the year 9999, read further west
            raise ValidationError(_("Write a day and a time, such as 2026-03-31 14:00.")) from error

    def get_prep_value(self, value: Any) -> Any:
        """See Django's Field."""
        return self.to_python(value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """See Django's Field."""
        found = self.to_python(value)
        return found.isoformat() if isinstance(found, datetime) else found

    def db_type(self, connection: Any) -> str:
        """See Django's Field."""
        return "text"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> datetime | None:
        """A moment of what SQL gave."""
        found: datetime | None = from_document("datetime", value)
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


class LinksColumn(InDocument, models.JSONField):
    """The ids of several records: a list, in the order in which they were chosen."""

    template = "({document} -> '{key}')"
    empty_values = [None, "", [], (), {}]
    related_model: Any = None

    def to_python(self, value: Any) -> list[int]:
        """A list of ids, of a list, of JSON, or of numbers between commas. Raises ValidationError."""
        try:
            found = [int(getattr(one, "pk", one)) for one in _several(value)] if value not in (None, "") else []
        except (TypeError, ValueError) as error:
            raise ValidationError(_("Choose from the list.")) from error
        if any(not 0 < pk < 2**63 for pk in found):
            raise ValidationError(_("Choose from the list."))
        if len(set(found)) > MOST_LINKS:
            raise ValidationError(_("At most %(most)d records.") % {"most": MOST_LINKS})
        return list(dict.fromkeys(found))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> list[int] | None:
        """A list of what SQL gave."""
        found: list[int] | None = from_document(SEVERAL, super().from_db_value(value, expression, connection))
        return found


class IsAmongThese(models.Func):
    """Whether an id (the first expression) stands in a list of ids (the second)."""

    output_field = models.BooleanField()
    conditional = True
    template = "%(expressions)s"
    arg_joiner = " = ANY(ARRAY(SELECT one::bigint FROM jsonb_array_elements_text("

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, Any]:  # type: ignore[override]
        """See Django's Func."""
        sql, params = super().as_sql(compiler, connection, **extra)
        return f"{sql}) AS one))", params


class IsOneOf(models.Func):
    """Whether an id is among those that a statement of its own finds; asked once, whatever the planner thinks of it."""

    output_field = models.BooleanField()
    conditional = True

    def __init__(self, identity: Any, statement: str, params: Any) -> None:
        super().__init__(identity)
        self.statement, self.params = statement, tuple(params)

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, Any]:  # type: ignore[override]
        """See Django's Func."""
        sql, params = compiler.compile(self.source_expressions[0])
        return f"{sql} = ANY(ARRAY({self.statement}))", (*params, *self.params)


def who_leads_to(column: LinksColumn, targets: Any) -> models.Q:
    """The condition on records of a column's model that one of their ids is among `targets` (a queryset)."""
    try:
        found, params = targets.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return models.Q(pk__in=[])
    table, value = column.model._meta.db_table, column.expression("l.")
    statement = (
        f'SELECT DISTINCT l.id FROM "{table}" l, jsonb_array_elements_text({value}) AS one'
        f" WHERE {value} IS NOT NULL AND one::bigint IN ({found})"
    )
    return models.Q(IsOneOf(models.F("pk"), statement, params))


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
    elif definition.kind in ("relation", SEVERAL):
        column.related_model = target
    elif definition.kind == "user":
        from django.apps import apps

        column.related_model = apps.get_model(settings.AUTH_USER_MODEL)
    elif definition.kind == "file":
        column.related_model = target
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
    "datetime": lambda definition, options: MomentColumn(**options),
    "email": lambda definition, options: EmailColumn(**options),
    "phone": lambda definition, options: PhoneColumn(**options),
    "url": lambda definition, options: UrlColumn(**options),
    "bool": _flag,
    "user": lambda definition, options: LinkColumn(**options),
    "file": lambda definition, options: LinkColumn(**options),
    "relation": lambda definition, options: LinkColumn(**options),
    "choices": _many,
    SEVERAL: lambda definition, options: LinksColumn(**{**options, "default": None}),
}
