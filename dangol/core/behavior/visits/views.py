"""A visit with its pages, on a page of its own and inside the story."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dangol.core.behavior.commerce.queries import mattered_in
from dangol.core.behavior.visits import queries
from dangol.core.behavior.visits.object import shown
from dangol.core.customers.people.models import Person
from dangol.core.customers.people.object import title
from dangol.platform.access.actor import Actor
from dangol.platform.objects.writing import NotFound


@login_required
@require_GET
def visit(request: HttpRequest, visit_id: int) -> HttpResponse:
    """A visit: where it came from, what mattered, and every page in its order."""
    return render(request, "behavior/visits/visit.html", _context(request, visit_id))


@login_required
@require_GET
def pages(request: HttpRequest, visit_id: int) -> HttpResponse:
    """The pages of a visit alone, for the story."""
    return render(request, "behavior/visits/steps.html", _context(request, visit_id))


def _context(request: HttpRequest, visit_id: int) -> dict[str, Any]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = queries.find_visit(actor, visit_id)
    if found is None:
        raise NotFound(_("There is no such visit, or you may not see it."))
    visit, visitor = found
    person = Person.objects.visible_to(actor).filter(pk=visitor.person_id).first() if visitor.person_id else None
    steps = queries.steps_of(visit)
    return {
        **shown(visit, mattered_in(queries.spans([visit])).get(visit.pk, [])), "visitor": visitor, "person": person,
        "title": title(person) if person else _("Unknown visitor"), "steps": steps,
        "left_out": max(0, visit.event_count - len(steps)) if len(steps) >= queries.MOST_STEPS else 0,
        "are_gone": not steps and visit.event_count > 0,
    }  # fmt: skip
