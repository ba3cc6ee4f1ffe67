"""The way in to the generic pages: who may come, with which object, and what is said to a misunderstanding."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.objects import saved_views
from dangol.platform.objects.address import Address
from dangol.platform.objects.filters import FilterError
from dangol.platform.objects.former import WentUp, now_called
from dangol.platform.objects.keyset import CursorError
from dangol.platform.objects.models import SavedView
from dangol.platform.objects.registry import UnknownObject, object_type_at
from dangol.platform.objects.saved_views import ViewNotShared
from dangol.platform.objects.types import ObjectType
from dangol.platform.objects.writing import NotFound
from dangol.platform.ui.errors import error_page

View = Callable[..., HttpResponseBase]


def for_staff(view: View) -> View:
    """Lets staff in with the object whose address was asked; others sign in first; misunderstandings are said."""

    @wraps(view)
    def opened(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        actor: Actor = request.actor  # type: ignore[attr-defined]
        try:
            declared = object_type_at(slug)
        except UnknownObject as error:
            raise Http404 from error
        if actor.kind == "anonymous":
            return sign_in_first(request)
        try:
            return view(request, declared, *args, **kwargs)
        except (NotFound, WentUp) as error:
            return _where_it_is_now(request, declared, kwargs.get("record_id"), error)
        except (FilterError, CursorError) as error:
            return error_page(request, 400, str(error), way_out=f"/{slug}")
        except ViewNotShared as error:
            return error_page(request, 404, str(error), way_out=f"/{slug}?view=all")

    return opened


def _where_it_is_now(
    request: HttpRequest, declared: ObjectType, record_id: int | None, error: NotFound | WentUp
) -> HttpResponse:
    """The same page of the record in which the one that was asked for went up. Raises NotFound where there is none."""
    now = error.now if isinstance(error, WentUp) else now_called(declared.name, record_id) if record_id else None
    if now is None or request.method != "GET":
        raise error
    return redirect(request.get_full_path().replace(f"/{record_id}", f"/{now}", 1))


def sign_in_first(request: HttpRequest) -> HttpResponse:
    """Who is not signed in goes to sign in and comes back here; a fragment says so."""
    if getattr(request, "htmx", False):
        return HttpResponse(_("Sign in again."), status=401)
    return redirect(f"{reverse('accounts:login')}?{urlencode({'next': request.get_full_path()})}")


def address_of(request: HttpRequest, declared: ObjectType, asked: QueryDict | None = None) -> Address:
    """The state of the list that the address (or `asked`) names, as far as the viewer may see what its view asks for.

    Raises FilterError; ViewNotShared for a saved view that the viewer does not have.
    """
    asked = request.GET if asked is None else asked
    known = [v for v in views_of(request) if v.object_name == declared.name]
    address = Address.read(declared, asked, known)
    if asked.get("view", "").isdecimal() and address.view is None:
        raise ViewNotShared
    if isinstance(address.view, SavedView):
        actor: Actor = request.actor  # type: ignore[attr-defined]
        seen, left_out = saved_views.as_seen_by(actor, declared, address.view)
        address = replace(address, view=seen, left_out=left_out)
    return address


def views_of(request: HttpRequest) -> list[Any]:
    """Every saved view of the viewer, read once a request: tabs and sidebar share it."""
    known = getattr(request, "_saved_views", None)
    if known is None:
        known = request._saved_views = saved_views.known_views(request.actor)  # type: ignore[attr-defined]
    return known
