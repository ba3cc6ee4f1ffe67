"""The page "What works", and its table as a file."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dangol.analytical.dashboards.pictures.queries import require_all
from dangol.analytical.dashboards.pictures.rules import csv_text
from dangol.analytical.experiments.assignment.services import set_global_control
from dangol.operational.marketing.results.queries import works
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require

BYTE_ORDER_MARK = "\ufeff"


@login_required
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Campaigns side by side, all together, what leaving out saved, what comes next."""
    return _drawn(request)


@login_required
@require_POST
def control(request: HttpRequest) -> HttpResponse:
    """Set how many customers belong to the lasting control group."""
    typed = request.POST.get("percent", "")
    try:
        set_global_control(actor=_actor(request), percent=_percent(typed))
    except ValidationError as error:
        return _drawn(request, typed=typed, errors=error.message_dict["percent"], status=422)
    messages.success(request, _("The lasting control group is set. It counts from the next message on."))
    return redirect(reverse("marketing:page") + "#together")


def _percent(typed: str) -> Decimal:
    try:
        return Decimal(typed.strip().removesuffix("%").strip().replace(",", "."))
    except InvalidOperation:
        raise ValidationError({"percent": _("Write a number, such as 5.")}) from None


def _drawn(request: HttpRequest, *, typed: str = "", errors: Sequence[str] = (), status: int = 200) -> HttpResponse:
    actor = _actor(request)
    require(actor, "see", "campaign")
    found = works(actor)
    context = {
        "page": found, "currency": found.currency, "may_create": actor.may("create", "campaign"),
        "may_control": actor.may("change", "insight"), "typed": typed, "errors": errors,
    }  # fmt: skip
    return render(request, "marketing/results/page.html", context, status=status)


@login_required
@require_GET
def download(request: HttpRequest) -> HttpResponse:
    """The table as a CSV file."""
    actor = _actor(request)
    require(actor, "see", "campaign")
    require_all(actor)
    answer = HttpResponse(BYTE_ORDER_MARK + csv_text(works(actor).table), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="dangol-campaigns.csv"'
    return answer


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]
