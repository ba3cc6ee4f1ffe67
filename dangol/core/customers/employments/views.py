"""Where a person works: added, changed, ended. Everything works without script."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from dangol.core.customers.employments import queries, services
from dangol.core.customers.ends.object import Pick, actor_of, blame, done, form_page, pick_of, picked
from dangol.core.customers.ends.queries import record_of
from dangol.platform.objects.entrance import for_staff
from dangol.platform.objects.types import ObjectType
from dangol.platform.objects.writing import Conflict, NotFound

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class JobForm(forms.Form):
    """Role and time."""

    role = forms.CharField(label=gettext_lazy("Role"), required=False, max_length=services.MOST_ROLE)
    started_on = forms.DateField(label=gettext_lazy("From"), required=False, widget=_DAY)
    ended_on = forms.DateField(
        label=gettext_lazy("Until"), required=False, widget=_DAY, help_text=gettext_lazy("Empty while it goes on.")
    )


class NewJobForm(JobForm):
    """A new one."""

    is_main = forms.BooleanField(label=gettext_lazy("This is their main company"), required=False)


@require_http_methods(["GET", "POST"])
@for_staff
def add(request: HttpRequest, declared: ObjectType, record_id: int) -> HttpResponse:
    """A further company."""
    _only_people(declared)
    record_of(actor_of(request), "person", record_id)
    form, wrong = NewJobForm(request.POST or None), list[str]()
    if request.method == "POST" and "_search" in request.POST:
        form = NewJobForm(initial=request.POST.dict())
    elif request.method == "POST" and form.is_valid():
        company = picked(request, "company")
        if company is None:
            wrong = [_("Choose a company.")]
        else:
            try:
                values = {n: form.cleaned_data[n] for n in JobForm.base_fields}
                job = services.add_job(
                    actor=actor_of(request), person_id=record_id, company_id=company, values=values,
                    is_main=form.cleaned_data["is_main"],
                )  # fmt: skip
            except ValidationError as error:
                wrong = error.message_dict.get("company", []) if hasattr(error, "error_dict") else []
                blame(form, _without(error, "company"))
            except NotFound:
                wrong = [_("This record does not exist, or you may not see it.")]
            else:
                return done(request, declared, record_id, job, _("Added."), "jobs")
    return form_page(request, declared, record_id, form, _("Work"), picks=[_company(request, wrong)], button=_("Add"))


@require_http_methods(["GET", "POST"])
@for_staff
def edit(request: HttpRequest, declared: ObjectType, record_id: int, job_id: int) -> HttpResponse:
    """Role and time of one."""
    _only_people(declared)
    record_of(actor_of(request), "person", record_id)
    job = _job(request, record_id, job_id)
    standing = {n: getattr(job, n) for n in JobForm.base_fields}
    form = JobForm(request.POST) if request.method == "POST" else JobForm(initial=standing)
    if request.method == "POST" and form.is_valid():
        try:
            changed = services.change_job(actor=actor_of(request), record_id=job_id, values=form.cleaned_data)
        except ValidationError as error:
            blame(form, error)
        except Conflict as conflict:
            form.add_error(None, str(conflict))
        else:
            return done(request, declared, record_id, changed, _("Saved."), "jobs")
    return form_page(request, declared, record_id, form, _("Work"))


@require_http_methods(["GET", "POST"])
@for_staff
def main(request: HttpRequest, declared: ObjectType, record_id: int) -> HttpResponse:
    """More about the person's own company, of which nothing but the role was known."""
    _only_people(declared)
    person = record_of(actor_of(request), "person", record_id)
    own = next((job for job in queries.jobs_of(actor_of(request), person) if job.is_main), None)
    if own is None:
        raise Http404
    form = JobForm(request.POST) if request.method == "POST" else JobForm(initial={"role": own.role})
    if request.method == "POST" and form.is_valid():
        try:
            job = services.add_job(
                actor=actor_of(request), person_id=record_id, company_id=own.company.pk, values=form.cleaned_data
            )
        except ValidationError as error:
            blame(form, error)
        else:
            return done(request, declared, record_id, job, _("Saved."), "jobs")
    return form_page(request, declared, record_id, form, own.company.name)


@require_POST
@for_staff
def lead(request: HttpRequest, declared: ObjectType, record_id: int, job_id: int) -> HttpResponse:
    """Make it the main one."""
    _job(request, record_id, job_id)
    try:
        person = services.make_main(actor=actor_of(request), record_id=job_id)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(f"/people/{record_id}#jobs")
    return done(request, declared, record_id, person, _("It is the main one now; the other one is kept."), "jobs")


@require_POST
@for_staff
def trash(request: HttpRequest, declared: ObjectType, record_id: int, job_id: int) -> HttpResponse:
    """Remove it; the toast offers to take it back."""
    _job(request, record_id, job_id)
    gone = services.trash_job(actor=actor_of(request), record_id=job_id)
    return done(request, declared, record_id, gone, _("Removed."), "jobs")


def _only_people(declared: ObjectType) -> None:
    if declared.name != "person":
        raise Http404


def _company(request: HttpRequest, wrong: list[str]) -> Pick:
    return pick_of(request, "person", "company", errors=wrong)


def _without(error: ValidationError, name: str) -> ValidationError:
    if not hasattr(error, "error_dict"):
        return error
    return ValidationError({n: e for n, e in error.message_dict.items() if n != name})


def _job(request: HttpRequest, record_id: int, job_id: int) -> Any:
    job = queries.find_job(actor_of(request), record_id, job_id)
    if job is None:
        raise NotFound(_("There is no such record, or you may not see it."))
    return job
