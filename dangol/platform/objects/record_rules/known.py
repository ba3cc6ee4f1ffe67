"""The rules at hand in every process, and what they say of a record."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, FieldDoesNotExist, ValidationError
from django.utils.translation import gettext as _

from dangol.platform.objects.added import formula
from dangol.platform.objects.added.formula import Node, names_in, plain, work_out
from dangol.platform.objects.added.obeying import Held, keep_rules
from dangol.platform.objects.custom_fields import current
from dangol.platform.objects.extended import declared_only
from dangol.platform.objects.record_rules.models import Rule
from dangol.platform.objects.registry import object_type

log = logging.getLogger(__name__)
Stood = Mapping[str, Any] | None
_rows: dict[str, tuple[Rule, ...]] = {}
_serial = 0


@dataclass(frozen=True)
class Obeyed:
    """A rule that was read: `names` are the fields of its formula."""

    kind: str
    fields: frozenset[str]
    tree: Node
    names: frozenset[str]
    formula: str
    message: Any


def usable(object_name: str) -> dict[str, str]:
    """The fields that a rule of an object can ask about, and what they are to its formula."""
    return current.usable(declared_only(object_type(object_name), "fields"), current.definitions_of(object_name))


def rules_of(object_name: str) -> tuple[Obeyed, ...]:
    """The active rules of an object. One that speaks of a field that is gone holds no more."""
    current.look()
    return _read_rules(object_name, _serial, current.mark()) if object_name in _rows else ()


@lru_cache(maxsize=256)
def _read_rules(object_name: str, serial: int, mark: str) -> tuple[Obeyed, ...]:
    known, found = usable(object_name), []
    for row in _rows.get(object_name, ()):
        try:
            tree = formula.read(row.formula, known)
        except formula.FormulaError as error:
            log.warning("Rule %s of %s does not hold: %s", row.pk, object_name, error)
            continue
        message = current.said(row.message_en, row.message_ko)
        found.append(Obeyed(row.kind, frozenset(row.fields), tree, frozenset(names_in(tree)), row.formula, message))
    return tuple(found)


class Kept:
    """What `obeying` asks."""

    def has_any(self, object_name: str) -> bool:
        """Whether an object has rules."""
        return object_name in _rows

    def obey(self, record: Any, stood: Stood) -> None:
        """Raise ValidationError by field where a record breaks a rule. Of a record that stood already only what
        changes is judged, so that a new rule does not make older records unchangeable."""
        changed = None if stood is None else _changed(record, stood)
        errors: dict[str, list[str]] = {}
        for rule in rules_of(record.access_name):
            for name, sentence in _broken(rule, record, stood, changed):
                errors.setdefault(name, []).append(sentence)
        if errors:
            raise ValidationError(errors)

    def held(self, record: Any, stood: Stood) -> Held:
        """Which fields are not shown, required and locked for a record as it is."""
        rules = rules_of(record.access_name)
        shown = [rule for rule in rules if rule.kind == Rule.Kind.SHOW]
        may_show = {name for rule in shown if _is_true(rule, record) for name in rule.fields}
        hidden = {name for rule in shown for name in rule.fields} - may_show
        required = {n for r in rules if r.kind == Rule.Kind.REQUIRE and _is_true(r, record) for n in r.fields}
        locked = {n for r in rules if r.kind == Rule.Kind.LOCK and stood is not None and _was_true(r, record, stood)
                  for n in r.fields}  # fmt: skip
        asked = {n for r in rules if r.kind in (Rule.Kind.SHOW, Rule.Kind.REQUIRE) for n in r.names}
        return Held(frozenset(hidden), frozenset(required - hidden), frozenset(locked), frozenset(asked))


def _broken(rule: Obeyed, record: Any, stood: Stood, changed: set[str] | None) -> list[tuple[str, str]]:
    """The fields for which a record breaks a rule, and the sentences."""
    said = str(rule.message) if rule.message else ""
    touched = rule.fields if changed is None else rule.fields & changed
    if rule.kind == Rule.Kind.LOCK:
        if stood is None or not touched or not _was_true(rule, record, stood):
            return []
        return [(name, said or _("This cannot be changed any more.")) for name in sorted(touched)]
    if rule.kind == Rule.Kind.SHOW:
        if _is_true(rule, record) or _is_shown_otherwise(rule, record):
            return []
        wrong = sorted(name for name in touched if not _is_empty(record, name))
        return [(name, said or _("This does not apply here: leave it empty.")) for name in wrong]
    if changed is not None and not changed & (rule.names | rule.fields):
        return []
    if rule.kind == Rule.Kind.REQUIRE:
        wrong = sorted(name for name in rule.fields if _is_empty(record, name)) if _is_true(rule, record) else []
        return [(name, said or _("This is needed here.")) for name in wrong]
    if _value(rule.tree, lambda name: _of(record, name)) is not False:
        return []
    place = min(rule.fields, default=NON_FIELD_ERRORS)
    return [(place, said or _("This does not fulfil the rule “%(rule)s”.") % {"rule": rule.formula})]


def _is_shown_otherwise(rule: Obeyed, record: Any) -> bool:
    """Whether another rule shows all of its fields."""
    others = [r for r in rules_of(record.access_name) if r.kind == Rule.Kind.SHOW and r is not rule]
    return all(any(name in r.fields and _is_true(r, record) for r in others) for name in rule.fields)


def _is_true(rule: Obeyed, record: Any) -> bool:
    return _value(rule.tree, lambda name: _of(record, name)) is True


def _was_true(rule: Obeyed, record: Any, stood: Mapping[str, Any]) -> bool:
    """Whether it was true of the record as it was read."""
    then = type(record)()
    then.__dict__.update(stood)
    then._state = record._state
    return _is_true(rule, then)


def _value(tree: Node, value: Any) -> Any:
    return work_out(tree, value)


def _of(record: Any, name: str) -> Any:
    try:
        return plain(getattr(record, record._meta.get_field(name).attname))
    except FieldDoesNotExist:
        return None


def _is_empty(record: Any, name: str) -> bool:
    try:
        value = getattr(record, record._meta.get_field(name).attname)
    except FieldDoesNotExist:
        return False
    return value in (None, "", [], False)


def _changed(record: Any, stood: Mapping[str, Any]) -> set[str]:
    """The names of the fields in which a record differs from what it was."""
    names = {f.name for f in record._meta.concrete_fields if f.attname in stood and f.name != "custom"
             and stood[f.attname] != record.__dict__.get(f.attname)}  # fmt: skip
    before, after = stood.get("custom") or {}, record.custom or {}
    return names | {key for key in {**before, **after} if before.get(key) != after.get(key)}


def _read() -> None:
    global _serial
    found: dict[str, tuple[Rule, ...]] = {}
    for row in Rule.objects.filter(is_active=True).order_by("id"):
        found[row.object_name] = (*found.get(row.object_name, ()), row)
    _rows.clear()
    _rows.update(found)
    _serial += 1


def _clear() -> None:
    _rows.clear()


current.keep_beside("objects_rule", read=_read, clear=_clear)
keep_rules(Kept())
