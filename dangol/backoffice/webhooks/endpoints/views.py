"""The list of webhooks, and the form of one. Only for those who may change webhooks."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dangol.backoffice.webhooks.endpoints import queries, services
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.objects.new_record import by_field
from dangol.platform.objects.writing import NotFound


@login_required
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """All webhooks."""
    require(_actor(request), "change", "webhook")
    return render(request, "webhooks/endpoints/list.html", {"endpoints": queries.endpoints(_actor(request))})


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new webhook; its secret is shown on the page that follows."""
    actor = _actor(request)
    require(actor, "create", "webhook")
    if request.method == "GET":
        return _form(request, {"owner_id": str(actor.user_id), "events": []}, {}, 200)
    try:
        endpoint, _secret = services.create_endpoint(actor=actor, values=_sent(request))
    except ValidationError as error:
        return _form(request, _sent(request), by_field(error), 422)
    messages.success(request, _("Added. Take its secret to the receiver, then send a test."))
    return redirect("webhooks:detail", endpoint.pk)


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """Change a webhook."""
    actor = _actor(request)
    require(actor, "change", "webhook")
    endpoint = queries.find_endpoint(actor, endpoint_id, action="change")
    if endpoint is None:
        raise NotFound(_("There is no such webhook, or you may not see it."))
    if request.method == "GET":
        values = {name: getattr(endpoint, name) for name in services.FIELDS}
        return _form(request, {**values, "owner_id": str(endpoint.owner_id)}, {}, 200, endpoint)
    try:
        services.change_endpoint(actor=actor, endpoint_id=endpoint_id, values=_sent(request))
    except ValidationError as error:
        return _form(request, _sent(request), by_field(error), 422, endpoint)
    messages.success(request, _("Saved."))
    return redirect("webhooks:detail", endpoint_id)


@login_required
@require_POST
def switch(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """Switch a webhook on or off."""
    is_active = request.POST.get("is_active") == "on"
    services.switch_endpoint(actor=_actor(request), endpoint_id=endpoint_id, is_active=is_active)
    return redirect("webhooks:detail", endpoint_id)


@login_required
@require_POST
def trash(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """Delete a webhook."""
    services.trash_endpoint(actor=_actor(request), endpoint_id=endpoint_id)
    messages.success(request, _("The webhook is deleted."))
    return redirect("webhook_forms:list")


def _sent(request: HttpRequest) -> dict[str, Any]:
    return {
        "url": request.POST.get("url", ""), "description": request.POST.get("description", ""),
        "events": request.POST.getlist("events"), "owner_id": request.POST.get("owner_id", ""),
    }  # fmt: skip


def _form(
    request: HttpRequest, values: dict[str, Any], errors: dict[str, list[str]], status: int, endpoint: Any = None
) -> HttpResponse:
    context = {
        "values": values, "errors": errors, "endpoint": endpoint, "groups": queries.event_groups(),
        "owners": [(str(pk), name) for pk, name in queries.possible_owners()],
    }  # fmt: skip
    return render(request, "webhooks/endpoints/form.html", context, status=status)


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]
