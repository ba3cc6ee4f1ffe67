"""Saying where a detail comes from, and on which basis it is kept."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from dangol.core.customers.demographics import queries, services
from dangol.core.customers.demographics.models import PersonFact
from dangol.core.customers.ends.object import actor_of, blame, done, form_page
from dangol.core.customers.ends.queries import record_of
from dangol.platform.objects.entrance import for_staff
from dangol.platform.objects.types import ObjectType


class FactForm(forms.Form):
    """Source and basis."""

    source = forms.CharField(
        label=gettext_lazy("Source"), required=False, max_length=services.MOST_SOURCE,
        help_text=gettext_lazy("For example: told us at the counter, sign-up form, card at the fair."),
    )  # fmt: skip
    basis = forms.ChoiceField(
        label=gettext_lazy("Basis"), required=False, choices=[("", "–"), *PersonFact.Basis.choices],
        help_text=gettext_lazy("Why we may keep it (Personal Information Protection Act, art. 15; GDPR, art. 6)."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@for_staff
def edit(request: HttpRequest, declared: ObjectType, record_id: int, field: str) -> HttpResponse:
    """Source and basis of one detail."""
    if declared.name != "person":
        raise Http404
    actor = actor_of(request)
    person = record_of(actor, "person", record_id)
    detail = next((d for d in queries.details_of(actor, person) if d.field == field), None)
    if detail is None:
        raise Http404
    initial = {"source": detail.fact.source, "basis": detail.fact.basis} if detail.fact else {}
    form = FactForm(request.POST) if request.method == "POST" else FactForm(initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.note_fact(actor=actor, person_id=record_id, field=field, **form.cleaned_data)
        except ValidationError as error:
            blame(form, error)
        else:
            return done(request, declared, record_id, None, _("Saved."), "details")
    label = next(str(f.label) for f in declared.fields if f.name == field)
    return form_page(request, declared, record_id, form, label)
