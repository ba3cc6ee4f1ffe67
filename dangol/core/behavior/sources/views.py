"""The form of a source, its switch and its keys. The list and the page of one lie in `stream.views`."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dangol.core.behavior.sources import queries, services
from dangol.core.behavior.sources.models import Source
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.objects.new_record import by_field

TEXTS = ("name", "kind", "allowed_origins", "keeps_address", "consent_category", "most_per_second", "on_unexpected")
TICKS = ("honours_refusal", "needs_consent")


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new source; its key is on the page that follows."""
    require(_actor(request), "create", "event_source")
    if request.method == "GET":
        values = {name: getattr(Source(), name) for name in (*TEXTS, *TICKS)}
        return _form(request, {**values, "allowed_origins": ""}, {}, 200)
    try:
        source = services.create_source(actor=_actor(request), values=_sent(request))
    except ValidationError as error:
        return _form(request, _sent(request), by_field(error), 422)
    messages.success(request, _("Added. Give its key to the site or app that is to send."))
    return redirect("event_sources:detail", source.pk)


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, source_id: int) -> HttpResponse:
    """Change a source."""
    source = queries.find_source(_actor(request), source_id, action="change")
    if request.method == "GET":
        values = {name: getattr(source, name) for name in (*TEXTS, *TICKS)}
        return _form(request, {**values, "allowed_origins": "\n".join(source.allowed_origins)}, {}, 200, source)
    try:
        services.change_source(actor=_actor(request), source_id=source_id, values=_sent(request))
    except ValidationError as error:
        return _form(request, _sent(request), by_field(error), 422, source)
    messages.success(request, _("Saved."))
    return redirect("event_sources:detail", source_id)


@login_required
@require_POST
def switch(request: HttpRequest, source_id: int) -> HttpResponse:
    """Let a source's events in, or keep them out."""
    is_active = request.POST.get("is_active") == "on"
    services.switch_source(actor=_actor(request), source_id=source_id, is_active=is_active)
    return redirect("event_sources:detail", source_id)


@login_required
@require_POST
def learn(request: HttpRequest, source_id: int) -> HttpResponse:
    """Let a source learn for another week."""
    services.learn_again(actor=_actor(request), source_id=source_id)
    messages.success(request, _("It learns for another week; what comes in it is not strange."))
    return redirect("event_sources:detail", source_id)


@login_required
@require_POST
def trash(request: HttpRequest, source_id: int) -> HttpResponse:
    """Delete a source."""
    services.trash_source(actor=_actor(request), source_id=source_id)
    messages.success(request, _("The source is deleted. Its events stay."))
    return redirect("event_sources:list")


@login_required
@require_POST
def add_key(request: HttpRequest, source_id: int) -> HttpResponse:
    """Make one more key."""
    try:
        services.make_key(actor=_actor(request), source_id=source_id)
        messages.success(request, _("A new key is there; the others stay in use until you revoke them."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("event_sources:detail", source_id)


@login_required
@require_POST
def revoke(request: HttpRequest, source_id: int, key_id: int) -> HttpResponse:
    """Let a key in no longer."""
    services.revoke_key(actor=_actor(request), source_id=source_id, key_id=key_id)
    messages.success(request, _("The key is revoked. Whoever still uses it is refused."))
    return redirect("event_sources:detail", source_id)


def _sent(request: HttpRequest) -> dict[str, Any]:
    return {
        **{name: request.POST.get(name, "") for name in TEXTS}, **{name: name in request.POST for name in TICKS}
    }  # fmt: skip


def _form(
    request: HttpRequest, values: dict[str, Any], errors: dict[str, list[str]], status: int, source: Any = None
) -> HttpResponse:
    context = {
        "values": values, "errors": errors, "source": source, "kinds": Source.Kind.choices,
        "addresses": Source.Address.choices, "unexpected": Source.Unexpected.choices,
    }  # fmt: skip
    return render(request, "behavior/sources/form.html", context, status=status)


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]
