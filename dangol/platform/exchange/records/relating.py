"""Records and members of staff that cells name: found by name, made once where they are not known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models.functions import Lower

from dangol.platform.access.actor import Actor
from dangol.platform.accounts.models import User
from dangol.platform.exchange.records.habits import habits_of
from dangol.platform.exchange.records.making import Maker
from dangol.platform.exchange.records.plan import Plan
from dangol.platform.exchange.records.rows import Taken
from dangol.platform.exchange.records.telling import Told
from dangol.platform.objects.registry import object_type
from dangol.platform.objects.types import Field
from dangol.platform.objects.writing import RecordWriter, writer_of

NO_RELATED, TWO_RELATED, NOBODY = "no_related", "two_related", "nobody"
MOST_REMEMBERED = 100_000
UNKNOWN = 0


class Relations:
    """Finds what the relation and staff cells of an import name. Answers are remembered from batch to batch."""

    def __init__(self, plan: Plan, actor: Actor) -> None:
        self.plan, self.actor = plan, actor
        self._known: dict[str, dict[str, int | str]] = {f.name: {} for f in plan.relations}
        self.made = 0

    def peek(self, row: Taken) -> bool:
        """Put ids in place of names that were asked for before; whether that leaves none to be asked for."""
        for f in self.plan.relations:
            value = row.values.get(f.name)
            found = [self._known[f.name].get(name.casefold()) for name in _asked(value)]
            if not all(isinstance(one, int) for one in found):
                return False
            if found:
                row.values[f.name] = _answer(value, found)
        return True

    def resolve(self, rows: Sequence[Taken], told: Told, *, is_dry: bool) -> list[tuple[Taken, str, str]]:
        """Put ids in place of names, in the rows; returns (row, reason, field) of those that name nothing we know."""
        left: dict[int, tuple[Taken, str, str]] = {}
        for f in self.plan.relations:
            known = self._known[f.name]
            asking = [row for row in rows if _asked(row.values.get(f.name))]
            names = {name: None for row in asking for name in _asked(row.values[f.name])}
            missing = [n for n in names if n.casefold() not in known]
            if len(known) > MOST_REMEMBERED:
                known = self._known[f.name] = {}
                missing = list(names)
            if missing:
                known |= self._staff(missing) if f.kind == "user" else self._records(f, missing, told, is_dry)
            for row in asking:
                found = [known[name.casefold()] for name in _asked(row.values[f.name])]
                reasons = [one for one in found if isinstance(one, str)]
                if reasons:
                    left.setdefault(row.number, (row, reasons[0], f.name))
                else:
                    row.values[f.name] = _answer(row.values[f.name], found)
        return list(left.values())

    def _staff(self, names: Sequence[str]) -> dict[str, int | str]:
        """Members of staff by e-mail, else by name."""
        by_mail: dict[str, int] = {}
        by_name: dict[str, list[int]] = {}
        for user in User.objects.filter(is_active=True):
            by_mail[user.email.casefold()] = user.pk
            by_name.setdefault(user.name.casefold(), []).append(user.pk)
        found: dict[str, int | str] = {}
        for name in (n.casefold() for n in names):
            fitting = [by_mail[name]] if name in by_mail else by_name.get(name, [])
            found[name] = fitting[0] if len(fitting) == 1 else NOBODY
        return found

    def _records(self, f: Field, names: Sequence[str], told: Told, is_dry: bool) -> dict[str, int | str]:
        other = object_type(f.relation)
        writer = writer_of(other.name)
        fields = [n for n in habits_of(other.name).named_by if _has_column(other.model, n)]
        found: dict[str, int | str] = {}
        for name in fields:
            wanted = [n.casefold() for n in names if n.casefold() not in found]
            found |= self._named(other.model, name, wanted)
        unknown: dict[str, str] = {}
        for n in names:
            if n.casefold() not in found:
                unknown.setdefault(n.casefold(), n)  # made as it is written first
        may_make = self.plan.choices.makes_related and writer is not None and self.actor.may("create", other.name)
        if not fields or writer is None or not may_make:
            return found | dict.fromkeys(unknown, NO_RELATED)
        self.made += len(unknown)
        return found | self._make(writer, fields[0], unknown, told, is_dry)

    def _named(self, model: Any, name: str, wanted: list[str]) -> dict[str, int | str]:
        """The records that are called so; one that several are called cannot be told."""
        if not wanted:
            return {}
        rows = model.objects.visible_to(self.actor).filter(deleted_at=None).annotate(lowered=Lower(name))
        found: dict[str, int | str] = {}
        for pk, lowered in rows.filter(lowered__in=wanted).order_by("pk").values_list("pk", "lowered"):
            found[lowered] = TWO_RELATED if lowered in found else pk
        return found

    def _make(
        self, writer: RecordWriter, name: str, unknown: dict[str, str], told: Told, is_dry: bool
    ) -> dict[str, int | str]:
        if is_dry:
            return dict.fromkeys(unknown, UNKNOWN)
        maker = Maker(writer, self.actor)
        drafts = [maker.draft({name: text}) for text in unknown.values()]
        maker.make(drafts, told)
        return {key: NO_RELATED if draft.error else draft.record.pk for key, draft in zip(unknown, drafts, strict=True)}


def _asked(value: Any) -> list[str]:
    """The names in a value that are to be looked up."""
    several = value if isinstance(value, list) else [value]
    return [one for one in several if isinstance(one, str)]


def _answer(value: Any, found: Sequence[Any]) -> Any:
    """Ids in place of names; among several those that are only to come are left out."""
    return [pk for pk in found if pk != UNKNOWN] if isinstance(value, list) else found[0]


def _has_column(model: Any, name: str) -> bool:
    return any(f.name == name for f in model._meta.concrete_fields)
