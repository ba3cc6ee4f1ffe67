"""The search page: everything that holds the words, object by object, with more of each."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dangol.platform.access.actor import Actor
from dangol.platform.objects.entrance import sign_in_first
from dangol.platform.objects.finding import MOST_LETTERS, Answer, Group, search, searchable
from dangol.platform.objects.keyset import CursorError
from dangol.platform.objects.types import ObjectType
from dangol.platform.ui.errors import error_page

IN_OVERVIEW, ON_PAGE = 6, 30
_SHAPES: dict[str, tuple[type, ...]] = {"rank": (int, str, int), "title": (str, int), "walk": (int, int)}


@dataclass(frozen=True)
class Shown:
    """One object's finds as the page shows them; `more` leads to the following ones."""

    group: Group
    more: str


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Records that hold all words of `q`: a few of each object, or one object's (`in`) page by page (`after`)."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.kind == "anonymous":
        return sign_in_first(request)
    words = request.GET.get("q", "").strip()[:MOST_LETTERS]
    known = searchable(actor)
    chosen = next((d for d in known if d.slug == request.GET.get("in", "")), None)
    if request.GET.get("in") and chosen is None:
        return error_page(request, 403, _("You may not see these records, or there are none of this kind."))
    try:
        after = _unpacked(request.GET.get("after", "")) if chosen else None
    except CursorError as error:
        return error_page(request, 400, str(error), way_out=_address(words, chosen))
    among, limit = ([chosen], ON_PAGE) if chosen else (known, IN_OVERVIEW)
    answer = search(actor, words, among=among, limit=limit, after=after)
    return render(request, "objects/search.html", _context(words, known, chosen, answer, is_first=after is None))


def _context(
    words: str, known: list[ObjectType], chosen: ObjectType | None, answer: Answer, *, is_first: bool
) -> dict[str, Any]:
    tabs = [(_("Everything"), _address(words, None), chosen is None)]
    tabs += [(d.plural, _address(words, d), d is chosen) for d in known]
    return {
        "words": words, "tabs": tabs, "chosen": chosen, "answer": answer, "is_first": is_first, "known": known,
        "groups": [Shown(g, _more(words, g, chosen, answer)) for g in answer.groups],
        "first_url": _address(words, chosen),
    }  # fmt: skip


def _more(words: str, group: Group, chosen: ObjectType | None, answer: Answer) -> str:
    """Where the following finds are; similar ones have no following page, since each word stands for several."""
    if group.next is None or answer.is_similar:
        return ""
    return _address(words, group.declared, _packed(group.next) if chosen else "")


def _address(words: str, chosen: ObjectType | None, after: str = "") -> str:
    asked = {"q": words, "in": chosen.slug if chosen else "", "after": after}
    return f"{reverse('objects:search')}?{urlencode({k: v for k, v in asked.items() if v})}"


def _packed(place: tuple[Any, ...]) -> str:
    return base64.urlsafe_b64encode(json.dumps(place, ensure_ascii=False).encode()).decode().rstrip("=")


def _unpacked(text: str) -> tuple[Any, ...] | None:
    """The place that `text` names, None for the beginning. Raises CursorError."""
    if not text:
        return None
    try:
        stage, *values = json.loads(base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4)))
        fits = [type(v) for v in values] == list(_SHAPES[stage])
    except (ValueError, TypeError, KeyError, binascii.Error, UnicodeError, RecursionError) as error:
        raise CursorError from error
    if not fits or any(isinstance(v, int) and not -(2**63) < v < 2**63 for v in values) or "\x00" in str(values):
        raise CursorError
    return (stage, *values)
