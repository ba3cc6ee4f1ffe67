"""Relations of a person or company, and the kinds that the company names. Everything works without script."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dangol.core.customers.ends.object import (
    Pick,
    actor_of,
    blame,
    done,
    dress,
    form_page,
    only_ends,
    pick_of,
    picked,
)
from dangol.core.customers.ends.queries import record_of
from dangol.core.customers.relations import queries, services
from dangol.platform.access.checks import require
from dangol.platform.objects.entrance import for_staff
from dangol.platform.objects.types import ObjectType
from dangol.platform.objects.writing import Conflict, NotFound

_BACK = "<"
_PICKS = (("person", "household", "main_person"), ("company", "person", "company"))
"""(what is chosen, the object and its relation by which one chooses it)."""


def _directed() -> list[tuple[str, str]]:
    """Every kind in both directions, as choices: what the other one is."""
    language, found = get_language() or "en", [("", "–")]
    for kind in queries.kinds():
        if not kind.is_off:
            found.append((kind.code, kind.called(language)))
            if not kind.is_mutual:
                found.append((f"{_BACK}{kind.code}", kind.called(language, is_back=True)))
    return found


class RelationForm(forms.Form):
    """What the other one is, and a note."""

    kind = forms.ChoiceField(label=gettext_lazy("The other one is their"), choices=_directed)
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=services.MOST_NOTE)


class NoteForm(forms.Form):
    """The note of a relation."""

    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=services.MOST_NOTE)


class KindForm(forms.Form):
    """What both ends are called, in both languages."""

    there_en = forms.CharField(
        label=gettext_lazy("The other one, in English"), required=False, max_length=services.MOST_WORD,
        help_text=gettext_lazy("For example: Advisor"),
    )  # fmt: skip
    there_ko = forms.CharField(label=gettext_lazy("The other one, in Korean"), required=False,
                               max_length=services.MOST_WORD)  # fmt: skip
    back_en = forms.CharField(
        label=gettext_lazy("Read from the other one, in English"), required=False, max_length=services.MOST_WORD,
        help_text=gettext_lazy("For example: Advises. Empty where both are the same to each other, as friends are."),
    )  # fmt: skip
    back_ko = forms.CharField(label=gettext_lazy("Read from the other one, in Korean"), required=False,
                              max_length=services.MOST_WORD)  # fmt: skip
    is_off = forms.BooleanField(label=gettext_lazy("No longer offered"), required=False)


@require_http_methods(["GET", "POST"])
@for_staff
def add(request: HttpRequest, declared: ObjectType, record_id: int) -> HttpResponse:
    """A relation to another person or company."""
    only_ends(declared)
    record_of(actor_of(request), declared.name, record_id)
    form, wrong = RelationForm(request.POST or None), ""
    if request.method == "POST" and "_search" in request.POST:
        form = RelationForm(initial=request.POST.dict())
    elif request.method == "POST" and form.is_valid():
        relation, wrong = _added(request, declared, record_id, form)
        if relation is not None:
            return done(request, declared, record_id, relation, _("Added."), "relations")
    return form_page(request, declared, record_id, form, _("Relation"), picks=_picks(request, wrong), button=_("Add"))


def _added(request: HttpRequest, declared: ObjectType, record_id: int, form: forms.Form) -> tuple[Any, str]:
    """The new relation; or None, with what is wrong with the choice of the other one."""
    chosen = [(name, pk) for name, _object, field in _PICKS if (pk := picked(request, field)) is not None]
    if len(chosen) != 1:
        return None, _("Choose one person or one company.")
    kind, (other_name, other_id) = form.cleaned_data["kind"], chosen[0]
    try:
        return services.add_relation(
            actor=actor_of(request), object_name=declared.name, record_id=record_id, other_name=other_name,
            other_id=other_id, kind=kind.removeprefix(_BACK), is_back=kind.startswith(_BACK),
            note=form.cleaned_data["note"],
        ), ""  # fmt: skip
    except NotFound:
        return None, _("This record does not exist, or you may not see it.")
    except ValidationError as error:
        by_name = error.message_dict if hasattr(error, "error_dict") else {"other": error.messages}
        if "other" in by_name:
            return None, " ".join(by_name["other"])
        blame(form, error)
        return None, ""


def _picks(request: HttpRequest, wrong: str) -> list[Pick]:
    labels = {"person": _("Person"), "company": _("or company")}
    errors = [wrong] if wrong else []
    return [
        pick_of(request, object_name, field, label=labels[name], errors=errors if name == "person" else [])
        for name, object_name, field in _PICKS if actor_of(request).may("see", name)
    ]  # fmt: skip


@require_http_methods(["GET", "POST"])
@for_staff
def edit(request: HttpRequest, declared: ObjectType, record_id: int, relation_id: int) -> HttpResponse:
    """The note of a relation."""
    only_ends(declared)
    relation = _relation(request, declared, record_id, relation_id)
    form = NoteForm(request.POST) if request.method == "POST" else NoteForm(initial={"note": relation.note})
    if request.method == "POST" and form.is_valid():
        try:
            changed = services.change_relation(actor=actor_of(request), record_id=relation_id, values=form.cleaned_data)
        except ValidationError as error:
            blame(form, error)
        except Conflict as conflict:
            form.add_error(None, str(conflict))
        else:
            return done(request, declared, record_id, changed, _("Saved."), "relations")
    return form_page(request, declared, record_id, form, _("Relation"))


@require_POST
@for_staff
def trash(request: HttpRequest, declared: ObjectType, record_id: int, relation_id: int) -> HttpResponse:
    """Remove it; the toast offers to take it back."""
    only_ends(declared)
    _relation(request, declared, record_id, relation_id)
    gone = services.trash_relation(actor=actor_of(request), record_id=relation_id)
    return done(request, declared, record_id, gone, _("Removed."), "relations")


@require_GET
@login_required
def kinds(request: HttpRequest) -> HttpResponse:
    """Every kind of relation, in both languages."""
    require(actor_of(request), "change", "relation_kind")
    return render(request, "customers/relations/kinds.html", {"kinds": queries.kinds()})


@require_http_methods(["GET", "POST"])
@login_required
def kind(request: HttpRequest, code: str = "") -> HttpResponse:
    """One kind: named, or called otherwise."""
    require(actor_of(request), "change", "relation_kind")
    known = queries.kind_called(code) if code else None
    if code and known is None:
        raise Http404
    initial = {n: getattr(known, n) for n in KindForm.base_fields} if known else {}
    form = KindForm(request.POST) if request.method == "POST" else KindForm(initial=initial)
    if request.method == "POST" and form.is_valid():
        words = {n: v for n, v in form.cleaned_data.items() if n != "is_off"}
        try:
            services.keep_kind(actor=actor_of(request), code=code, words=words, is_off=form.cleaned_data["is_off"])
        except ValidationError as error:
            blame(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("relations:kinds")
    dress(form)
    context = {"form": form, "kind": known}
    return render(request, "customers/relations/kind.html", context, status=422 if form.errors else 200)


def _relation(request: HttpRequest, declared: ObjectType, record_id: int, relation_id: int) -> Any:
    relation = queries.find_relation(actor_of(request), declared.name, record_id, relation_id)
    if relation is None:
        raise NotFound(_("There is no such record, or you may not see it."))
    return relation
