"""The queue of who must be told of their consent: results within 14 days, confirmations every two years."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from dangol.core.consent.gate.queries import reason_label
from dangol.core.consent.ledger.object import Line
from dangol.core.consent.ledger.queries import purposes_by_id, versions_of
from dangol.core.consent.notices.models import Notice
from dangol.core.consent.notices.queries import counts, notice_policy, queue, records_of
from dangol.core.consent.notices.services import ask_for_notices, set_notice_policy, tell_by_hand
from dangol.core.customers.people.models import Person
from dangol.core.customers.people.object import title
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require

PAGE = 100
SHOWS = ("open", "late", "failed", "sent")


class PolicyForm(forms.Form):
    """What goes out by itself."""

    is_result_automatic = forms.BooleanField(label=gettext_lazy("Tell results by themselves"), required=False)
    is_reconfirm_automatic = forms.BooleanField(
        label=gettext_lazy("Tell every two years by itself that consent holds"), required=False
    )
    settle_minutes = forms.IntegerField(
        label=gettext_lazy("Minutes to wait, so that several clicks make one letter"), min_value=0, max_value=1440
    )
    ahead_days = forms.IntegerField(label=gettext_lazy("Days before two years are over"), min_value=1, max_value=180)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for each in self.fields.values():
            is_check = isinstance(each.widget, forms.CheckboxInput)
            each.widget.attrs["class"] = "form-check-input" if is_check else "form-control short"


@login_required
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """The queue of one kind."""
    return _page(request)


@login_required
@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """Let everything of a kind that waits go out now."""
    kind = _kind(request.POST.get("kind", ""))
    count = ask_for_notices(actor=_actor(request), kind=kind)
    said = ngettext("%(n)s notice goes out within minutes.", "%(n)s notices go out within minutes.", count)
    messages.success(request, said % {"n": count})
    return redirect(f"/consent/notices?kind={kind}")


@login_required
@require_POST
def told(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Staff told the person themselves; 422 when nothing says how."""
    try:
        row = tell_by_hand(actor=_actor(request), notice_id=notice_id, how=request.POST.get("how", ""))
    except ValidationError as error:
        return _page(request, status=422, wrong={"pk": notice_id, "errors": error.messages})
    messages.success(request, _("Written down."))
    return redirect(f"/consent/notices?kind={row.kind}")


@login_required
@require_POST
def policy(request: HttpRequest) -> HttpResponse:
    """Set what goes out by itself."""
    form = PolicyForm(request.POST)
    require(_actor(request), "change", "workspace")
    if not form.is_valid():
        return _page(request, status=422, form=form)
    set_notice_policy(actor=_actor(request), **form.cleaned_data)
    messages.success(request, _("Saved."))
    return redirect("notices:list")


def _page(request: HttpRequest, status: int = 200, form: PolicyForm | None = None, **more: Any) -> HttpResponse:
    actor = _actor(request)
    require(actor, "see", "privacy")
    kind = _kind(request.GET.get("kind", ""))
    show = request.GET.get("show", "") if request.GET.get("show") in SHOWS else "open"
    begin = request.GET.get("from", "")
    place = min(int(begin), 10**6) if begin.isascii() and begin.isdigit() else 0
    shown = list(queue(actor, kind, show)[place : place + PAGE + 1])
    ours = notice_policy()
    initial = {name: getattr(ours, name) for name in PolicyForm.base_fields}
    context = {
        "lines": _lines(actor, shown[:PAGE]), "next": place + PAGE if len(shown) > PAGE else None, "kind": kind,
        "kinds": Notice.Kind.choices, "show": show, "counts": counts(actor, kind), "now": timezone.now(),
        "may_change": actor.may("change", "privacy"), "policy": ours,
        "form": (form or PolicyForm(initial=initial)) if actor.may("change", "workspace") else None,
        "is_form_open": form is not None, **more,
    }  # fmt: skip
    return render(request, "consent/notices/list.html", context, status=status)


def _lines(actor: Actor, notices: list[Notice]) -> list[dict[str, Any]]:
    records, purposes = records_of(actor, notices), purposes_by_id()
    versions = versions_of(records.values())
    people = Person.objects.visible_to(actor).in_bulk({notice.person_id for notice in notices})
    return [
        {
            "notice": notice, "person": person, "title": title(person),
            "what": Line(record, purposes[record.purpose_id], versions.get(record.wording_id or 0)).what,
            "reason": reason_label(notice.reason, "email"),
        }
        for notice in notices
        if (person := people.get(notice.person_id)) and (record := records.get(notice.record_id))
    ]  # fmt: skip


def _kind(text: str) -> str:
    return text if text in Notice.Kind.values else Notice.Kind.RESULT.value


def _actor(request: HttpRequest) -> Actor:
    found: Actor = request.actor  # type: ignore[attr-defined]
    return found
