from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dangol.platform.accounts.models import User
from dangol.platform.accounts.viewing.services import start_viewing, stop_viewing


@login_required
@require_POST
def start(request: HttpRequest, user_id: int) -> HttpResponse:
    """Look through a colleague's eyes, from the page that was asked for (`next`) on."""
    user = get_object_or_404(User, pk=user_id) if user_id < 2**63 else None
    if user is not None:
        start_viewing(actor=request.actor, user=user, session=request.session)  # type: ignore[attr-defined]
    asked = request.POST.get("next", "/")
    return redirect(asked if url_has_allowed_host_and_scheme(asked, {request.get_host()}) else "/")


@login_required
@require_POST
def stop(request: HttpRequest) -> HttpResponse:
    """Look through one's own eyes again. The middleware has ended it already; here is where one goes then."""
    stop_viewing(actor=request.actor, session=request.session)  # type: ignore[attr-defined]
    messages.success(request, _("You look through your own eyes again."))
    return redirect("/")
