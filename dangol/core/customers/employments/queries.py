from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from dangol.core.customers.employments.models import Employment
from dangol.platform.access.actor import Actor
from dangol.platform.objects.registry import object_type

MOST_SHOWN = 20


@dataclass(frozen=True)
class Job:
    """A person's work for a company; `row` is None for the person's own company of which nothing more is known."""

    person: Any
    company: Any
    role: str
    is_main: bool
    is_current: bool
    row: Any = None

    @property
    def id(self) -> int | None:
        """The row's number, if there is one."""
        return self.row.pk if self.row is not None else None

    @property
    def started_on(self) -> date | None:
        """Since when, where that is known."""
        return self.row.started_on if self.row is not None else None

    @property
    def ended_on(self) -> date | None:
        """Until when; None while it goes on."""
        return self.row.ended_on if self.row is not None else None


def jobs_of(actor: Actor, person: Any, *, has_more: bool = True) -> list[Job]:
    """For which companies a person works and worked, as far as `actor` sees them: the main one first, then by time.

    Two queries; one where it is known that there is nothing beside the person's own company (`has_more`), none without.
    """
    if _is_closed(actor):
        return []
    rows: list[Employment] = []
    if has_more:
        rows = list(_rows(actor).filter(person_id=person.pk).order_by("-ended_on", "-started_on", "-pk"))
    wanted = {row.company_id for row in rows} | ({person.company_id} if person.company_id else set())
    companies = _seen("company", actor, wanted)
    today, found = timezone.localdate(), list[Job]()
    main = next((r for r in rows if r.company_id == person.company_id and is_current(r, today)), None)
    role = person.job_title if actor.field_right("person", "job_title") != "hidden" else ""
    if person.company_id in companies:
        found.append(Job(person, companies[person.company_id], role, True, True, main))
    for row in rows:
        if row is not main and row.company_id in companies:
            said = row.role if role or actor.field_right("person", "job_title") != "hidden" else ""
            found.append(Job(person, companies[row.company_id], said, False, is_current(row, today), row))
    return sorted(found, key=lambda job: (not job.is_main, not job.is_current))


def staff_of(actor: Actor, company: Any) -> tuple[list[Job], int]:
    """Who works at a company as far as `actor` sees them, those first for whom it is the main one, and how many in
    all; who left comes last."""
    if _is_closed(actor) or not actor.may("see", "person"):
        return [], 0
    people: Any = object_type("person").model
    own = people.objects.visible_to(actor).filter(company_id=company.pk, deleted_at=None)
    rows = list(_rows(actor).filter(company_id=company.pk).order_by("-started_on", "pk")[: MOST_SHOWN * 5])
    today = timezone.localdate()
    others = _seen("person", actor, {row.person_id for row in rows})
    first = list(own.order_by("name", "pk")[:MOST_SHOWN])
    mains = {p.pk for p in first} | {pk for pk, p in others.items() if p.company_id == company.pk}
    by_person = {r.person_id: r for r in rows if is_current(r, today)}
    sees = actor.field_right("person", "job_title") != "hidden"
    found = [Job(p, company, p.job_title if sees else "", True, True, by_person.get(p.pk)) for p in first]
    more = [
        Job(others[r.person_id], company, r.role if sees else "", False, is_current(r, today), r)
        for r in rows if r.person_id in others and (r.person_id not in mains or not is_current(r, today))
    ]  # fmt: skip
    found += sorted(more, key=lambda job: not job.is_current)
    return found[:MOST_SHOWN], own.count() + len(more)


def is_current(row: Any, today: date) -> bool:
    """Whether an employment goes on (or is still to begin)."""
    return row.ended_on is None or row.ended_on >= today


def find_job(actor: Actor, person_id: int, job_id: int) -> Any:
    """One row of a person that `actor` sees; None for none."""
    return _rows(actor).filter(pk=job_id, person_id=person_id).first() if 0 < job_id < 2**63 else None


def _rows(actor: Actor) -> Any:
    return Employment.objects.visible_to(actor).filter(deleted_at=None)


def _is_closed(actor: Actor) -> bool:
    return actor.field_right("person", "company") == "hidden"


def _seen(name: str, actor: Actor, ids: set[int]) -> dict[int, Any]:
    if not ids:
        return {}
    rows: Any = object_type(name).model.objects.visible_to(actor)
    return {row.pk: row for row in rows.filter(pk__in=ids, deleted_at=None)}


def answer(row: Any) -> dict[str, Any]:
    """A row for programs that follow the change feed."""
    return {
        "id": row.pk, "person_id": row.person_id, "company_id": row.company_id, "role": row.role,
        "started_on": row.started_on, "ended_on": row.ended_on, "source": row.source,
    }  # fmt: skip
