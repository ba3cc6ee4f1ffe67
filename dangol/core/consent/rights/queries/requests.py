from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from dangol.core.consent.law.queries import book
from dangol.core.consent.rights.models import Erasure, RightsRequest
from dangol.platform.access.actor import Actor
from dangol.platform.objects.writing import NotFound

DAYS_WHERE_NO_LAW = 30


def due_on(kind: str, country: str, asked_on: date) -> date:
    """Until when a request must be answered, by the stricter of our law and the person's."""
    return asked_on + timedelta(days=book().days(f"{kind}_days", country) or DAYS_WHERE_NO_LAW)


def requests(actor: Actor, show: str) -> QuerySet[RightsRequest]:
    """Requests: `open` and those not confirmed yet (soonest due first), or `done` (newest first)."""
    rows = RightsRequest.objects.visible_to(actor)
    if show == "done":
        return rows.filter(state__in=["done", "refused"]).order_by("-answered_at", "-pk")
    return rows.filter(state__in=["open", "unconfirmed"]).order_by("due_on", "pk")


def open_requests(actor: Actor, person_id: int) -> list[RightsRequest]:
    """What a person asked for and got no answer to yet."""
    rows = RightsRequest.objects.visible_to(actor).filter(person_id=person_id, state__in=["open", "unconfirmed"])
    return list(rows.order_by("due_on", "pk"))


def requests_of(actor: Actor, person_id: int) -> list[RightsRequest]:
    """Everything that a person ever asked for, newest first."""
    return list(RightsRequest.objects.visible_to(actor).filter(person_id=person_id).order_by("-asked_at", "-pk"))


def request_of(actor: Actor, request_id: int) -> RightsRequest:
    """One request. Raises NotFound."""
    found = RightsRequest.objects.visible_to(actor).filter(pk=request_id).first()
    if found is None:
        raise NotFound
    return found


def counts(actor: Actor) -> dict[str, int]:
    """How many requests are open, and how many of them are late."""
    today = timezone.localdate()
    return dict(
        RightsRequest.objects.visible_to(actor).aggregate(
            open=Count("pk", filter=Q(state="open")), late=Count("pk", filter=Q(state="open", due_on__lt=today))
        )
    )


def erasures(actor: Actor) -> QuerySet[Erasure]:
    """Who was erased, by number, newest first."""
    return Erasure.objects.visible_to(actor).order_by("-erased_at", "-pk")
