"""The membership in the set-up: its rules, its grades, and who holds them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from dangol.core.membership.grades import queries
from dangol.core.membership.grades.models import Grade, Measure
from dangol.core.membership.grades.services import GRADE, save_grade, set_programme
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.objects.address import packed
from dangol.platform.objects.writing import NotFound

SHOWN_SETTINGS = 50


class _Form(forms.Form):
    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        for each in self.fields.values():
            is_check, is_select = (isinstance(each.widget, w) for w in (forms.CheckboxInput, forms.Select))
            each.widget.attrs["class"] = (
                "form-check-input" if is_check else "form-select" if is_select else "form-control"
            )


class ProgrammeForm(_Form):
    """The rules of the membership."""

    starts_on = forms.DateField(
        label=gettext_lazy("Orders earn points from"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Empty: no order earns points. Orders before this day earn none."),
    )  # fmt: skip
    base_percent = forms.DecimalField(
        label=gettext_lazy("Points in percent of an order, without a grade"), decimal_places=2,
        help_text=gettext_lazy("At 1, an order of 30,000 earns 300 points."),
    )  # fmt: skip
    point_digits = forms.IntegerField(label=gettext_lazy("Decimals of points"))
    valid_months = forms.IntegerField(
        label=gettext_lazy("Points are good for how many months"),
        help_text=gettext_lazy("To the end of the month. 0: they never expire."),
    )
    notice_days = forms.IntegerField(label=gettext_lazy("Notice before they expire, in days"))
    measure = forms.ChoiceField(label=gettext_lazy("Grades are reached by"), choices=Measure.choices)
    window_months = forms.IntegerField(label=gettext_lazy("Counted over the last months"))
    keeps_months = forms.IntegerField(
        label=gettext_lazy("A grade that was reached is kept for months"),
        help_text=gettext_lazy("To the end of the month, whatever is bought meanwhile."),
    )


class GradeForm(_Form):
    """A grade in both languages."""

    name_ko = forms.CharField(label=gettext_lazy("Name in Korean"), max_length=60)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=60)
    threshold = forms.DecimalField(label=gettext_lazy("From"), decimal_places=2)
    earn_percent = forms.DecimalField(label=gettext_lazy("Points in percent of an order"), decimal_places=2)
    benefits_ko = forms.CharField(
        label=gettext_lazy("Benefits in Korean"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    benefits_en = forms.CharField(
        label=gettext_lazy("Benefits in English"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    is_active = forms.BooleanField(label=gettext_lazy("In use"), required=False)

    def __init__(self, *args: Any, is_new: bool = False, **more: Any) -> None:
        super().__init__(*args, **more)
        if is_new:
            help_text = gettext_lazy("Small letters, digits and hyphens; it cannot be changed later.")
            self.fields["code"] = forms.SlugField(label=gettext_lazy("Code"), max_length=40, help_text=help_text)
            self.fields["code"].widget.attrs["class"] = "form-control"
            self.order_fields(["code"])


@login_required
@require_http_methods(["GET", "POST"])
def programme(request: HttpRequest) -> HttpResponse:
    """Show rules and grades; set the rules. 422 with the form when something makes no sense."""
    actor = _actor(request)
    now = queries.programme()
    initial = {name: getattr(now, name) for name in queries.PROGRAMME}
    form = ProgrammeForm(request.POST) if request.method == "POST" else ProgrammeForm(initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            set_programme(actor=actor, values=form.cleaned_data)
        except ValidationError as error:
            for name, sentences in error.message_dict.items():
                form.add_error(name, sentences)
        else:
            messages.success(request, _("Saved. Points and grades follow in a moment."))
            return redirect("membership:programme")
    counts = queries.member_counts(actor)
    context = {
        "form": form, "rules": now, "is_by_amount": queries.is_by_amount(now),
        "grades": [(grade, counts.get(grade.pk, 0), _people(grade)) for grade in queries.grades()],
        "history": queries.programme_history().select_related("set_by")[:SHOWN_SETTINGS],
    }  # fmt: skip
    return render(request, "membership/grades/programme.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def grade(request: HttpRequest, code: str = "") -> HttpResponse:
    """Add a grade, or change one."""
    actor, is_new = _actor(request), not code
    found = None if is_new else Grade.objects.filter(pk=code).first()
    if not is_new and found is None:
        raise NotFound
    if request.method == "POST":
        form = GradeForm(request.POST, is_new=is_new)
    else:
        initial = {name: getattr(found, name) for name in GRADE} if found else {"is_active": True, "earn_percent": 1}
        form = GradeForm(is_new=is_new, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            save_grade(
                actor=actor, code=code or form.cleaned_data.get("code", ""), values=form.cleaned_data, is_new=is_new
            )
        except ValidationError as error:
            for name, sentences in error.message_dict.items():
                form.add_error(name if name in form.fields else None, sentences)
        else:
            messages.success(request, _("Saved. Points and grades follow in a moment."))
            return redirect("membership:programme")
    context = {"form": form, "grade": found}
    return render(request, "membership/grades/grade.html", context, status=422 if form.errors else 200)


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require(actor, "change", "workspace")
    return actor


def _people(grade: Grade) -> str:
    return "/people?" + urlencode({"filter": packed({"field": "grade", "op": "is", "value": grade.pk})})
