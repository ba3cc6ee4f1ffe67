from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.core.customers.employments import events
from dangol.core.customers.employments.models import Employment
from dangol.core.customers.employments.queries import is_current
from dangol.core.customers.ends.queries import record_of
from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.events.stream import emit
from dangol.platform.objects.writing import NotFound, RecordWriter, writer_of

MOST_JOBS, MOST_ROLE = 100, 200
_DAYS = ("started_on", "ended_on")


def _clean(values: dict[str, Any], job: Any) -> dict[str, Any]:
    """Days as days, the end not before the beginning. Raises ValidationError by field."""
    errors: dict[str, Any] = {}
    for name in _DAYS:
        if name in values:
            try:
                column: Any = Employment._meta.get_field(name)
                values[name] = column.to_python(values[name] or None)
            except ValidationError as error:
                errors[name] = error.messages
    if errors:
        raise ValidationError(errors)
    start, end = values.get("started_on", job.started_on), values.get("ended_on", job.ended_on)
    if start and end and end < start:
        raise ValidationError({"ended_on": _("The end lies before the beginning.")})
    if len(str(values.get("role") or "")) > MOST_ROLE:
        raise ValidationError({"role": _("At most %(most)s letters.") % {"most": MOST_ROLE}})
    return values


JOBS = RecordWriter(
    model=Employment,
    writable=("role", "started_on", "ended_on", "source"),
    created=events.EmploymentAdded,
    changed=events.EmploymentChanged,
    trashed=events.EmploymentTrashed,
    restored=events.EmploymentRestored,
    clean=_clean,
    about=lambda job: job.person_id,
    search=lambda job: ("", ()),
)


@transaction.atomic
def add_job(
    *, actor: Actor, person_id: int, company_id: int, values: Mapping[str, Any] | None = None, is_main: bool = False
) -> Any:
    """Say that a person works or worked for a company. `is_main` makes it their own company.

    The first one that goes on is the main one by itself, where the person has no company yet. Raises NotFound (person
    or company not seen), Forbidden, InTrash, ValidationError by field.
    """
    person = record_of(actor, "person", person_id, is_locked=True)
    _require(actor)
    company = record_of(actor, "company", company_id, "see")
    if company.deleted_at is not None:
        raise ValidationError({"company": _("This company lies in the trash.")})
    given = dict(values or {})
    JOBS.judge(actor, given)
    job: Any = Employment(person_id=person.pk, company_id=company.pk)
    JOBS.put(job, given, lambda column, value: None)
    rows = Employment.objects.visible_to(actor).filter(person_id=person.pk, deleted_at=None)
    if rows.filter(company_id=company.pk, started_on=job.started_on, ended_on=job.ended_on).exists():
        raise ValidationError({"company": _("This employment is written down already.")})
    if rows.count() >= MOST_JOBS:
        raise ValidationError({"company": _("A record has at most %(most)s of these.") % {"most": MOST_JOBS}})
    job.save(force_insert=True)
    changes = {n: [None, v] for n, v in JOBS.standing(job).items() if v not in ("", None)}
    told = events.EmploymentAdded(
        subject_id=job.pk, about_id=person.pk, changes={"company": [None, company.pk], **changes}
    )
    job.told_by = emit(told, actor=actor).id
    if is_current(job, timezone.localdate()) and (is_main or person.company_id is None):
        _lead(actor, person, job)
    elif person.company_id == company.pk and job.role and is_current(job, timezone.localdate()):
        _set_own(actor, person.pk, {"job_title": job.role})
    return job


@transaction.atomic
def change_job(
    *, actor: Actor, record_id: int, values: Mapping[str, Any], expected: Mapping[str, Any] | None = None
) -> Any:
    """Change role or days. The person's own company and role follow: when the main one ends, the newest other one that
    goes on takes its place, or none.

    `record_id` is the row's number. Raises NotFound, Forbidden, Conflict, ValidationError by field.
    """
    before = JOBS.locked(actor, record_id, "change")
    _require(actor)
    person = record_of(actor, "person", before.person_id, is_locked=True)
    today = timezone.localdate()
    was_main = person.company_id == before.company_id and is_current(before, today)
    job = JOBS.change(actor=actor, record_id=record_id, values=values, expected=expected)
    if was_main and not is_current(job, today):
        _succeed(actor, person, job, today)
    elif was_main and "role" in values and job.role != person.job_title:
        _set_own(actor, person.pk, {"job_title": job.role})
    return job


@transaction.atomic
def make_main(*, actor: Actor, record_id: int) -> Any:
    """Make the company of an employment the person's own; the one that was stays written down. Returns the person.

    Raises NotFound, Forbidden, ValidationError (it is over).
    """
    job = JOBS.locked(actor, record_id, "change")
    if job.deleted_at is not None:
        raise NotFound(_("There is no such record, or you may not see it."))
    _require(actor)
    if not is_current(job, timezone.localdate()):
        raise ValidationError(_("This employment is over. Empty its end first."))
    return _lead(actor, record_of(actor, "person", job.person_id, is_locked=True), job)


@transaction.atomic
def trash_job(*, actor: Actor, record_id: int) -> Any:
    """Take an employment away, as one that never was; undo brings it back. Raises NotFound, Forbidden."""
    _require(actor)
    return JOBS.trash(actor=actor, record_id=record_id)


def _lead(actor: Actor, person: Any, job: Any) -> Any:
    _keep(actor, person, job.company_id)
    return _set_own(actor, person.pk, {"company": job.company_id, "job_title": job.role})


def _keep(actor: Actor, person: Any, but: int) -> None:
    """See to it that the person's own company has a row before another takes its place."""
    if person.company_id in (None, but):
        return
    today = timezone.localdate()
    rows = Employment.objects.for_system("whether the company that was is written down").filter(
        person_id=person.pk, company_id=person.company_id, deleted_at=None
    )
    if any(is_current(row, today) for row in rows):
        return
    job: Any = Employment(person_id=person.pk, company_id=person.company_id, role=person.job_title)
    job.save(force_insert=True)
    changes = {"company": [None, job.company_id], "role": [None, job.role]}
    emit(events.EmploymentAdded(subject_id=job.pk, about_id=person.pk, changes=changes), actor=actor)


def _succeed(actor: Actor, person: Any, ended: Any, today: date) -> None:
    rows = Employment.objects.for_system("which company is a person's own after one has ended").filter(
        person_id=person.pk, deleted_at=None, company__deleted_at=None
    )
    going_on = [r for r in rows.exclude(pk=ended.pk) if is_current(r, today)]
    newest = max(going_on, key=lambda r: (r.started_on or date.min, r.pk), default=None)
    values = {"company": newest.company_id, "job_title": newest.role} if newest else {"company": None, "job_title": ""}
    _set_own(actor, person.pk, values)


def _set_own(actor: Actor, person_id: int, values: dict[str, Any]) -> Any:
    writer = writer_of("person")
    assert writer is not None
    writable = {n: v for n, v in values.items() if n == "company" or actor.field_right("person", n) == "edit"}
    return writer.change(actor=actor, record_id=person_id, values=writable)


def _require(actor: Actor) -> None:
    if actor.field_right("person", "company") != "edit":
        raise Forbidden("change", "person")
