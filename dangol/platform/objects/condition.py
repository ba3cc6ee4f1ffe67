"""The filter builder: one condition at a time, chosen by field, operator and value. Works as a plain form."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.objects import menus, words
from dangol.platform.objects.address import Address
from dangol.platform.objects.filters import FilterError, compile_filter
from dangol.platform.objects.grouping import groupable
from dangol.platform.objects.inputs import Input, NotReadable, input_for, read
from dangol.platform.objects.registry import fields_for
from dangol.platform.objects.types import Field


class ConditionForm:
    """What was chosen so far: `field`, `op`, `value` (and `value2` for between). `error` says what is missing."""

    def __init__(self, address: Address, actor: Actor, asked: QueryDict) -> None:
        self.address, self.actor, self.asked = address, actor, asked
        self.is_open = "field" in asked
        self.error = ""
        fields = fields_for(address.declared, actor)
        self.fields = [f for f in fields.values() if words.can_be_built(f)]
        chosen = fields.get(asked.get("field", ""))
        self.field: Field | None = chosen if chosen in self.fields else None

    @property
    def field_menu(self) -> SafeString:
        """The fields as options."""
        return menus.options(((f.name, f.label) for f in self.fields), self.field.name if self.field else "")

    @property
    def page(self) -> ConditionForm:
        """The fragment needs the address under the same name as the list."""
        return self

    @property
    def operators(self) -> list[tuple[str, Any]]:
        """Operators of the chosen field."""
        return words.operators(self.field) if self.field else []

    @property
    def op(self) -> str:
        """The chosen operator, else the field's first."""
        known = [op for op, _word in self.operators]
        asked = self.asked.get("op", "")
        return asked if asked in known else (known[0] if known else "")

    @property
    def needs_value(self) -> bool:
        """Whether a value is asked."""
        return bool(self.op) and self.op not in words.WITHOUT_VALUE

    @property
    def needs_two(self) -> bool:
        """Whether it is a span."""
        return self.op == "between"

    @property
    def is_days(self) -> bool:
        """Whether the value is a number of days."""
        return self.op == "within"

    @property
    def takes_many(self) -> bool:
        """Whether several may be chosen."""
        return self.op == "in"

    @property
    def input(self) -> Input | None:
        """The input of the value."""
        if self.field is None:
            return None
        typed = self.asked.get(f"{self.field.name}__q", "")
        return input_for(self.field.asked_for, self.actor, self.asked.get("value", ""), typed=typed)

    @property
    def is_offered(self) -> bool:
        """Whether the values that are there may be offered while typing."""
        f = self.field
        return f is not None and f.kind == "text" and f.name in groupable(self.address.declared, self.actor)

    @property
    def chosen(self) -> list[str]:
        """The values sent."""
        return self.asked.getlist("value")

    @property
    def second(self) -> str:
        """The end of a span as sent."""
        return self.asked.get("value2", "")

    @property
    def condition(self) -> dict[str, Any] | None:
        """The condition, or None while something is missing; then `error` says what."""
        if self.field is None:
            self.error = _("Choose a field.")
            return None
        try:
            found: dict[str, Any] = {"field": self.field.name, "op": self.op}
            if self.needs_value:
                found["value"] = self._value(self.field)
            compile_filter(self.address.declared, self.actor, found)
        except (NotReadable, FilterError) as error:
            self.error = str(error).removeprefix("filter: ")
            return None
        return found

    def _value(self, field: Field) -> Any:
        first = self.asked.get("value", "").strip()
        if not first and field.kind != "bool":
            raise NotReadable(_("Say which value."))
        if self.is_days:
            return int(first) if first.isdigit() else first
        if self.takes_many:
            parts = self.chosen if len(self.chosen) > 1 or (self.input and self.input.options) else first.split(",")
            return [_plain(field, part.strip()) for part in parts if part.strip()]
        if self.needs_two:
            return [_plain(field, first), _plain(field, self.second.strip())]
        return _plain(field, first)


def _plain(field: Field, text: str) -> Any:
    if field.kind == "bool":
        return text == "true"
    if field.kind in ("relation", "relations", "user"):
        return int(text) if text.isdigit() else text
    if field.kind in ("date", "datetime"):
        return text[:10]
    values, errors = read([field], {field.name: text})
    if errors:
        raise NotReadable(errors[field.name][0])
    value = values[field.name]
    return str(value) if field.kind in ("number", "money", "percent") else value
