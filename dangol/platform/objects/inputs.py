"""The input of each kind of field, and reading what a form sent back."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.accounts.queries import owner_choices
from dangol.platform.objects.cells import country_names, currency_names, language_names
from dangol.platform.objects.listing import Reference
from dangol.platform.objects.reading import choices_for
from dangol.platform.objects.types import Field

_INPUT_TYPES = {
    "email": "email", "phone": "tel", "url": "url", "number": "text", "money": "text", "percent": "text",
    "date": "date",
    "datetime": "datetime-local",
}  # fmt: skip
_DECIMAL = {"number", "money", "percent"}


class NotReadable(ValueError):
    """What was typed does not fit the field; says what would be right."""


@dataclass(frozen=True)
class Clash:
    """Somebody else's value of the same field, written since the form was drawn: in words, and as it stands."""

    theirs: str
    mine: str
    standing: str
    who: str = ""
    when: str = ""


@dataclass
class Input:
    """One input as a template draws it."""

    field: Field
    value: str = ""
    expected: str = ""
    errors: list[str] = dataclasses.field(default_factory=list)
    options: list[tuple[str, str]] = dataclasses.field(default_factory=list)
    is_required: bool = False
    typed: str = ""
    clash: Clash | None = None
    shown: str = ""
    is_asked: bool = False
    """Whether rules ask about it: once it changes, the form may be another."""

    @property
    def name(self) -> str:
        """Its name in the form."""
        return self.field.name

    @property
    def element_id(self) -> str:
        """Its id in the page."""
        return f"f-{self.field.name}"

    @property
    def shape(self) -> str:
        """How it is drawn: area, check, select, pick (a select with a search) or a type of <input>."""
        if self.field.kind == "long_text":
            return "area"
        if self.field.kind == "bool":
            return "check"
        if self.field.kind == "choices":
            return "checks"
        if self.field.kind in ("relation", "relations"):
            return "pick" if self.field.kind == "relation" else "picks"
        if self.field.kind == "file":
            return "file"
        if (self.options and self.field.kind != "text") or self.field.kind == "user":
            return "select"
        return "input"

    @property
    def chosen(self) -> list[str]:
        """The values of several choices."""
        return [v for v in self.value.split(",") if v]

    @property
    def input_type(self) -> str:
        """The type of the <input>."""
        return _INPUT_TYPES.get(self.field.kind, "text")

    @property
    def input_mode(self) -> str:
        """The keyboard that a phone shows."""
        return "decimal" if self.field.kind in _DECIMAL else ""


def input_for(
    f: Field, actor: Actor, value: Any, *, errors: Iterable[str] = (), required: bool = False, typed: str = ""
) -> Input:
    """The input of a field with its present value (raw, or a Reference)."""
    text = written(f, value)
    found = Input(f, text, expected(value), list(errors), options_of(f, actor, value, typed), required, typed)
    if f.kind == "file" and isinstance(value, Reference):
        found.shown = value.title
    if f.kind == "bool":
        found.value = "true" if value in (True, "true") else ""
    return found


def options_of(f: Field, actor: Actor, value: Any, typed: str = "") -> list[tuple[str, str]]:
    """What a select offers; empty when anything may be typed."""
    if f.kind == "user":
        return [(str(pk), name) for pk, name in owner_choices()]
    if f.kind == "relations":
        several = value if isinstance(value, list) else [value]
        found = {str(r.id): r.title for r in several if isinstance(r, Reference)}
        if typed or not found:
            found |= {str(r.id): r.title for r in choices_for(f, actor, typed)}
        return list(found.items())
    if f.kind == "relation":
        found = {str(r.id): r.title for r in choices_for(f, actor, typed)}
        if isinstance(value, Reference) and not value.is_hidden:
            found = {str(value.id): value.title, **found}
        return list(found.items())
    names = {"country": country_names, "language": language_names, "currency": currency_names}.get(f.kind)
    if names:
        return list(names().items())
    if f.listed:
        return [(str(choice), str(label)) for choice, label in f.offered(f.listed_pairs())]
    present = value if isinstance(value, list) else str(value or "").split(",") if f.kind == "choices" else [value]
    return [(str(choice), str(label)) for choice, label in f.offered(f.choice_pairs(), present)]


def written(f: Field, value: Any) -> str:
    """A value as its input holds it."""
    if value is None:
        return ""
    if isinstance(value, Reference):
        return str(value.id)
    if isinstance(value, list):
        return ",".join(str(getattr(one, "id", one)) for one in value)
    if f.kind == "datetime" and isinstance(value, datetime):
        return (
            timezone.localtime(value).strftime("%Y-%m-%dT%H:%M") if value.tzinfo else value.strftime("%Y-%m-%dT%H:%M")
        )
    if f.kind == "percent" and isinstance(value, Decimal | float):
        return f"{value * 100:f}".rstrip("0").rstrip(".")
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)


def expected(value: Any) -> str:
    """What a form remembers of the value it was drawn with, to notice somebody else's change."""
    raw = value.id if isinstance(value, Reference) else value
    if isinstance(raw, list):
        return ",".join(str(getattr(one, "id", one)) for one in raw)
    return "" if raw is None or raw is False else str(raw)


def touched(fields: Iterable[Field], sent: Mapping[str, str]) -> set[str]:
    """The fields that the person really changed: what was sent differs from what the input was drawn with."""
    return {f.name for f in fields if f"expected_{f.name}" not in sent or not _is_as_drawn(f, sent)}


def _is_as_drawn(f: Field, sent: Mapping[str, str]) -> bool:
    was, now = sent[f"expected_{f.name}"], sent_text(f, sent)
    if f.kind == "bool":
        return (was == "True") == (now in ("true", "on", "1"))
    drawn: Any = was
    if was and f.kind in _DECIMAL:
        drawn = _or_text(Decimal, was)
    elif was and f.kind == "datetime":
        drawn = _or_text(datetime.fromisoformat, was)
    return _lines(written(f, drawn)) == _lines(now)


def _or_text(make: Callable[[str], Any], text: str) -> Any:
    try:
        return make(text)
    except (ValueError, InvalidOperation):
        return text


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def read(fields: Iterable[Field], sent: QueryDict | Mapping[str, str]) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Values by field as the services take them, and errors by field. A bool that was not sent is False."""
    values: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for f in fields:
        if f.kind == "file":  # what was uploaded is kept by `files.take_files`
            continue
        if f.name not in sent and f.kind not in ("bool", "choices", "relations"):
            continue
        try:
            values[f.name] = _read_one(f, sent_text(f, sent))
        except NotReadable as error:
            errors[f.name] = [str(error)]
    return values, errors


def sent_text(f: Field, sent: QueryDict | Mapping[str, str]) -> str:
    """What came of a field; several ticks as one text."""
    if f.kind in ("choices", "relations") and isinstance(sent, QueryDict):
        return ",".join(v for v in sent.getlist(f.name) if v)
    return sent.get(f.name) or ""


def _read_one(f: Field, text: str) -> Any:
    text = text.strip()
    if f.kind == "bool":
        return text in ("true", "on", "1")
    if not text:
        return None
    if f.kind in _DECIMAL:
        return _number(f, text)
    if f.kind == "datetime":
        return _moment(text)
    return text


def _number(f: Field, text: str) -> Decimal:
    bare = "".join(c for c in text.replace("\u2212", "-") if c.isdigit() or c in ".-")
    try:
        found = Decimal(bare)
    except InvalidOperation:
        raise NotReadable(_("Write a number, such as 12,500.")) from None
    return found / 100 if f.kind == "percent" else found


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise NotReadable(_("Write a day and a time, such as 2026-03-31 14:00.")) from None
    return found if found.tzinfo else timezone.make_aware(found)
