"""Adding, changing, leading and removing ways to reach somebody. Everything works without script."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from dangol.core.customers.contact_points import queries, services
from dangol.core.customers.contact_points.models import ContactPoint
from dangol.core.customers.contact_points.rules.points import MESSENGERS, MOST_VALUE, SOCIAL
from dangol.core.customers.ends.object import actor_of, blame, done, form_page, only_ends
from dangol.core.customers.ends.queries import record_of
from dangol.platform.objects.entrance import for_staff
from dangol.platform.objects.types import ObjectType
from dangol.platform.objects.writing import Conflict, NotFound

_REACHED = [("", gettext_lazy("Not known")), ("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))]
_SAYS: dict[str, bool | None] = {"": None, "yes": True, "no": False}
_SERVICES = [("", "–"), *((k, n) for k, n in (*MESSENGERS[:-1], *SOCIAL[:-1])), ("other", gettext_lazy("Other"))]


class KnowledgeForm(forms.Form):
    """What is known about an address."""

    label = forms.ChoiceField(label=gettext_lazy("For"), choices=ContactPoint.Label.choices, required=False)
    source = forms.CharField(label=gettext_lazy("Source"), required=False, max_length=200)
    is_verified = forms.BooleanField(label=gettext_lazy("Verified: it belongs to them"), required=False)
    reachable = forms.ChoiceField(label=gettext_lazy("Reachable"), choices=_REACHED, required=False)
    unreachable_why = forms.CharField(label=gettext_lazy("Why not reachable"), required=False, max_length=MOST_VALUE)

    def said(self, point: Any = None) -> dict[str, Any]:
        """The values for the services; a moment that stands is kept."""
        data = self.cleaned_data
        stood = getattr(point, "verified_at", None)
        reachable = _SAYS.get(data.get("reachable", ""))
        return {
            "label": data.get("label", ""), "source": data.get("source", ""),
            "verified_at": (stood or timezone.now()) if data.get("is_verified") else None,
            "reachable": reachable,
            "unreachable_why": data.get("unreachable_why", "") if reachable is False else "",
        }  # fmt: skip


class PointForm(KnowledgeForm):
    """A further way, whatever its kind."""

    value = forms.CharField(label=gettext_lazy("Value"), max_length=MOST_VALUE)
    provider = forms.ChoiceField(
        label=gettext_lazy("Service"), choices=_SERVICES, required=False,
        help_text=gettext_lazy("Only for messengers and social networks."),
    )  # fmt: skip
    field_order = ("kind", "value", "provider")

    def said(self, point: Any = None) -> dict[str, Any]:
        """The values for the services."""
        data = self.cleaned_data
        return {"value": data.get("value", ""), "provider": data.get("provider", ""), **super().said(point)}


class NewPointForm(PointForm):
    """A new one, with its kind."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=ContactPoint.Kind.choices)


@require_http_methods(["GET", "POST"])
@for_staff
def add(request: HttpRequest, declared: ObjectType, record_id: int) -> HttpResponse:
    """A further way to reach them."""
    only_ends(declared)
    record_of(actor_of(request), declared.name, record_id)
    form = NewPointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            point = services.add_point(
                actor=actor_of(request), object_name=declared.name, record_id=record_id,
                kind=form.cleaned_data["kind"], values=form.said(),
            )  # fmt: skip
        except ValidationError as error:
            blame(form, error)
        else:
            return done(request, declared, record_id, point, _("Added."), "ways")
    return form_page(request, declared, record_id, form, _("Another way to reach them"), button=_("Add"))


@require_http_methods(["GET", "POST"])
@for_staff
def edit(request: HttpRequest, declared: ObjectType, record_id: int, point_id: int) -> HttpResponse:
    """One that has a row; of the record's own value only what is known about it."""
    only_ends(declared)
    record = record_of(actor_of(request), declared.name, record_id)
    point = _point(request, declared, record_id, point_id)
    is_own = queries.own_value(actor_of(request), record, point.kind) == point.value
    kind = KnowledgeForm if is_own else PointForm
    form = kind(request.POST) if request.method == "POST" else kind(initial=_standing(point))
    if request.method == "POST" and form.is_valid():
        try:
            changed = services.change_point(actor=actor_of(request), record_id=point_id, values=form.said(point))
        except ValidationError as error:
            blame(form, error)
        except Conflict as conflict:
            form.add_error(None, str(conflict))
        else:
            return done(request, declared, record_id, changed, _("Saved."), "ways")
    title = f"{point.get_kind_display()} {point.value}" if is_own else _("Edit")
    note = _("This is the main one: what it says is changed in the record itself.") if is_own else ""
    return form_page(request, declared, record_id, form, title, note=note)


@require_http_methods(["GET", "POST"])
@for_staff
def about(request: HttpRequest, declared: ObjectType, record_id: int, kind: str) -> HttpResponse:
    """What is known about the record's own e-mail, phone or address, where nothing was noted yet."""
    only_ends(declared)
    record = record_of(actor_of(request), declared.name, record_id)
    own = queries.own_value(actor_of(request), record, kind)
    if not own:
        raise Http404
    form = KnowledgeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            point = services.add_point(
                actor=actor_of(request), object_name=declared.name, record_id=record_id, kind=kind,
                values={"value": own, **form.said()},
            )  # fmt: skip
        except ValidationError as error:
            blame(form, error)
        else:
            return done(request, declared, record_id, point, _("Saved."), "ways")
    note = _("This is the main one: what it says is changed in the record itself.")
    return form_page(request, declared, record_id, form, own, note=note)


@require_POST
@for_staff
def primary(request: HttpRequest, declared: ObjectType, record_id: int, point_id: int) -> HttpResponse:
    """Make it the record's own one."""
    only_ends(declared)
    _point(request, declared, record_id, point_id)
    try:
        record = services.make_primary(actor=actor_of(request), record_id=point_id)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(f"/{declared.slug}/{record_id}#ways")
    return done(request, declared, record_id, record, _("It is the main one now; the other one is kept."), "ways")


@require_POST
@for_staff
def trash(request: HttpRequest, declared: ObjectType, record_id: int, point_id: int) -> HttpResponse:
    """Remove it; the toast offers to take it back."""
    only_ends(declared)
    _point(request, declared, record_id, point_id)
    gone = services.trash_point(actor=actor_of(request), record_id=point_id)
    return done(request, declared, record_id, gone, _("Removed."), "ways")


def _standing(point: Any) -> dict[str, Any]:
    reachable = {None: "", True: "yes", False: "no"}[point.reachable]
    return {
        "value": point.value, "provider": point.provider, "label": point.label, "source": point.source,
        "is_verified": point.verified_at is not None, "reachable": reachable,
        "unreachable_why": point.unreachable_why,
    }  # fmt: skip


def _point(request: HttpRequest, declared: ObjectType, record_id: int, point_id: int) -> Any:
    point = queries.find_point(actor_of(request), declared.name, record_id, point_id)
    if point is None:
        raise NotFound(_("There is no such record, or you may not see it."))
    return point
