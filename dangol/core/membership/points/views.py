"""A person's ledger on a page of its own, and the form for a line by hand."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from dangol.core.membership.points.object import TOLD, Line, form_context, membership_of
from dangol.core.membership.points.queries import balance_of, entries_of
from dangol.core.membership.points.services.recording import record_points
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.access.errors import Forbidden
from dangol.platform.objects.reading import find
from dangol.platform.objects.registry import object_type, sees_fields

PAGE = 100


@login_required
@require_http_methods(["GET", "POST"])
def ledger(request: HttpRequest, person_id: int) -> HttpResponse:
    """Show the lines; add one by hand. 422 with the form when something does not fit."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    people = object_type("person")
    person = find(people, actor, person_id)
    if not sees_fields(actor, "person", *TOLD):
        raise Forbidden("see", "person")
    errors: dict[str, Any] = {}
    if request.method == "POST":
        require(actor, "create", "points")
        errors = _take(actor, person_id, request.POST)
        if not errors:
            messages.success(request, _("The line stands in the ledger."))
            return redirect(f"/people/{person_id}#now" if request.POST.get("back") == "person" else request.path)
    before = _moment(request.GET.get("before", ""))
    entries = entries_of(actor, person_id, before=before, limit=PAGE + 1)
    context = {
        "person": person, "title": people.title(person), "balance": balance_of(actor, person_id),
        "lines": [Line(entry) for entry in entries[:PAGE]], "form": form_context(actor), "errors": errors,
        "values": request.POST, "older": entries[PAGE - 1].at.isoformat() if len(entries) > PAGE else "",
    }  # fmt: skip
    return render(request, "membership/points/ledger.html", context, status=422 if errors else 200)


@login_required
@require_GET
def part(request: HttpRequest, person_id: int) -> HttpResponse:
    """Grade, points and newest lines as a part of the record's page."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    person = find(object_type("person"), actor, person_id)
    if not sees_fields(actor, "person", *TOLD):
        raise Forbidden("see", "person")
    return render(request, "membership/points/part.html", {**membership_of(actor, person), "person": person})


def _take(actor: Actor, person_id: int, sent: Any) -> dict[str, list[str]]:
    """Record the line that the form holds; returns what is wrong by field."""
    try:
        points = Decimal(sent.get("points", "").replace(",", "").strip())
    except InvalidOperation:
        return {"points": [_("Give a number of points, such as 500.")]}
    try:
        record_points(
            actor=actor, person_id=person_id, kind=sent.get("kind", ""), points=points, reason=sent.get("reason", ""),
            key=sent.get("key", ""),
        )  # fmt: skip
    except ValidationError as error:
        return dict(error.message_dict)
    return {}


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        return None
    return found if found.tzinfo else None
