"""The page of the company profile, the logo for everybody, and the short list of what is set up."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.request import validate_host
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.accounts.forms import CompanyForm
from dangol.platform.accounts.logo import LARGEST_UPLOAD
from dangol.platform.accounts.models import Workspace
from dangol.platform.accounts.profile import is_local
from dangol.platform.accounts.queries import logo, workspace
from dangol.platform.accounts.services import change_workspace, remove_logo, set_logo
from dangol.platform.accounts.setup import standings

LOGO_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",  # mail programs in a browser show it too
    "Cache-Control": "public, max-age=300",
    "Content-Disposition": 'inline; filename="logo.png"',
}


@login_required
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """What is set up and what is missing."""
    actor = _who_may(request)
    steps = standings(actor)
    done = sum(standing.state == "done" for _step, standing in steps)
    return render(request, "accounts/setup.html", {"steps": steps, "done": done})


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Show the company profile; keep what was changed."""
    actor, ours = _who_may(request), workspace()
    if request.method == "GET":
        return _page(
            request, ours, CompanyForm(initial={name: getattr(ours, name) for name in CompanyForm.base_fields})
        )
    form = CompanyForm(request.POST)
    if form.is_valid() and _is_agreed(request, form, ours):
        try:
            change_workspace(actor=actor, values=_asked(form))
            messages.success(request, _("Saved."))
            return redirect("accounts:company")
        except ValidationError as error:
            form.refuse(error.message_dict)
    return _page(request, ours, form, status=422)


def _asked(form: CompanyForm) -> dict[str, Any]:
    """The first language is always one of the customers' languages; a currency that was saved here is chosen."""
    values = dict(form.cleaned_data)
    values["languages"] = sorted({*values["languages"], values["language"]}, key=("ko", "en").index)
    return values | {"is_currency_chosen": True}


def _is_agreed(request: HttpRequest, form: CompanyForm, ours: Workspace) -> bool:
    """Another currency changes what every figure means, so it wants a second word once one was chosen."""
    is_new = ours.is_currency_chosen and form.cleaned_data["currency"] != ours.currency
    if not is_new or request.POST.get("is_currency_agreed"):
        return True
    form.add_error("currency", _("Please confirm below that everything will be counted in another currency."))
    return False


@login_required
@require_POST
def change_logo(request: HttpRequest) -> HttpResponse:
    """Take an uploaded logo, or take the logo away."""
    actor, ours = _who_may(request), workspace()
    try:
        if "remove" in request.POST:
            remove_logo(actor=actor)
            messages.success(request, _("The logo is gone."))
        else:
            set_logo(actor=actor, data=_uploaded(request))
            messages.success(request, _("The logo is kept."))
        return redirect("accounts:company")
    except ValidationError as error:
        form = CompanyForm(initial={name: getattr(ours, name) for name in CompanyForm.base_fields})
        return _page(request, ours, form, status=422, logo_errors=error.message_dict.get("logo", error.messages))


def _uploaded(request: HttpRequest) -> bytes:
    given = request.FILES.get("logo")
    if given is None:
        raise ValidationError({"logo": _("No file was chosen.")})
    return bytes(given.read(LARGEST_UPLOAD + 1))


@require_safe
def logo_png(request: HttpRequest) -> HttpResponse:
    """The logo as a picture, for everybody: it stands in letters to customers."""
    picture = logo()
    if not picture:
        raise Http404
    mark = f'"{_mark(picture)}"'
    same = request.headers.get("If-None-Match") == mark
    answer = HttpResponseNotModified() if same else HttpResponse(picture, content_type="image/png")
    for name, value in {**LOGO_HEADERS, "ETag": mark}.items():
        answer[name] = value
    return answer


def _page(request: HttpRequest, ours: Workspace, form: CompanyForm, status: int = 200, **more: Any) -> HttpResponse:
    picture = logo()
    context = {
        "form": form, "ours": ours, "zones": sorted(available_timezones()),
        "logo_mark": _mark(picture) if picture else "", "address_notice": _notice(ours.base_url),
        "is_currency_asked": "currency" in form.errors,
    }  # fmt: skip
    return render(request, "accounts/company.html", context | more, status=status)


def _notice(address: str) -> str:
    """What is to be said about the address that customers' links begin with."""
    if not address:
        return _("Without it, links in messages lead to this machine only, and customers cannot open them.")
    if is_local(address):
        return _("Customers cannot open this address from outside; links in messages work on this network only.")
    if not validate_host(urlsplit(address).hostname or "", settings.ALLOWED_HOSTS):
        return _("This system does not answer to this name yet: start it with DANGOL_HOSTS naming it.")
    if address.startswith("http:"):
        return _("The address is not encrypted. One-click unsubscribing asks for https (RFC 8058).")
    return ""


def _mark(picture: bytes) -> str:
    return hashlib.sha256(picture).hexdigest()[:16]


def _who_may(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require(actor, "change", "workspace")
    return actor
