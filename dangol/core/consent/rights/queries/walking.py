"""Everything that leads to a person: the rows, what becomes of each, and by what the person is known in texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Q

from dangol.core.customers.people.models import Person
from dangol.platform.objects.holders import Subject, fate_of, holders
from dangol.platform.objects.pointing import NAME, Pointer, pointers_to

SHORTEST_MARK = 5
WHY = "everything about one person"


@dataclass
class Found:
    """What leads to a person: rows to erase {table: keys}, links to cut, and the models of the tables."""

    rows: dict[str, list[Any]] = field(default_factory=dict)
    cuts: list[tuple[Pointer, list[Any], list[Any]]] = field(default_factory=list)
    models: dict[str, Any] = field(default_factory=dict)

    def by_subject(self) -> dict[str, list[int]]:
        """The keys of erased rows by the name under which events tell of them."""
        told: dict[str, list[int]] = {}
        for table, keys in self.rows.items():
            name = getattr(self.models[table], "access_name", "") or self.models[table]._meta.model_name
            for each in {name, table.partition("_")[2]}:
                told.setdefault(str(each), []).extend(k for k in keys if isinstance(k, int))
        return told


def walk(person_id: int) -> Found:
    """Every row that leads to a person, and every row that leads to one that goes, without the person's own."""
    found = Found()
    waiting: list[tuple[Any, list[Any]]] = [(Person, [person_id])]
    while waiting:
        model, keys = waiting.pop()
        for pointer in pointers_to(model):
            rows = _rows_of(pointer, model, keys)
            known = set(found.rows.get(pointer.table, ()))
            fresh = [key for key in rows if key not in known]
            if not fresh or pointer.table == Person._meta.db_table:
                if fresh and pointer.table == Person._meta.db_table:
                    found.cuts.append((pointer, fresh, keys))
                continue
            if pointer.how in ("one", "several") or _is_cut(pointer):
                found.cuts.append((pointer, fresh, keys))
                continue
            found.rows.setdefault(pointer.table, []).extend(fresh)
            found.models[pointer.table] = pointer.model
            waiting.append((pointer.model, fresh))
    found.cuts = [(p, [r for r in rows if r not in set(found.rows.get(p.table, ()))], k) for p, rows, k in found.cuts]
    found.cuts = [cut for cut in found.cuts if cut[1]]
    return found


def subject_of(person: Person, found: Found | None = None) -> Subject:
    """By what a person is known: addresses, numbers, names; and the rows that go with her."""
    values = [person.email, person.phone, person.customer_number or "", *_further_points(person.pk)]
    marks = tuple(v for v in dict.fromkeys(values) if len(v) >= SHORTEST_MARK and not _is_shared(v, person.pk))
    names = tuple(dict.fromkeys(v for v in (person.name, person.latin_name) if v))
    rows = {table: set(keys) for table, keys in (found.rows if found else {}).items()}
    return Subject(person.pk, marks, names, {**rows, Person._meta.db_table: {person.pk}})


def preview(person: Person) -> list[tuple[str, int, str]]:
    """What an erasure would do: (table or place, how many, "erase" or "cut"), the most first; nothing is changed."""
    found = walk(person.pk)
    subject = subject_of(person, found)
    told = [(table, len(keys), "erase") for table, keys in found.rows.items()]
    told += [(pointer.table, len(rows), "cut") for pointer, rows, _keys in found.cuts]
    told += [(str(h.label), count, "erase") for h in holders() if (count := h.count(subject))]
    return sorted(told, key=lambda each: -each[1])


def _is_cut(pointer: Pointer) -> bool:
    return pointer.how == "link" and pointer.is_nullable and fate_of(pointer.table, pointer.on_delete) == "cut"


def _rows_of(pointer: Pointer, model: Any, keys: list[Any]) -> list[Any]:
    column, params = f'"{pointer.column}"', {"keys": keys, "name": getattr(model, "access_name", "")}
    if pointer.how == "link":
        condition = f"{column} = ANY(%(keys)s)"
    elif pointer.how == "named":
        condition = f'"{NAME}" = %(name)s AND {column} = ANY(%(keys)s)'
    elif pointer.how == "one":
        condition, params["keys"] = f"({column} ->> '{pointer.member}') = ANY(%(keys)s)", [str(k) for k in keys]
    else:
        condition = " OR ".join(f"({column} -> '{pointer.member}') @> '[{int(k)}]'::jsonb" for k in keys)
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{pointer.key}" FROM "{pointer.table}" WHERE {condition}', params)
        return [row[0] for row in cursor.fetchall()]


def _is_shared(mark: str, person_id: int) -> bool:
    """Whether somebody else has the same address (a family's telephone): then it is not this person's alone."""
    others = Person.objects.for_system(WHY).exclude(pk=person_id)
    return bool(others.filter(Q(email=mark) | Q(phone=mark) | Q(customer_number=mark)).exists())


def _further_points(person_id: int) -> Iterator[str]:
    """E-mails, phones and names in messengers beside the first ones."""
    try:
        model = apps.get_model("customers", "ContactPoint")
    except LookupError:
        return
    rows = model.objects.for_system(WHY).filter(person_id=person_id)
    yield from rows.values_list("value", flat=True)
