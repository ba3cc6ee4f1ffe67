"""A definition as a form or a program sends it, read and checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from dangol.platform.objects.added import formula, rules
from dangol.platform.objects.added.kinds import column_for
from dangol.platform.objects.added.rules import Choice, Definition, free_name, is_name, to_document
from dangol.platform.objects.custom_fields import current
from dangol.platform.objects.custom_fields.models import CustomField
from dangol.platform.objects.custom_fields.rolling import read_roll_up
from dangol.platform.objects.extended import declared_only
from dangol.platform.objects.registry import all_fields, object_types
from dangol.platform.objects.types import ObjectType

FIXED = ("name", "kind")
WRITTEN = (
    "label_en", "label_ko", "help_en", "help_ko", "choices", "default", "options", "is_required", "is_unique",
    "is_fast",
)  # fmt: skip
Values = Mapping[str, Any]


def read_definition(declared: ObjectType, values: Values, standing: CustomField | None = None) -> dict[str, Any]:
    """The columns of a custom field, from: kind, name (may be left out), label_en, label_ko, help_en, help_ko, choices
    (a list of {value?, en, ko?, tone?}), default (as a value of the field), places, relation, is_required, is_unique,
    is_fast. What is not sent stays as it stands. Raises ValidationError by field.
    """
    errors: dict[str, Any] = {}
    found = _texts(values, standing, errors)
    kind = str(values.get("kind", ""))
    if kind not in rules.KINDS:
        errors["kind"] = _("Choose a kind.")
        raise ValidationError(errors)
    found["kind"] = kind
    if standing is None:
        found["name"] = _name(declared, values, found, errors)
    found["choices"] = _choices(kind, values, standing, errors)
    found["options"] = _options(declared, kind, values, standing, errors)
    was_searched = bool(standing and standing.options.get("searched"))
    if kind in rules.SEARCHED and values.get("is_searched", was_searched):
        found["options"] = {**found["options"], "searched": True}
    for flag, kinds in (("is_unique", rules.UNIQUE), ("is_fast", rules.INDEXED), ("is_required", rules.REQUIRABLE)):
        found[flag] = bool(values.get(flag, getattr(standing, flag, False))) and kind in kinds
    if not errors:
        found["default"] = _default(found, values, standing, errors)
    if errors:
        raise ValidationError(errors)
    return found


def _texts(values: Values, standing: CustomField | None, errors: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in ("label_en", "label_ko", "help_en", "help_ko"):
        text = str(values.get(name, getattr(standing, name, "")) or "").replace("\x00", "").strip()
        if len(text) > (80 if name.startswith("label") else 400):
            errors[name] = _("This is too long.")
        found[name] = text
    if not found["label_en"] and not found["label_ko"]:
        errors["label_en"] = _("Give a name in at least one language.")
    return found


def _name(declared: ObjectType, values: Values, found: Values, errors: dict[str, Any]) -> str:
    taken = set(CustomField.objects.filter(object_name=declared.name).values_list("name", flat=True))
    taken |= set(all_fields(declared))
    asked = str(values.get("name") or "").strip().lower()
    if not asked:
        return free_name(found["label_en"], taken)
    asked = asked if asked.startswith(rules.PREFIX) else f"{rules.PREFIX}{asked}"
    if not is_name(asked):
        errors["name"] = _("Small letters, digits and single underscores; it begins with a letter.")
    elif asked in taken:
        errors["name"] = _("Another field is called this already.")
    return asked


def _choices(kind: str, values: Values, standing: CustomField | None, errors: dict[str, Any]) -> list[dict[str, Any]]:
    if kind not in rules.LISTED:
        return []
    given = values.get("choices", getattr(standing, "choices", []))
    found = _read_choices(given if isinstance(given, Sequence) and not isinstance(given, str) else [])
    found = _as_they_stand(found, standing) if found else found
    if not found:
        errors["choices"] = _("Give at least one choice.")
    elif len(found) > rules.MOST_CHOICES:
        errors["choices"] = _("At most %(most)d choices.") % {"most": rules.MOST_CHOICES}
    elif len({c.value for c in found}) < len(found):
        errors["choices"] = _("Two choices are kept under the same value.")
    return [c.to_json() for c in found]


def _as_they_stand(found: list[Choice], standing: CustomField | None) -> list[Choice]:
    """The choices with what the form of a field does not ask: which are off, which were made another."""
    before = {c["value"]: Choice(**c) for c in standing.choices} if standing else {}
    named = {c.value for c in found}
    kept = [replace(c, off=before[c.value].off, into=before[c.value].into) if c.value in before else c for c in found]
    return kept + [c for c in before.values() if c.into and c.value not in named]


def _read_choices(given: Sequence[Any]) -> list[Choice]:
    found: list[Choice] = []
    for one in given:
        if not isinstance(one, Mapping):
            continue
        en, ko = (str(one.get(n) or "").replace("\x00", "").strip()[:80] for n in ("en", "ko"))
        if not en and not ko:
            continue
        taken = {c.value for c in found} | {str(o.get("value") or "") for o in given if isinstance(o, Mapping)}
        value = str(one.get("value") or "").strip() or free_name(en, {f"c_{t}" for t in taken})[2:]
        tone = str(one.get("tone") or "")
        found.append(Choice(value.replace(",", " ")[:80], en, ko, tone if tone in rules.TONES else ""))
    return found


def _options(
    declared: ObjectType, kind: str, values: Values, standing: CustomField | None, errors: dict[str, Any]
) -> dict[str, Any]:
    before: dict[str, Any] = standing.options if standing else {}
    if kind in ("number", "money"):
        places = str(values.get("places", before.get("places", 0 if kind == "number" else 2)))
        if not places.isdigit() or int(places) > 6:
            errors["places"] = _("A number from 0 to 6.")
            return {}
        if standing and int(places) < int(before.get("places", 0)):
            errors["places"] = _("There may be values with more places already.")
        return {"places": int(places)}
    if kind == "formula":
        return _formula(declared, values, standing, errors)
    if kind == "rollup":
        return read_roll_up(declared, values, standing, errors)
    if kind in ("relation", rules.SEVERAL):
        if standing:
            return before
        known = {t.name for t in object_types()}
        if values.get("relation") not in known:
            errors["relation"] = _("Choose to what it leads.")
        return {"relation": str(values.get("relation", ""))}
    return {n: v for n, v in before.items() if n != "searched"}


def _formula(
    declared: ObjectType, values: Values, standing: CustomField | None, errors: dict[str, Any]
) -> dict[str, Any]:
    """The text of a formula, what comes out, and how many places a number has."""
    before: dict[str, Any] = standing.options if standing else {}
    text = str(values.get("formula", before.get("formula", "")) or "").replace("\x00", "").strip()
    wanted = str(values.get("result", before.get("result", "")) or "number")
    places = str(values.get("places", before.get("places", 2)))
    others = [f.definition for f in CustomField.objects.filter(object_name=declared.name, removed_at=None)]
    try:
        kind = formula.read(text, current.usable(declared_only(declared, "fields"), others)).kind
    except formula.FormulaError as error:
        errors["formula"] = str(error)
        return {}
    if kind == formula.DATE:
        errors["formula"] = _("A formula gives a number, a text, or yes or no.")
    if not places.isdigit() or int(places) > 6:
        errors["places"] = _("A number from 0 to 6.")
        return {}
    result = wanted if kind == formula.NUMBER and wanted in rules.DECIMALS else kind
    return {"formula": text, "result": result, "places": int(places)}


def _default(found: dict[str, Any], values: Values, standing: CustomField | None, errors: dict[str, Any]) -> Any:
    if "default" not in values:
        return standing.default if standing else None
    kind, given = found["kind"], values["default"]
    if given in (None, "", [], False) or kind in (*rules.LINKS, rules.SEVERAL, *rules.WORKED_OUT):
        return None
    definition = Definition(
        object_name="", name="c_x", kind=kind, label_en="", places=found["options"].get("places", 0),
        choices=tuple(Choice(**c) for c in found["choices"]),
    )  # fmt: skip
    column = column_for(definition)
    column.set_attributes_from_name("c_x")
    try:
        return to_document(kind, column.clean(column.to_python(given), None))
    except ValidationError as error:
        errors["default"] = error.messages
    return None
