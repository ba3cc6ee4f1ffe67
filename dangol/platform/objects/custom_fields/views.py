"""Set-up of custom fields: the list by object, the kinds, the form, the page of one with its index and plan."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.jobs.models import Progress
from dangol.platform.objects.added.rules import Choice
from dangol.platform.objects.custom_fields import forms, indexing, purging, queries, services
from dangol.platform.objects.custom_fields.forms import KINDS, TONES, Form
from dangol.platform.objects.custom_fields.models import CustomField
from dangol.platform.objects.custom_fields.queries import RIGHT
from dangol.platform.objects.listing import ListQuery, order_of, rows_for
from dangol.platform.objects.new_record import by_field
from dangol.platform.objects.registry import fields_for


@login_required
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Every object with its custom fields."""
    actor = _actor(request)
    require(actor, "see", RIGHT)
    groups = [(declared, [_line(f) for f in queries.fields_of(actor, declared.name)]) for declared in queries.takers()]
    context = {"groups": groups, "may_add": actor.may("create", RIGHT), "may_change": actor.may("change", RIGHT)}
    return render(request, "objects/custom_fields/list.html", context)


def _line(field: CustomField) -> tuple[CustomField, tuple[Any, str, Any]]:
    return field, KINDS[field.kind]


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, object_name: str) -> HttpResponse:
    """A new field: first its kind, then the rest."""
    actor = _actor(request)
    require(actor, "create", RIGHT)
    declared, kind = queries.taker(object_name), request.GET.get("kind", "")
    if kind not in KINDS:
        context = {"declared": declared, "kinds": KINDS.items()}
        return render(request, "objects/custom_fields/kinds.html", context)
    if request.method == "GET":
        proposed = {"is_fast": True, "is_searched": True, "places": 2 if kind == "money" else 0}
        return _form(request, Form(declared, kind, proposed), 200)
    values, errors = forms.sent(kind, request.POST, actor)
    if not errors and "more" not in request.POST:
        try:
            made = services.add_field(actor=actor, object_name=declared.name, values=values)
        except ValidationError as error:
            errors = by_field(error)
        else:
            messages.success(request, _("The field is there: in lists, filters, forms, imports and the API."))
            return redirect("custom_fields:field", made.pk)
    choices = [Choice(c["value"], c["en"], c["ko"], c["tone"]) for c in values["choices"] if c["en"] or c["ko"]]
    return _form(request, Form(declared, kind, values, choices, errors), 422 if errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def field(request: HttpRequest, number: int) -> HttpResponse:
    """One field: its form, its index and how the database sorts by it."""
    actor = _actor(request)
    found = queries.find(actor, number)
    declared = queries.taker(found.object_name)
    if request.method == "GET":
        return _form(request, forms.of_standing(declared, found, actor), 200)
    require(actor, "change", RIGHT)
    values, errors = forms.sent(found.kind, request.POST, actor)
    if not errors and "more" not in request.POST:
        try:
            services.change_field(actor=actor, number=number, values=values)
        except ValidationError as error:
            errors = by_field(error)
        else:
            messages.success(request, _("Saved."))
            return redirect("custom_fields:field", number)
    choices = [Choice(c["value"], c["en"], c["ko"], c["tone"]) for c in values["choices"] if c["en"] or c["ko"]]
    values["name"] = found.name
    return _form(request, Form(declared, found.kind, values, choices, errors, found), 422 if errors else 200)


@login_required
@require_POST
def act(request: HttpRequest, number: int, what: str) -> HttpResponse:
    """Remove, restore, delete the values for good, move up or down, build the index anew."""
    actor = _actor(request)
    if what == "remove":
        found = services.remove_field(actor=actor, number=number)
        messages.success(request, _("“%(name)s” is gone from everywhere. Its values are kept.") % {"name": found})
        return redirect("custom_fields:list")
    if what == "purge":
        return _purge(request, actor, number)
    if what == "restore":
        try:
            services.restore_field(actor=actor, number=number)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("It is back."))
    elif what in ("up", "down"):
        services.move_field(actor=actor, number=number, is_up=what == "up")
        return redirect("custom_fields:list")
    elif what == "index":
        services.build_index(actor=actor, number=number)
    else:
        raise Http404
    return redirect("custom_fields:field", number)


def _purge(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    try:
        purging.purge_field(actor=actor, number=number, name=request.POST.get("confirm", ""))
    except ValidationError as error:
        found = queries.find(actor, number)
        form = forms.of_standing(queries.taker(found.object_name), found, actor)
        form.errors = by_field(error)
        return _form(request, form, 422)
    messages.success(request, _("Its values are being deleted."))
    return redirect("custom_fields:field", number)


def _form(request: HttpRequest, form: Form, status: int) -> HttpResponse:
    actor = _actor(request)
    form.actor = actor
    standing, context = form.standing, {"form": form, "tones": TONES}
    if standing is not None:
        may = {"change": actor.may("change", RIGHT), "remove": actor.may("delete", RIGHT)}
        context |= {
            "field": standing,
            "may": may,
            "is_purged": purging.is_purged(standing),
            **_index(actor, form, standing),
        }
    return render(request, "objects/custom_fields/field.html", context, status=status)


def _index(actor: Actor, form: Form, standing: CustomField) -> dict[str, Any]:
    """How far the index is, how large, and how the database would sort a list by it."""
    job = Progress.objects.filter(pk=standing.index_progress).first() if standing.index_progress else None
    found: dict[str, Any] = {"job": job, "sizes": indexing.sizes(standing), "plan": None}
    fields = fields_for(form.declared, actor)
    known = fields.get(standing.name)
    if known is not None and known.is_sortable and actor.may("see", form.declared.name):
        order = order_of(form.declared, fields, standing.name)
        rows = order.valued(rows_for(form.declared, actor, ListQuery()))[:50]
        found["plan"] = indexing.plan_of(rows.values("pk"))
    return found


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]
