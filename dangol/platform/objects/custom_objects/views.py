"""Set-up of the company's own objects: the list, what to start from, the form, the page of one."""

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
from dangol.platform.objects.custom_objects import forms, queries, services
from dangol.platform.objects.custom_objects.forms import Form
from dangol.platform.objects.custom_objects.models import CustomObject
from dangol.platform.objects.custom_objects.queries import RIGHT
from dangol.platform.objects.custom_objects.templates_of import TEMPLATES
from dangol.platform.objects.new_record import by_field
from dangol.platform.objects.registry import fields_for, object_type


@login_required
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """The company's own objects."""
    actor = _actor(request)
    context = {"rows": queries.objects_of(actor), "may_add": actor.may("create", RIGHT), "templates": TEMPLATES}
    return render(request, "objects/custom_objects/list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new object: first what to start from, then how it is called."""
    actor = _actor(request)
    require(actor, "create", RIGHT)
    template = request.GET.get("from")
    if request.method == "GET" and (template is None or (template and template not in TEMPLATES)):
        return render(request, "objects/custom_objects/start.html", {"templates": TEMPLATES.items()})
    if request.method == "GET":
        return _form(request, forms.begun(template or ""), 200)
    values = forms.sent(request.POST)
    try:
        made = services.add_object(actor=actor, values=values)
    except ValidationError as error:
        return _form(request, Form(values, by_field(error)), 422)
    return redirect("custom_objects:object", made.pk)


@login_required
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, number: int) -> HttpResponse:
    """One object: how far its table is, how it is called, its fields, removing it."""
    actor = _actor(request)
    found = queries.find(actor, number)
    if request.method == "GET":
        return _form(request, forms.of_standing(found), 200)
    try:
        services.change_object(actor=actor, number=number, values=forms.sent(request.POST))
    except ValidationError as error:
        kept = {"slug": found.slug, "template": found.template}
        return _form(request, Form({**forms.sent(request.POST), **kept}, by_field(error), found), 422)
    messages.success(request, _("Saved."))
    return redirect("custom_objects:object", number)


@login_required
@require_POST
def act(request: HttpRequest, number: int, what: str) -> HttpResponse:
    """Remove, restore, purge, try again."""
    actor = _actor(request)
    if what == "remove":
        found = services.remove_object(actor=actor, number=number)
        messages.success(request, _("“%(name)s” is gone from everywhere. Its records are kept.") % {"name": found})
    elif what == "restore":
        services.restore_object(actor=actor, number=number)
        messages.success(request, _("It is back."))
    elif what == "again":
        services.build_again(actor=actor, number=number)
    elif what == "purge":
        try:
            services.purge_object(actor=actor, number=number, name=request.POST.get("confirm", ""))
        except ValidationError as error:
            return _form(request, forms.of_standing(queries.find(actor, number), by_field(error)), 422)
        messages.success(request, _("It is being deleted for good."))
        return redirect("custom_objects:list")
    else:
        raise Http404
    return redirect("custom_objects:object", number)


def _form(request: HttpRequest, form: Form, status: int) -> HttpResponse:
    actor, standing = _actor(request), form.standing
    context: dict[str, Any] = {"form": form}
    if standing is not None:
        context |= {
            "object": standing, "may": {"change": actor.may("change", RIGHT), "remove": actor.may("delete", RIGHT),
                                        "fields": actor.may("create", "custom_field")},
            "fields": _fields(actor, standing), "count": queries.count_of(standing),
        }  # fmt: skip
    return render(request, "objects/custom_objects/object.html", context, status=status)


def _fields(actor: Actor, standing: CustomObject) -> list[Any]:
    if standing.state != CustomObject.State.READY or standing.removed_at is not None:
        return []
    return [f for f in fields_for(object_type(standing.name), actor).values() if f.is_added]


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]
