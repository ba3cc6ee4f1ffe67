from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from dangol.core.customers.employments.models import Employment
from dangol.core.customers.employments.queries import answer, jobs_of, staff_of
from dangol.core.customers.ends.queries import AtEnds
from dangol.platform.access.actor import Actor
from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.objects import reading
from dangol.platform.objects.beside import has, register_presence
from dangol.platform.objects.hung import register_hung
from dangol.platform.objects.registry import object_type, register_panel
from dangol.platform.objects.types import Panel, fields_of

_TEMPLATE = "customers/employments/panel.html"


def jobs_panel(actor: Actor, person: Any) -> dict[str, Any] | None:
    """For whom a person works and worked; None where nothing is known and nothing can be added."""
    declared = object_type("person")
    can = person.deleted_at is None and actor.field_right("person", "company") == "edit"
    can = can and actor.may("see", "company") and reading.may(declared, actor, person, "change")
    jobs = jobs_of(actor, person, has_more=has(person, "jobs"))
    if not jobs and not can:
        return None
    title = object_type("company").title
    shown = [{"job": job, "title": title(job.company), "url": f"/companies/{job.company.pk}"} for job in jobs]
    return {"jobs": shown, "can_change": can, "place": f"/people/{person.pk}", "icon": "building", "more": 0}


def staff_panel(actor: Actor, company: Any) -> dict[str, Any] | None:
    """Who works at a company; None where nobody is known to."""
    jobs, count = staff_of(actor, company) if has(company, "staff") else ([], 0)
    if not jobs:
        return None
    title = object_type("person").title
    shown = [{"job": job, "title": title(job.person), "url": f"/people/{job.person.pk}"} for job in jobs]
    return {"jobs": shown, "can_change": False, "place": "", "icon": "user", "more": max(0, count - len(jobs))}


register_hung(AtEnds(
    name=Employment.access_name,
    label=_("Employment"),
    model=Employment,
    fields=fields_of(Employment, ("company", "role", "started_on", "ended_on", "source")),
    title=lambda job: job.role or str(_("Employment")),
    anchor=lambda job: "#jobs",
    answer=answer,
))  # fmt: skip
register_presence("person", "jobs", Employment, "person_id")
register_presence("company", "staff", Employment, "company_id")
register_panel("person", Panel("jobs", _("Work"), _TEMPLATE, jobs_panel, place="facts", order=20))
register_panel("company", Panel("staff", _("People here"), _TEMPLATE, staff_panel, place="facts", order=20))
register_title("employment.added", EventTitle(_("Employment added"), "briefcase"))
register_title("employment.changed", EventTitle(_("Employment changed"), "edit", is_quiet=True))
register_title("employment.trashed", EventTitle(_("Employment removed"), "trash", is_quiet=True))
register_title("employment.restored", EventTitle(_("Employment brought back"), "restore", is_quiet=True))
