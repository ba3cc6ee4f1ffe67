"""Pages of the local catcher: what was sent, as its receivers would have read it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import urlize
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import ngettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from dangol.platform.access.actor import Actor
from dangol.platform.mail.models import CaughtMail, MailWay
from dangol.platform.mail.queries import caught_for, caught_page, mail_way
from dangol.platform.mail.reading import Letter, framed, read_letter
from dangol.platform.mail.services import KEPT_DAYS, clear_caught

TABS = ("html", "text", "headers")
FRAME_POLICY = "; ".join(
    (
        "sandbox allow-popups allow-popups-to-escape-sandbox",
        "default-src 'none'",
        "style-src 'unsafe-inline' https:",
        "img-src http: https: data:",
        "font-src https: data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    )
)
"""A letter brings its own styles and pictures, but runs nothing, sends nothing and is nobody: its origin is opaque."""


@login_required
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Caught mail, newest first."""
    search = request.GET.get("q", "")[:200]
    page = caught_page(_actor(request), search=search, after=request.GET.get("after", ""))
    context = {
        "page": page, "search": search, "days": KEPT_DAYS, "is_caught": mail_way().mode == MailWay.Mode.CATCHER,
        "is_further": bool(request.GET.get("after")), "may_clear": _actor(request).may("change", "workspace"),
    }  # fmt: skip
    return render(request, "mail/caught.html", context)


@login_required
@require_GET
def letter(request: HttpRequest, number: int) -> HttpResponse:
    """One caught message: as it looks, as text, or its headers."""
    caught = _caught(request, number)
    read = read_letter(bytes(caught.raw))
    shown = request.GET.get("show", "")
    if shown not in TABS or (shown == "html" and not read.html):
        shown = "html" if read.html else "text"
    context = {"caught": caught, "letter": read, "shown": shown, "text": _linked(read)}
    return render(request, "mail/letter.html", context)


@login_required
@require_GET
@xframe_options_sameorigin
def frame(request: HttpRequest, number: int) -> HttpResponse:
    """The letter's html alone, for the frame of its page."""
    read = read_letter(bytes(_caught(request, number).raw))
    answer = HttpResponse(framed(read.html), content_type="text/html; charset=utf-8")
    answer["Content-Security-Policy"] = FRAME_POLICY
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@login_required
@require_GET
def raw(request: HttpRequest, number: int) -> HttpResponse:
    """The message, byte for byte."""
    caught = _caught(request, number)
    answer = HttpResponse(bytes(caught.raw), content_type="message/rfc822")
    answer["Content-Disposition"] = f'attachment; filename="mail-{caught.pk}.eml"'
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@login_required
@require_POST
def clear(request: HttpRequest) -> HttpResponse:
    """Delete all caught mail."""
    count = clear_caught(actor=_actor(request))
    said = ngettext("%(count)s message was deleted.", "%(count)s messages were deleted.", count)
    messages.success(request, said % {"count": count})
    return redirect("mail:caught")


def _caught(request: HttpRequest, number: int) -> CaughtMail:
    found = caught_for(_actor(request)).filter(pk=number).first()
    if found is None:
        raise Http404
    return found


def _linked(read: Letter) -> SafeString:
    """The text with its addresses as links that open in a new tab; everything else is escaped."""
    linked = urlize(read.text, nofollow=True, autoescape=True)
    return mark_safe(linked.replace('<a href="', '<a class="link" target="_blank" href="'))  # noqa: S308


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined, no-any-return]
