"""What a customer told staff, and the purposes for which we write with their wordings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from dangol.core.consent.ledger.models import Purpose
from dangol.core.consent.ledger.object import form_context
from dangol.core.consent.ledger.queries import current_wording, purposes_by_id, wordings_of
from dangol.core.consent.ledger.services import add_wording, record_consent, save_purpose
from dangol.core.customers.people.models import Person
from dangol.core.customers.people.object import title
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.objects.writing import NotFound

MOST_NOTE = 500
LANGUAGES = (("ko", "한국어"), ("en", "English"))


def _actor(request: HttpRequest) -> Actor:
    found: Actor = request.actor  # type: ignore[attr-defined]
    return found


@login_required
@require_http_methods(["GET", "POST"])
def record(request: HttpRequest, person_id: int) -> HttpResponse:
    """Write down what a customer told staff; 422 with the form when something is missing."""
    actor = _actor(request)
    require(actor, "create", "consent")
    person = Person.objects.visible_to(actor).filter(pk=person_id).first()
    if person is None:
        raise NotFound
    errors = _record(actor, person_id, request.POST.dict()) if request.method == "POST" else {}
    if request.method == "POST" and not errors:
        messages.success(request, _("Recorded. It holds at once."))
        return redirect(f"/people/{person_id}#now")
    context = {
        "person": person, "title": title(person), "form": form_context(), "values": request.POST, "errors": errors
    }  # fmt: skip
    return render(request, "consent/ledger/record.html", context, status=422 if errors else 200)


def _record(actor: Actor, person_id: int, sent: dict[str, str]) -> dict[str, list[str]]:
    """Record what the form holds; returns what is wrong by field."""
    try:
        at = datetime.fromisoformat(sent.get("at", ""))
        said_at = at if at.tzinfo else timezone.make_aware(at)
    except ValueError:
        return {"at": [_("Give the day and time, for example 2026-11-02 14:30.")]}
    note = sent.get("note", "").replace("\x00", "").strip()[:MOST_NOTE]
    purpose = sent.get("purpose", "")
    try:
        record_consent(
            actor=actor, person_id=person_id, channel=sent.get("channel", ""), state=sent.get("state", ""),
            purpose_id=int(purpose) if purpose.isascii() and purpose.isdigit() else 0, at=said_at,
            method=sent.get("method", ""), evidence={"note": note} if note else {}, is_for_night="night" in sent,
        )  # fmt: skip
    except ValidationError as error:
        return dict(error.message_dict)
    return {}


class PurposeForm(forms.Form):
    """A purpose in both languages."""

    label_ko = forms.CharField(label=gettext_lazy("Name in Korean"), max_length=60)
    label_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=60)
    description_ko = forms.CharField(label=gettext_lazy("Description in Korean"), max_length=400, required=False)
    description_en = forms.CharField(label=gettext_lazy("Description in English"), max_length=400, required=False)
    goods = forms.CharField(
        label=gettext_lazy("Kind of goods"), max_length=200, required=False,
        help_text=gettext_lazy(
            "The one category of products that it is about. After an order of this kind the law lets it go"
            " without consent for a while."
        ),
    )  # fmt: skip
    place = forms.IntegerField(label=gettext_lazy("Place in the list"), min_value=0, max_value=10_000)
    is_active = forms.BooleanField(
        label=gettext_lazy("We write for this purpose"), required=False,
        help_text=gettext_lazy("Customers see it on their page and can say yes or no."),
    )  # fmt: skip

    def __init__(self, *args: Any, is_new: bool = False, **more: Any) -> None:
        super().__init__(*args, **more)
        if is_new:
            help_text = gettext_lazy("Small letters, digits and hyphens; it cannot be changed later.")
            self.fields["code"] = forms.SlugField(label=gettext_lazy("Code"), max_length=40, help_text=help_text)
            self.order_fields(["code"])
        for each in self.fields.values():
            is_check = isinstance(each.widget, forms.CheckboxInput)
            each.widget.attrs["class"] = "form-check-input" if is_check else "form-control"


@login_required
@require_http_methods(["GET"])
def purposes(request: HttpRequest) -> HttpResponse:
    """Every purpose with the words that hold now."""
    require(_actor(request), "change", "workspace")
    rows = [
        (each, [(name, current_wording(each, code)) for code, name in LANGUAGES]) for each in purposes_by_id().values()
    ]
    return render(request, "consent/ledger/purposes.html", {"rows": rows})


@login_required
@require_http_methods(["GET", "POST"])
def purpose(request: HttpRequest, purpose_id: int | None = None) -> HttpResponse:
    """Add a purpose, or change one."""
    actor = _actor(request)
    require(actor, "change", "workspace")
    found = None if purpose_id is None else _purpose(purpose_id)
    if request.method != "POST":
        return _purpose_page(request, found, _empty_form(found))
    form = PurposeForm(request.POST, is_new=found is None)
    if form.is_valid():
        try:
            saved = save_purpose(actor=actor, purpose_id=purpose_id, values=form.cleaned_data)
        except ValidationError as error:
            for name, sentences in error.message_dict.items():
                form.add_error(name if name in form.fields else None, sentences)
        else:
            messages.success(request, _("Saved."))
            return redirect("ledger:purpose", saved.pk)
    return _purpose_page(request, found, form, status=422)


@login_required
@require_POST
def wording(request: HttpRequest, purpose_id: int) -> HttpResponse:
    """Give a purpose new words, as its next version."""
    actor = _actor(request)
    require(actor, "change", "workspace")
    found = _purpose(purpose_id)
    language, text = request.POST.get("language", ""), request.POST.get("text", "")
    try:
        added = add_wording(actor=actor, purpose_id=purpose_id, language=language, text=text)
    except ValidationError as error:
        wrong = {"language": language, "text": text, "errors": [e for es in error.message_dict.values() for e in es]}
        return _purpose_page(request, found, _empty_form(found), status=422, wrong=wrong)
    messages.success(request, _("Version %(version)s holds from now on. Who agreed before agreed to the words before.")
                     % {"version": added.version})  # fmt: skip
    return redirect("ledger:purpose", purpose_id)


def _purpose(purpose_id: int) -> Purpose:
    found = purposes_by_id().get(purpose_id)
    if found is None:
        raise NotFound
    return found


def _empty_form(found: Purpose | None) -> PurposeForm:
    if found is None:
        return PurposeForm(is_new=True, initial={"place": 100, "is_active": True})
    return PurposeForm(initial={name: getattr(found, name) for name in PurposeForm.base_fields})


def _purpose_page(
    request: HttpRequest, found: Purpose | None, form: PurposeForm, status: int = 200, wrong: Any = None
) -> HttpResponse:
    kept = list(wordings_of(found.pk)) if found else []
    languages = [
        {"code": code, "name": name, "versions": [w for w in kept if w.language == code],
         "wrong": wrong if wrong and wrong["language"] == code else None}
        for code, name in LANGUAGES
    ]  # fmt: skip
    context = {"purpose": found, "form": form, "languages": languages, "wrong": wrong}
    return render(request, "consent/ledger/purpose.html", context, status=status)
