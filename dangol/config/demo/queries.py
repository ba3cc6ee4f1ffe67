from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from dangol.core.customers.companies.models import Company
from dangol.core.customers.people.models import Person
from dangol.core.purchases.orders.models import Line, Order
from dangol.platform.accounts.middleware import zone_named
from dangol.platform.accounts.models import Team, User
from dangol.platform.accounts.queries import workspace
from dangol.platform.events.models import EventRecord
from dangol.platform.jobs.models import Progress

WHY = "demo company"
KIND_LOAD, KIND_REMOVE = "demo.load", "demo.remove"


@dataclass(frozen=True)
class Standing:
    """What of the demo company is here, and how much of it the house's own data holds on to."""

    people: int
    companies: int
    orders: int
    people_with_own_orders: int


def is_loaded() -> bool:
    """Whether the demo company is here. Cheap: asked on every visit to the overview."""
    return Team.objects.filter(is_demo=True).exists()


def standing() -> Standing:
    """Count what would be removed."""
    people = Person.objects.for_system(WHY).filter(is_demo=True)
    own = Order.objects.for_system(WHY).filter(is_demo=False, person__isnull=False)
    return Standing(
        people=people.count(),
        companies=Company.objects.for_system(WHY).filter(is_demo=True).count(),
        orders=Order.objects.for_system(WHY).filter(is_demo=True).count(),
        # Without own orders nothing is joined: right after a load the database knows no better than row by row.
        people_with_own_orders=people.filter(pk__in=own.values("person_id")).count() if own.exists() else 0,
    )


def today() -> date:
    """The day that it is where the house is."""
    return timezone.now().astimezone(zone_named(workspace().time_zone)).date()


def has_own_orders() -> bool:
    """Whether the house holds orders of its own."""
    return Order.objects.for_system(WHY).filter(is_demo=False).exists()


def line_count() -> int:
    """How many lines the demo company's orders have."""
    return Line.objects.for_system(WHY).filter(order__is_demo=True).count()


def last_run() -> Progress | None:
    """The load or removal that somebody asked for last in the browser."""
    return Progress.objects.filter(kind__in=(KIND_LOAD, KIND_REMOVE)).order_by("-created_at").first()


def running() -> Progress | None:
    """The one that is still under way, or None."""
    last = last_run()
    return last if last is not None and not last.is_over else None


def was_ever_loaded() -> bool:
    """Whether the demo company has been here before; whoever removed it does not want it back by itself."""
    return EventRecord.objects.filter(name="demo.loaded", subject="workspace", subject_id=1).exists()


def is_empty() -> bool:
    """Whether the house holds no customer and no order yet."""
    return not (Person.objects.for_system(WHY).exists() or Order.objects.for_system(WHY).exists())


def demo_staff() -> list[User]:
    """Demo staff who can sign in."""
    return list(User.objects.filter(is_demo=True, is_active=True).prefetch_related("roles"))
