"""The form above a customer's story: writes an e-mail, or comes back with what is wrong and all that was typed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dangol.collaborative.channels.letters.queries import composer
from dangol.collaborative.channels.letters.services import write_letter
from dangol.core.consent.gate.rules import SERVICE
from dangol.platform.access.actor import Actor
from dangol.platform.objects import reading
from dangol.platform.objects.entrance import for_staff
from dangol.platform.objects.new_record import by_field
from dangol.platform.objects.record_page import RecordPage
from dangol.platform.objects.types import ObjectType
from dangol.platform.ui.viewer import viewer_of

FIELDS = ("subject", "body", "message_class", "purpose")


@require_POST
@for_staff
def write(request: HttpRequest, declared: ObjectType, record_id: int) -> HttpResponse:
    """Write to the customer; 422 with the page and the form when something is wrong."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    values = {name: request.POST.get(name, "") for name in FIELDS}
    purpose = values["purpose"]
    try:
        write_letter(
            actor=actor, person_id=record_id, subject=values["subject"], body=values["body"],
            message_class=values["message_class"] or SERVICE, purpose_id=int(purpose) if purpose.isdecimal() else None,
        )  # fmt: skip
    except ValidationError as error:
        return _page(request, declared, record_id, values, by_field(error))
    messages.success(request, _("The letter is on its way."))
    return redirect(f"/{declared.slug}/{record_id}#story")


def _page(
    request: HttpRequest, declared: ObjectType, record_id: int, values: dict[str, str], errors: dict[str, list[str]]
) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    record = reading.find(declared, actor, record_id)
    shown: dict[str, Any] = {"values": values, "errors": errors, "general": errors.get("", ()), "is_open": True}
    answer = {**(composer(actor, record) or {}), **shown}
    page = RecordPage(declared, actor, viewer_of(request), record, answers={"letter": answer})
    context = {"page": page, "declared": declared}
    return render(request, "objects/record.html", context, status=422)
