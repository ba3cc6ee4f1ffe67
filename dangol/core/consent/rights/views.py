"""The queue of what people ask for about their data, and the page from which their data are handed over or erased."""

from __future__ import annotations

import tempfile
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dangol.core.consent.rights.models import RightsRequest
from dangol.core.consent.rights.object import told
from dangol.core.consent.rights.queries import counts, erasures, preview, requests, requests_of
from dangol.core.consent.rights.services import answer_request, erase_person, take_person_out, take_request
from dangol.core.customers.people.models import Person
from dangol.core.customers.people.object import title
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.objects.writing import NotFound

PAGE = 100
SHOWN_ERASURES = 50
IN_MEMORY = 8 * 1024 * 1024


@login_required
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Requests, soonest due first; what was answered; who was erased."""
    actor = _actor(request)
    require(actor, "see", "privacy")
    return _list(request, actor)


@login_required
@require_POST
def answer(request: HttpRequest, request_id: int) -> HttpResponse:
    """Close a request; 422 when a refusal has no reason."""
    actor, is_done = _actor(request), request.POST.get("do") == "done"
    try:
        answer_request(actor=actor, request_id=request_id, is_done=is_done, answer=request.POST.get("answer", ""))
    except ValidationError as error:
        return _list(request, actor, status=422, wrong={"pk": request_id, "errors": error.messages})
    messages.success(request, _("The request is answered."))
    return redirect("rights:list")


@login_required
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """What one person asked for; take a request; archive and erasure with what would go."""
    actor = _actor(request)
    require(actor, "see", "privacy")
    found = _person(actor, person_id)
    if request.method != "POST":
        return _page(request, actor, found)
    values = {name: request.POST.get(name, "") for name in ("kind", "way", "note")}
    try:
        taken = take_request(
            actor=actor, person_id=person_id, kind=values["kind"], way=values["way"], note=values["note"]
        )
    except ValidationError as error:
        return _page(request, actor, found, status=422, values=values, errors=error.message_dict)
    messages.success(request, _("Written down. It must be answered by %(day)s.") % {"day": taken.due_on.isoformat()})
    return redirect("rights:person", person_id)


@login_required
@require_POST
def archive(request: HttpRequest, person_id: int) -> HttpResponseBase:
    """Everything about a person as one archive, to be handed to her."""
    actor = _actor(request)
    spool: Any = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 -- closed by the answer
    take_person_out(actor=actor, person_id=person_id, to=spool)
    spool.seek(0)
    return FileResponse(spool, as_attachment=True, filename=f"customer-{person_id}.zip")


@login_required
@require_POST
def erase(request: HttpRequest, person_id: int) -> HttpResponse:
    """Erase a person: with a reason, and the number typed in to show that it is meant."""
    actor = _actor(request)
    require(actor, "delete", "privacy")
    found = _person(actor, person_id)
    values = {name: request.POST.get(name, "").strip() for name in ("reason", "number")}
    errors = {}
    if values["number"] != str(person_id):
        errors["number"] = [_("Type the customer's number, to show that you mean it.")]
    if not values["reason"]:
        errors["reason"] = [_("Say why; the reason is kept.")]
    if errors:
        return _page(request, actor, found, status=422, erase_values=values, erase_errors=errors)
    erase_person(actor=actor, person_id=person_id, reason=values["reason"])
    messages.success(request, _("Customer %(number)s was erased. Warehouse and files follow within minutes.")
                     % {"number": person_id})  # fmt: skip
    return redirect("rights:list")


def _list(request: HttpRequest, actor: Actor, status: int = 200, **more: Any) -> HttpResponse:
    require(actor, "see", "privacy")
    show = "done" if request.GET.get("show") == "done" else "erased" if request.GET.get("show") == "erased" else "open"
    rows = [] if show == "erased" else list(requests(actor, show)[:PAGE])
    ids = {row.person_id for row in rows if row.person_id}
    people = {p.pk: title(p) for p in Person.objects.visible_to(actor).filter(pk__in=ids)}
    context = {
        "rows": [(row, people.get(row.person_id or 0, "")) for row in rows],
        "erasures": list(erasures(actor).prefetch_related("erased_by")[:SHOWN_ERASURES]) if show == "erased" else [],
        "counts": counts(actor), "show": show, "today": timezone.localdate(),
        "may_answer": actor.may("change", "privacy"), **more,
    }  # fmt: skip
    return render(request, "consent/rights/list.html", context, status=status)


def _page(request: HttpRequest, actor: Actor, found: Person, status: int = 200, **more: Any) -> HttpResponse:
    may_erase = actor.may("delete", "privacy")
    context = {
        "person": found, "title": title(found), "requests": requests_of(actor, found.pk),
        "kinds": RightsRequest.Kind.choices,
        "ways": [way for way in RightsRequest.Way.choices if way[0] != "page"],
        "preview": told(preview(found)) if may_erase else [], "today": timezone.localdate(),
        "may_take": actor.may("create", "privacy"), "may_export": actor.may("export", "privacy"),
        "may_erase": may_erase, "may_answer": actor.may("change", "privacy"), **more,
    }  # fmt: skip
    return render(request, "consent/rights/person.html", context, status=status)


def _person(actor: Actor, person_id: int) -> Person:
    found = Person.objects.visible_to(actor).filter(pk=person_id).first()
    if found is None:
        raise NotFound
    return found


def _actor(request: HttpRequest) -> Actor:
    found: Actor = request.actor  # type: ignore[attr-defined]
    return found
