"""Who looks like a record that is being added: candidates by what is indexed, compared by what the asker may see.

Candidates are found among the rows that the asker sees, in the statement itself; so a record that is not theirs cannot
be told by what comes back, how much of it, or how long it took. Fields hidden from the asker are neither looked for nor
compared. Only what must be unique in the whole house (a customer number) is refused for all, by saving.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from dangol.core.customers.contact_points.rules import clean_email, clean_phone, clean_website
from dangol.core.identity.likeness.rules.comparing import Likeness, Traits, likeness
from dangol.core.identity.likeness.rules.names import firm_spellings, spellings
from dangol.core.identity.merging.models import MERGED
from dangol.platform.access.actor import Actor
from dangol.platform.accounts.queries import workspace
from dangol.platform.objects.registry import object_type
from dangol.platform.search.models import SearchEntry
from dangol.platform.search.rules import normal

MOST_A_WAY = 40
"""So many candidates each way of looking brings at most: of a name that thousands bear, those are compared."""
SHOWN = 5
FIELDS = {
    "person": ("customer_number", "name", "latin_name", "email", "phone", "born_on", "address", "city", "company"),
    "company": ("registration_number", "name", "phone", "address", "city", "website"),
}


@dataclass(frozen=True)
class Alike:
    """A record that looks like the one being added, and why."""

    record: Any
    title: str
    subtitle: str
    likeness: Likeness


def alike(actor: Actor, object_name: str, values: Mapping[str, Any], *, but: int | None = None) -> list[Alike]:
    """The records that look like one with `values`, likeliest first; at most five, `but` one apart.

    `values` are as a form or a program sends them; what cannot be read is not compared. Nothing for other objects than
    people and companies, nor for an actor who sees none.
    """
    if object_name not in MERGED or not actor.may("see", object_name):
        return []
    known = _readable(actor, object_name, values)
    asked = traits_of(object_name, known)
    found = _candidates(actor, object_name, known, but)
    if not found:
        return []
    declared = object_type(object_name)
    open_fields = _open_fields(actor, object_name)
    rows = []
    for record in found.values():
        like = likeness(asked, traits_of(object_name, _of_record(record, open_fields)))
        if like.is_shown:
            rows.append(Alike(record, declared.title(record), declared.subtitle(record), like))
    rows.sort(key=lambda one: (-one.likeness.weight, one.record.pk))
    return rows[:SHOWN]


def traits_of(object_name: str, values: Mapping[str, Any]) -> Traits:
    """What is compared of a record with these values."""
    is_firm = object_name == "company"
    text = {n: str(values.get(n) or "") for n in FIELDS[object_name] if n not in ("born_on", "company")}
    return Traits(
        names=tuple(n for n in (text["name"], text.get("latin_name", "")) if n),
        emails=frozenset({text.get("email", "")} - {""}),
        phones=frozenset({text["phone"]} - {""}),
        number=text["registration_number" if is_firm else "customer_number"],
        born_on=_day(values.get("born_on")), address=text["address"], city=text["city"],
        company=_number(values.get("company")), website=text.get("website", ""), is_firm=is_firm,
    )  # fmt: skip


def _open_fields(actor: Actor, object_name: str) -> tuple[str, ...]:
    return tuple(n for n in FIELDS[object_name] if actor.field_right(object_name, n) != "hidden")


def _readable(actor: Actor, object_name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """What was sent, written as it is kept."""
    found = {n: values[n] for n in _open_fields(actor, object_name) if values.get(n) not in (None, "")}
    country = str(values.get("country") or "") or workspace().country
    for name, clean in (("email", clean_email), ("website", clean_website)):
        if name in found:
            found[name] = _cleaned(clean, str(found[name]))
    if "phone" in found:
        found["phone"] = _cleaned(lambda text: clean_phone(text, country), str(found["phone"]))
    return {n: v for n, v in found.items() if v}


def _cleaned(clean: Any, text: str) -> str:
    try:
        return str(clean(text.replace("\x00", "")))
    except ValueError:
        return ""


def _of_record(record: Any, names: Iterable[str]) -> dict[str, Any]:
    return {n: getattr(record, record._meta.get_field(n).attname) for n in names}


def _candidates(actor: Actor, object_name: str, values: Mapping[str, Any], but: int | None) -> dict[int, Any]:
    """One short statement for each way, each by an index and among the rows that `actor` sees."""
    model: Any = object_type(object_name).model
    found: dict[int, Any] = {}
    for condition in _ways(object_name, values):
        rows: Any = model.objects.visible_to(actor).filter(condition, deleted_at=None)
        for record in rows.exclude(pk=but)[:MOST_A_WAY] if but else rows[:MOST_A_WAY]:
            found[record.pk] = record
    return found


def _ways(object_name: str, values: Mapping[str, Any]) -> Iterable[Q]:
    for name in ("customer_number", "registration_number", "email", "phone"):
        if name in values and (name != "phone" or object_name == "person"):
            yield Q(**{name: values[name]})
    names = [str(values[n]) for n in ("name", "latin_name") if n in values]
    if not names:
        return
    titles = _titles(object_name, names)
    entries = SearchEntry.objects.filter(object_name=object_name, title__in=titles)
    same = Q(pk__in=entries.values("record_id"))
    if "born_on" in values and (born := _day(values["born_on"])) is not None:
        yield same & Q(born_on=born)
    yield same


def _titles(object_name: str, names: Iterable[str]) -> list[str]:
    spelt_by = firm_spellings if object_name == "company" else spellings
    found = [normal(spelt)[:200] for name in names for spelt in spelt_by(name)]
    return list(dict.fromkeys(found))


def _day(value: Any) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)) if value else None
    except ValueError:
        return None


def _number(value: Any) -> int | None:
    text = str(getattr(value, "pk", value) or "")
    return int(text) if text.isascii() and text.isdigit() else None
