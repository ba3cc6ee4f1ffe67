"""The form of a custom field: what was sent, as the services take it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.platform.access.actor import Actor
from dangol.platform.objects import inputs
from dangol.platform.objects.added import rules
from dangol.platform.objects.added.rules import Choice, Definition, from_document
from dangol.platform.objects.custom_fields import current
from dangol.platform.objects.custom_fields.models import CustomField
from dangol.platform.objects.custom_fields.rolling import leading_here, summable
from dangol.platform.objects.extended import declared_only
from dangol.platform.objects.registry import object_types
from dangol.platform.objects.types import ObjectType

KINDS: dict[str, tuple[Any, str, Any]] = {
    "text": (gettext_lazy("Text"), "letter-case", gettext_lazy("One line")),
    "long_text": (gettext_lazy("Long text"), "align-left", gettext_lazy("Several lines")),
    "number": (gettext_lazy("Numeric"), "hash", gettext_lazy("With as many decimal places as you like")),
    "money": (gettext_lazy("Money"), "coins", gettext_lazy("In the company's currency")),
    "percent": (gettext_lazy("Per cent"), "percentage", gettext_lazy("A share, such as 12.5 %")),
    "date": (gettext_lazy("Date"), "calendar", gettext_lazy("A day")),
    "datetime": (gettext_lazy("Date and time"), "clock", gettext_lazy("A moment, shown in each reader's time zone")),
    "choice": (gettext_lazy("Select"), "select", gettext_lazy("One of a list, with colours; makes a board")),
    "choices": (gettext_lazy("Multi-select"), "list-check", gettext_lazy("Several of a list")),
    "bool": (gettext_lazy("Checkbox"), "checkbox", gettext_lazy("Yes or no")),
    "relation": (gettext_lazy("Relation"), "link", gettext_lazy("Leads to another record")),
    "relations": (gettext_lazy("Relations"), "affiliate", gettext_lazy("Leads to several other records")),
    "user": (gettext_lazy("Colleague"), "user", gettext_lazy("A member of staff")),
    "file": (gettext_lazy("File"), "paperclip", gettext_lazy("Uploaded on the form, kept among the record's files")),
    "email": (gettext_lazy("E-mail address"), "mail", gettext_lazy("Opens a letter")),
    "phone": (gettext_lazy("Phone number"), "phone", gettext_lazy("Dialled by a tap")),
    "url": (gettext_lazy("Web address"), "world", gettext_lazy("Opens in a new tab")),
    "rollup": (gettext_lazy("Roll-up"), "sum", gettext_lazy("Counts or adds up what leads here")),
    "formula": (gettext_lazy("Formula"), "math-function", gettext_lazy("Worked out from other fields")),
}
TONES: tuple[tuple[str, Any], ...] = (
    ("", gettext_lazy("grey")), ("good", gettext_lazy("green")), ("warn", gettext_lazy("amber")),
    ("bad", gettext_lazy("red")), ("held", gettext_lazy("outline")),
)  # fmt: skip
ADDING: tuple[tuple[str, Any], ...] = (
    ("count", gettext_lazy("how many")), ("sum", gettext_lazy("their sum")), ("avg", gettext_lazy("their average")),
    ("min", gettext_lazy("the least")), ("max", gettext_lazy("the most")),
)  # fmt: skip
BLANK_CHOICES = 3
TEXTS = (
    "name",
    "label_en",
    "label_ko",
    "help_en",
    "help_ko",
    "places",
    "relation",
    "formula",
    "result",
    "what",
    "adds",
    "of",
)
FLAGS = ("is_required", "is_unique", "is_fast", "is_searched")


@dataclass
class Form:
    """What the page draws: the values, the choices as rows, and the errors by field."""

    declared: ObjectType
    kind: str
    values: Mapping[str, Any]
    choices: list[Choice] = field(default_factory=list)
    errors: Mapping[str, Any] = field(default_factory=dict)
    standing: CustomField | None = None
    default: Any = None
    actor: Actor | None = None

    @property
    def general_errors(self) -> Any:
        """What is wrong with no field in particular."""
        return self.errors.get("__all__", ())

    @property
    def kind_words(self) -> tuple[Any, str, Any]:
        """Label, icon and explanation of the kind."""
        return KINDS[self.kind]

    @property
    def has_choices(self) -> bool:
        """Whether choices are asked."""
        return self.kind in rules.LISTED

    @property
    def rows(self) -> list[tuple[int, Choice]]:
        """The choices as rows, with some blank ones behind."""
        blank = [Choice("", "")] * BLANK_CHOICES
        return list(enumerate([*self.choices, *blank], 1))

    @property
    def may_be_required(self) -> bool:
        """Whether it can be asked of every new record."""
        return self.kind in rules.REQUIRABLE

    @property
    def may_be_unique(self) -> bool:
        """Whether its values can be kept apart."""
        return self.kind in rules.UNIQUE

    @property
    def may_be_fast(self) -> bool:
        """Whether an index helps."""
        return self.kind in rules.INDEXED

    @property
    def may_be_searched(self) -> bool:
        """Whether the search can find records by it."""
        return self.kind in rules.SEARCHED

    @property
    def has_places(self) -> bool:
        """Whether decimal places are asked."""
        return self.kind in ("number", "money", *rules.WORKED_OUT)

    @property
    def results(self) -> list[tuple[str, Any]]:
        """How the number of a formula may be shown."""
        return [(kind, KINDS[kind][0]) for kind in rules.DECIMALS]

    @property
    def leading(self) -> list[tuple[str, str]]:
        """What a roll-up can add up, as (value, words)."""
        return [(f"{o.name}.{f.name}", f"{o.plural} ({f.label})") for o, f in leading_here(self.declared)]

    @property
    def adding(self) -> tuple[tuple[str, Any], ...]:
        """How."""
        return ADDING

    @property
    def numbers(self) -> list[tuple[str, str]]:
        """The numbers that a roll-up can add up, as (value, words)."""
        others = {o.name: o for o, _f in leading_here(self.declared)}
        return [(f"{o.name}.{f.name}", f"{o.plural}: {f.label}") for o in others.values() for f in summable(o)]

    @property
    def chosen(self) -> dict[str, str]:
        """What a roll-up adds up now."""
        kept = {n: str(self.values.get(n) or "") for n in ("what", "adds", "of", "relation", "via")}
        if kept["via"]:
            kept |= {"what": f"{kept['relation']}.{kept['via']}", "of": f"{kept['relation']}.{kept['of']}"}
        return kept

    @property
    def usable(self) -> list[tuple[str, Any]]:
        """The fields that a formula can use."""
        others = current.definitions_of(self.declared.name)
        known = current.usable(declared_only(self.declared, "fields"), others)
        return [(f.name, f.label) for f in self.declared.fields if f.name in known]

    @property
    def targets(self) -> list[tuple[str, Any]]:
        """The objects to which a relation may lead."""
        return [(t.name, t.plural) for t in object_types()]

    @property
    def default_input(self) -> inputs.Input | None:
        """The input of the default; None where there is none to give, or no choices yet."""
        if (
            self.kind in (*rules.LINKS, rules.SEVERAL, *rules.WORKED_OUT)
            or (self.has_choices and not self.choices)
            or self.actor is None
        ):
            return None
        definition = Definition(object_name="", name="default", kind=self.kind, label_en=_("Default"),
                                choices=tuple(self.choices))  # fmt: skip
        return inputs.input_for(current.field_of(definition), self.actor, self.default)


def of_standing(declared: ObjectType, standing: CustomField, actor: Actor) -> Form:
    """The form of a field as it stands."""
    names = ("name", "label_en", "label_ko", "help_en", "help_ko", "is_required", "is_unique", "is_fast")
    values = {n: getattr(standing, n) for n in names} | {"is_searched": standing.options.get("searched", False)}
    choices = [Choice(**c) for c in standing.choices if not c.get("into")]
    default = from_document(standing.kind, standing.default)
    return Form(declared, standing.kind, {**values, **standing.options}, choices, {}, standing, default, actor)


def sent(kind: str, post: QueryDict, actor: Actor) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """What was sent as the services take it, and what of it cannot be read."""
    found: dict[str, Any] = {"kind": kind, **{n: post[n] for n in TEXTS if n in post}}
    found |= {n: post.get(n) == "on" for n in FLAGS}
    found["choices"] = _choices(post)
    definition = Definition(object_name="", name="default", kind=kind, label_en=_("Default"))
    read, errors = inputs.read([current.field_of(definition)], post)
    found["default"] = read.get("default")
    return found, errors


def _choices(post: QueryDict) -> list[dict[str, str]]:
    """The rows in the order of their numbers."""
    columns = [post.getlist(f"choice_{n}") for n in ("order", "value", "en", "ko", "tone")]
    rows = [dict(zip(("order", "value", "en", "ko", "tone"), row, strict=True)) for row in zip(*columns, strict=False)]
    return sorted(rows, key=lambda row: int(row["order"]) if row["order"].isdigit() else 9_999)
