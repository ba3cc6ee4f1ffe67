"""The page of one campaign: as a draft the builder, afterwards what it did and what came back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from dangol.analytical.dashboards.pictures.rules import csv_text
from dangol.collaborative.channels.writing import queries as writing
from dangol.collaborative.channels.writing.rules.content import Content, read_content
from dangol.operational.marketing.campaigns.models import Campaign
from dangol.operational.marketing.campaigns.object import CAMPAIGN
from dangol.operational.marketing.campaigns.queries import building
from dangol.operational.marketing.campaigns.queries.lift import lift_of
from dangol.operational.marketing.campaigns.queries.results import horizon_ends_at, may_see_money, reached, under_way
from dangol.operational.marketing.campaigns.rules.moves import DRAFT
from dangol.operational.marketing.campaigns.services import moves, records
from dangol.operational.marketing.campaigns.services.trying import send_test
from dangol.operational.marketing.campaigns.views.forms import filled, moment_of, values_of
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.mail.queries import is_own_address_shown
from dangol.platform.objects import reading
from dangol.platform.objects.new_record import by_field
from dangol.platform.objects.record_page import RecordPage
from dangol.platform.objects.writing import NotFound
from dangol.platform.ui.viewer import viewer_of

BYTE_ORDER_MARK = "\ufeff"
BEFORE = (DRAFT, "scheduled")


def actor_of(request: HttpRequest) -> Actor:
    """Who asks."""
    return request.actor  # type: ignore[attr-defined,no-any-return]


def found(request: HttpRequest, campaign_id: int) -> RecordPage:
    """The campaign as a record page. Raises NotFound."""
    actor = actor_of(request)
    record = reading.find(CAMPAIGN, actor, campaign_id)
    return RecordPage(CAMPAIGN, actor, viewer_of(request), record)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Begin a draft: a name, and the segment when one comes from its page."""
    actor = actor_of(request)
    require(actor, "create", "campaign")
    sent = request.POST if request.method == "POST" else request.GET
    values = {name: sent[name].strip() for name in ("name", "segment") if sent.get(name, "").strip()}
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            made = records.create_campaign(actor=actor, values=values)
            return redirect("campaigns:page", made.pk)
        except ValidationError as error:
            errors = by_field(error)
    segment = building.segment_named(actor, values.get("segment", ""))
    context = {"declared": CAMPAIGN, "values": values, "errors": errors, "segment": segment}
    return render(request, "marketing/campaigns/new.html", context, status=422 if errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The campaign. POST saves a draft, and more by `do` (test, schedule) or `fix`; everything typed is saved first."""
    shown = found(request, campaign_id)
    if shown.record.state == DRAFT and not shown.is_in_trash:
        return _posted(request, shown) if request.method == "POST" else _builder(request, shown)
    if request.method == "POST":
        messages.error(request, _("Only a draft can be changed."))
        return redirect("campaigns:page", campaign_id)
    return _result(request, shown)


def _person(asked: Any) -> int | None:
    text = str(asked or "")
    return int(text) if text.isdigit() and len(text) < 18 else None


def _builder(
    request: HttpRequest, shown: RecordPage, *, content: Content | None = None, errors: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    asked = request.POST if request.method == "POST" else request.GET
    actor, user = shown.actor, request.user
    built = building.builder(
        actor, shown.record, language=asked.get("language", ""), person=_person(asked.get("person")), content=content,
        own_address=str(getattr(user, "email", "")) if is_own_address_shown(user) else "",  # type: ignore[arg-type]
    )  # fmt: skip
    forecast = None
    if not built.is_large or "ask" in request.GET:
        forecast = building.forecast(actor, shown.record, timezone.now())
    context = {
        "page": shown, "declared": CAMPAIGN, "campaign": shown.record, "build": built, "forecast": forecast,
        "errors": errors or {}, "sent": request.POST, "is_unsaved": content is not None,
        "problem": _problem_words(shown.record), "classes": Campaign.MessageClass,
        "time_zone": shown.viewer.time_zone,
    }  # fmt: skip
    return render(request, "marketing/campaigns/draft.html", context, status=status)


def _problem_words(campaign: Campaign) -> str:
    code = (campaign.counts or {}).get("problem", "")
    return _("It could not begin at its moment, so it is a draft again. See what is missing below.") if code else ""


def _posted(request: HttpRequest, shown: RecordPage) -> HttpResponse:
    values = values_of(request.POST)
    language = request.POST.get("language", shown.record.language)
    content = read_content(request.POST, language=language)
    if "fix" in request.POST:
        message_class = values.get("message_class") or Campaign.MessageClass.ADVERTISING
        mended = writing.fixed(content, request.POST["fix"], message_class=message_class)
        shown.record = filled(shown.record, values)
        return _builder(request, shown, content=mended)
    try:
        _save(shown, values, content)
    except ValidationError as error:
        shown.record = filled(shown.record, values)
        return _builder(request, shown, content=content, errors=by_field(error), status=422)
    shown = found(request, shown.record.pk)
    try:
        return _done(request, shown, content)
    except ValidationError as error:
        return _builder(request, shown, content=None, errors=_place(error, request.POST.get("do", "")), status=422)


def _save(shown: RecordPage, values: dict[str, Any], content: Content) -> None:
    pk = shown.record.pk
    with transaction.atomic():
        records.change_campaign(actor=shown.actor, record_id=pk, values=values)
        records.save_text(
            actor=shown.actor, campaign_id=pk, language=content.language, subject=content.subject,
            preheader=content.preheader, html=content.html, text=content.text,
        )  # fmt: skip


def _place(error: ValidationError, do: str) -> dict[str, Any]:
    told = by_field(error)
    return {do if name == "__all__" else name: sentences for name, sentences in told.items()}


def _done(request: HttpRequest, shown: RecordPage, content: Content) -> HttpResponse:
    """What was asked beside saving: a test, or the schedule."""
    pk, do = shown.record.pk, request.POST.get("do", "save")
    person = _person(request.POST.get("person"))
    if do == "test":
        address = send_test(actor=shown.actor, campaign_id=pk, language=content.language, person_id=person)
        messages.success(request, _("A test is on its way to %(email)s.") % {"email": address})
    elif do == "schedule":
        at, wrong = moment_of(request.POST, shown.viewer.time_zone)
        if wrong:
            raise ValidationError({"at": wrong})
        campaign = moves.schedule(actor=shown.actor, campaign_id=pk, at=at)
        told = _("It begins at its moment.") if at else _("It begins now.")
        messages.success(request, told)
        return redirect("campaigns:page", campaign.pk)
    else:
        messages.success(request, _("Saved."))
    query = f"?language={content.language}" + (f"&person={person}" if person else "")
    return redirect(f"/campaigns/{pk}{query}{'#test' if do == 'test' else ''}")


@login_required
@require_GET
def gate(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """What the gate would say now, for what the form holds; nothing is saved."""
    shown = found(request, campaign_id)
    campaign = filled(shown.record, values_of(request.GET)) if request.GET else shown.record
    if building.segment_named(shown.actor, str(campaign.segment_id or "")) is None:
        campaign.segment_id = None
    campaign = building.safe(campaign)
    forecast = building.forecast(shown.actor, campaign, timezone.now())
    return render(
        request,
        "marketing/campaigns/gate.html",
        {"forecast": forecast, "campaign": campaign, "is_fragment": bool(request.headers.get("HX-Request"))},
    )


def _result(request: HttpRequest, shown: RecordPage) -> HttpResponse:
    campaign, actor = shown.record, shown.actor
    context: dict[str, Any] = {
        "page": shown, "declared": CAMPAIGN, "campaign": campaign, "ends_at": horizon_ends_at(campaign),
        "problem": "", "time_zone": shown.viewer.time_zone, "may_money": may_see_money(actor),
        "may_copy": actor.may("create", "campaign"), "segment": building.segment_named(actor, str(campaign.segment_id)),
        "purpose": campaign.purpose,
    }  # fmt: skip
    if campaign.set_up_at is not None:
        context["reached"] = reached(actor, campaign)
        context["lift"] = lift_of(actor, campaign)
    context["shown_as_table"] = request.GET.get("table", "")
    return render(request, "marketing/campaigns/result.html", context)


@login_required
@require_GET
def progress(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """How far the sending is, as a fragment; when it is over, the page is asked to load anew."""
    shown = found(request, campaign_id)
    campaign = shown.record
    context = {"campaign": campaign, "page": shown}
    if campaign.set_up_at is not None:
        context["reached"] = under_way(campaign)
    answer = render(request, "marketing/campaigns/progress.html", context)
    if request.GET.get("state") != campaign.state:
        answer["HX-Refresh"] = "true"
    return answer


@login_required
@require_GET
def lift_csv(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The table of the lift as a CSV file."""
    shown = found(request, campaign_id)
    lift = lift_of(shown.actor, shown.record)
    if lift is None:
        raise NotFound(_("Nothing is measured yet."))
    answer = HttpResponse(BYTE_ORDER_MARK + csv_text(lift.table), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="dangol-campaign-{campaign_id}.csv"'
    return answer
