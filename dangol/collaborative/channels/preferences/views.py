"""The customer's own pages: no sign-in, no cookie, nothing changed by looking."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from dangol.collaborative.channels.preferences.queries import (
    Receiver,
    can_undo,
    ended,
    is_open,
    language_of,
    offers,
    receiver_of,
    request_behind,
    wishes,
)
from dangol.collaborative.channels.preferences.rules import MOST_A_MONTH, PAUSES, read_number
from dangol.collaborative.channels.preferences.services import (
    TooOften,
    ask_for_right,
    set_preferences,
    set_wishes,
    undo_unsubscribe,
    unsubscribe,
)
from dangol.core.consent.ledger.models import Channel, Purpose
from dangol.core.consent.rights.models import RightsRequest
from dangol.core.consent.rights.services import answer_request, confirm_request, take_person_out
from dangol.platform.access.actor import Actor
from dangol.platform.accounts.middleware import asked_language
from dangol.platform.accounts.queries import workspace
from dangol.platform.mail.links import BadLink, sign

LARGEST_BODY = 64 * 1024
IN_MEMORY = 8 * 1024 * 1024
ONE_CLICK = "One-Click"
HEADERS = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}
Page = Callable[[HttpRequest, Receiver, str], HttpResponse]


def for_receiver(kind: str) -> Callable[[Page], Callable[[HttpRequest, str], HttpResponse]]:
    """Opens a page to whom a signed link belongs, in her language; everybody else is told that the link is not valid.

    The link itself is the key, and no cookie is ever read or set, so there is nothing for another site to misuse.
    """

    def wrap(page: Page) -> Callable[[HttpRequest, str], HttpResponse]:
        @csrf_exempt
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(page)
        def opened(request: HttpRequest, token: str) -> HttpResponse:
            answer = _answer(request, kind, token, page)
            for name, value in HEADERS.items():
                answer[name] = value
            return answer

        return opened

    return wrap


def _answer(request: HttpRequest, kind: str, token: str, page: Page) -> HttpResponse:
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    if not (length.isascii() and length.isdigit()) or int(length) > LARGEST_BODY:
        return HttpResponse(status=413)
    try:
        receiver = receiver_of(kind, token)
    except BadLink:
        return render(request, "channels/preferences/not_valid.html", _frame(request, None), status=404)
    language = language_of(receiver, request.GET.get("lang", ""), asked_language(request))
    with translation.override(language):
        try:
            answer = page(request, receiver, language)
        except TooOften as error:
            context = _frame(request, receiver) | {"sentence": str(error)}
            answer = render(request, "channels/preferences/too_often.html", context, status=429)
        answer["Content-Language"] = language
        return answer


@for_receiver("unsub")
def unsubscribing(request: HttpRequest, receiver: Receiver, language: str) -> HttpResponse:
    """The page that ends advertising; a mail program's single click (RFC 8058) is answered in one sentence."""
    if request.method != "POST":
        return _unsubscribe_page(request, receiver)
    actor, agent = _actor(), request.headers.get("User-Agent", "")
    if request.POST.get("List-Unsubscribe") == ONE_CLICK:
        unsubscribe(actor=actor, receiver=receiver, is_one_click=True, agent=agent)
        return HttpResponse(_("You are unsubscribed."), content_type="text/plain; charset=utf-8")
    wish = request.POST.get("do", "")
    if wish in ("purpose", "everything"):
        unsubscribe(actor=actor, receiver=receiver, is_everything=wish == "everything", agent=agent)
    elif wish == "undo":
        undo_unsubscribe(actor=actor, receiver=receiver, agent=agent)
    else:
        return _unsubscribe_page(request, receiver, status=422)
    return _back(request, language, "undone" if wish == "undo" else "")


@for_receiver("prefs")
def preferring(request: HttpRequest, receiver: Receiver, language: str) -> HttpResponse:
    """The page on which a customer says what she wants, where."""
    wish = request.POST.get("do", "")
    if request.method == "POST" and wish in ("access", "erasure"):
        asked = ask_for_right(actor=_actor(), receiver=receiver, kind=wish)
        return _back(request, language, "mailed" if asked and asked.state == "unconfirmed" else "asked")
    if request.method == "POST":
        set_wishes(
            actor=_actor(), receiver=receiver, pause_months=read_number(request.POST.get("pause", ""), PAUSES),
            most_messages=read_number(request.POST.get("most", ""), MOST_A_MONTH),
            language=request.POST.get("language", ""),
        )  # fmt: skip
        set_preferences(
            actor=_actor(), receiver=receiver, shown=request.POST.getlist("shown"),
            ticked=request.POST.getlist("yes"), wordings=_wordings(request), language=language,
            agent=request.headers.get("User-Agent", ""),
        )  # fmt: skip
        return _back(request, language, "saved")
    context = _frame(request, receiver) | {
        "offers": [] if receiver.is_gone else offers(receiver, language),
        "is_saved": "saved" in request.GET,
        "is_mailed": "mailed" in request.GET,
        "is_asked": "asked" in request.GET,
        "wishes": wishes(receiver),
        "pauses": PAUSES[1:],
        "numbers": MOST_A_MONTH,
        "stop_url": reverse("preferences:unsubscribe", args=[sign("unsub", receiver.message_id)]),
    }
    return render(request, "channels/preferences/preferences.html", context)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def confirming(request: HttpRequest, token: str) -> HttpResponseBase:
    """The link of the letter: confirms a request for one's data, and hands them over. Looking changes nothing."""
    answer: HttpResponseBase
    try:
        asked = request_behind(token)
    except BadLink:
        answer = render(request, "channels/preferences/not_valid.html", _frame(request, None), status=404)
    else:
        language = request.GET.get("lang") if request.GET.get("lang") in ("ko", "en") else asked_language(request)
        with translation.override(language):
            answer = _confirm(request, asked) if request.method == "POST" else _confirm_page(request, asked)
    for name, value in HEADERS.items():
        answer[name] = value
    return answer


def _confirm(request: HttpRequest, asked: RightsRequest) -> HttpResponseBase:
    confirm_request(actor=_actor(), request_id=asked.pk)
    if asked.kind != RightsRequest.Kind.ACCESS:
        return redirect(f"{request.path}?done=1")
    spool: Any = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 -- closed by the answer
    take_person_out(actor=_actor(), person_id=asked.person_id or 0, to=spool)
    answer_request(actor=_actor(), request_id=asked.pk, is_done=True, answer=_("Handed over on the own page."))
    spool.seek(0)
    return FileResponse(spool, as_attachment=True, filename="my-data.zip")


def _confirm_page(request: HttpRequest, asked: RightsRequest) -> HttpResponse:
    context = _frame(request, None) | {"asked": asked, "is_done": "done" in request.GET or asked.state == "done"}
    return render(request, "channels/preferences/confirm.html", context)


def _unsubscribe_page(request: HttpRequest, receiver: Receiver, status: int = 200) -> HttpResponse:
    taken_back = ended(receiver)
    purpose = Purpose.objects.filter(pk=receiver.purpose_id).first() if receiver.purpose_id else None
    context = _frame(request, receiver) | {
        "purpose": purpose,
        "channel": Channel(receiver.channel).label,
        "ended": taken_back,
        "is_purpose_ended": any(each.purpose == purpose for each in taken_back),
        "is_open": is_open(receiver),
        "can_undo": can_undo(receiver),
        "is_undone": "undone" in request.GET,
        "preferences_url": reverse("preferences:preferences", args=[sign("prefs", receiver.message_id)]),
    }
    return render(request, "channels/preferences/unsubscribe.html", context, status=status)


def _frame(request: HttpRequest, receiver: Receiver | None) -> dict[str, Any]:
    """What every one of these pages shows: who we are, which address it is about, and the other language."""
    ours = workspace()
    return {"ours": ours, "receiver": receiver, "path": request.path, "has_logo": bool(ours.logo)}


def _back(request: HttpRequest, language: str, said: str) -> HttpResponse:
    asked = {"lang": language} if request.GET.get("lang") in ("ko", "en") else {}
    query = urlencode({**asked, **({said: "1"} if said else {})})
    answer = redirect(f"{request.path}?{query}" if query else request.path)
    answer.status_code = 303
    return answer


def _wordings(request: HttpRequest) -> dict[int, int]:
    """{purpose: wording} of the words that the page showed."""
    pairs = (text.partition(":") for text in request.POST.getlist("words")[:100])
    return {int(p): int(w) for p, _colon, w in pairs if p.isascii() and p.isdigit() and w.isascii() and w.isdigit()}


def _actor() -> Actor:
    return Actor.system("the customer said so on her own page")
