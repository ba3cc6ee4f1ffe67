"""Removing the demo company and nothing else."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q

from dangol.analytical.experiments.assignment.models import GlobalControl
from dangol.analytical.segments.definitions.models import Segment
from dangol.collaborative.channels.messages.models import Content, Message
from dangol.config.demo.events import DemoRemoved
from dangol.config.demo.generator.invent import NAME
from dangol.config.demo.generator.rates import SOURCE
from dangol.config.demo.queries import has_own_orders, line_count
from dangol.config.demo.services.analyzing import analyze_soon
from dangol.config.demo.services.clearing import clear, collect, forget, run
from dangol.config.demo.services.loading import wait_for_turn
from dangol.config.demo.services.membership import remove_membership
from dangol.config.demo.services.visiting import forget_visits
from dangol.core.catalog.prices.models import ExchangeRate
from dangol.core.catalog.products.models import Product
from dangol.core.consent.suppressions.models import Suppression
from dangol.core.customers.companies.models import Company
from dangol.core.customers.households.models import Household
from dangol.core.customers.people.models import Person
from dangol.core.purchases.orders.models import Line, Order
from dangol.operational.marketing.campaigns.models import Campaign, Text
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.accounts.events import WorkspaceChanged
from dangol.platform.accounts.models import Team, User, Workspace
from dangol.platform.accounts.queries import workspace
from dangol.platform.events.stream import emit
from dangol.platform.search.services import forget_words

PEOPLE, COMPANIES, PRODUCTS, ORDERS, LINES, USERS, TEAMS, CAMPAIGNS, TEXTS, MESSAGES, SEGMENTS, SUPPRESSIONS = (
    f'"{model._meta.db_table}"'
    for model in (
        Person, Company, Product, Order, Line, User, Team, Campaign, Text, Message, Segment, Suppression
    )
)  # fmt: skip


@dataclass(frozen=True)
class Removed:
    """How many rows went, and how many stayed because the house's own data holds on to them."""

    people: int = 0
    companies: int = 0
    products: int = 0
    orders: int = 0
    lines: int = 0
    staff: int = 0
    kept_people: int = 0
    kept_companies: int = 0
    kept_products: int = 0
    kept_staff: int = 0


@transaction.atomic
def remove(*, actor: Actor) -> Removed:
    """Remove the demo company, in one transaction; what is the house's own stays.

    Demo customers with own orders stay and become own customers; so do products on own orders and firms of own
    customers. Of the staff, the one who acts stays, and the administrators where there would be none left.

    Raises:
        Forbidden: the actor may not change the workspace.
    """
    require(actor, "change", "workspace")
    wait_for_turn()
    lines = line_count()
    _forget_marketing()
    forget_visits()
    _clear(Household, "household")
    adopted = [_adopt_people(), _adopt_companies(), _adopt_products()]
    removed = Removed(
        orders=_clear(Order, "order"),
        people=_clear(Person, "person"),
        companies=_clear(Company, "company"),
        products=_clear(Product, "product"),
        lines=lines,
        staff=_dismiss(actor),
        kept_people=adopted[0],
        kept_companies=adopted[1],
        kept_products=adopted[2],
        kept_staff=User.objects.filter(is_demo=True, is_active=True).count(),
    )
    remove_membership()
    ExchangeRate.objects.filter(source=SOURCE).delete()
    run("SET CONSTRAINTS ALL IMMEDIATE")  # so that what still holds on to a row is told here, not at the commit
    run("SET CONSTRAINTS ALL DEFERRED")
    if removed.orders or removed.people or removed.staff:
        _close_workspace(actor)
        forget_words()
        analyze_soon()
        emit(DemoRemoved(subject_id=workspace().pk, **asdict(removed)), actor=actor)
    return removed


def _forget_marketing() -> None:
    """Take the demo campaigns with everything they sent, and those demo segments to which no own campaign goes."""
    campaigns = collect("campaign", f"SELECT id FROM {CAMPAIGNS} WHERE is_demo")
    forget("campaign", campaigns)
    sent = f"SELECT id FROM {MESSAGES} WHERE source = 'campaign' AND source_id IN (SELECT id FROM {campaigns})"
    clear(Message, collect("message", sent))
    contents = collect("content", f"SELECT content_id FROM {TEXTS} WHERE campaign_id IN (SELECT id FROM {campaigns})"
                       " AND content_id IS NOT NULL")  # fmt: skip
    clear(Campaign, campaigns)
    clear(Content, contents)
    used = collect("own_segment", f"SELECT DISTINCT segment_id FROM {CAMPAIGNS} WHERE segment_id IS NOT NULL")
    _adopt(SEGMENTS, used)
    segments = collect("segment", f"SELECT id FROM {SEGMENTS} WHERE is_demo")
    forget("segment", segments)
    clear(Segment, segments)
    GlobalControl.objects.filter(set_by=None).delete()  # set by the demo company itself, by nobody of the staff
    people = f"SELECT email FROM {PEOPLE} WHERE is_demo AND email <> ''"
    run(f"DELETE FROM {SUPPRESSIONS} WHERE channel = 'email' AND reason = 'bounce' AND address IN ({people})")


def _adopt_people() -> int:
    """Make demo customers with own orders own customers."""
    own = collect("own_buyer", f"SELECT DISTINCT person_id FROM {ORDERS} WHERE NOT is_demo AND person_id IS NOT NULL")
    return _adopt(PEOPLE, own)


def _adopt_companies() -> int:
    """Make demo firms of own customers own firms."""
    own = collect("own_firm", f"SELECT DISTINCT company_id FROM {PEOPLE} WHERE NOT is_demo AND company_id IS NOT NULL")
    return _adopt(COMPANIES, own)


def _adopt_products() -> int:
    """Make demo products on own orders own products."""
    orders = collect("own_order", f"SELECT id FROM {ORDERS} WHERE NOT is_demo")
    lines = f"{LINES} WHERE order_id IN (SELECT id FROM {orders}) AND product_id IS NOT NULL"
    return _adopt(PRODUCTS, collect("own_product", f"SELECT DISTINCT product_id FROM {lines}"))


def _adopt(table: str, own: str) -> int:
    return run(f"UPDATE {table} SET is_demo = false WHERE is_demo AND id IN (SELECT id FROM {own})")


def _clear(model: type[Order | Person | Company | Product | Household], object_name: str) -> int:
    gone = collect(object_name, f'SELECT id FROM "{model._meta.db_table}" WHERE is_demo')
    forget(object_name, gone)
    return clear(model, gone)


def _dismiss(actor: Actor) -> int:
    """Remove demo staff and their teams, but never the one who acts nor the last administrators."""
    administrators = User.objects.filter(is_active=True, roles__name="administrator")
    stays = Q(pk=actor.user_id)
    if not administrators.filter(Q(is_demo=False) | stays).exists():
        stays |= Q(pk__in=administrators.values("pk"))
    going = list(User.objects.filter(is_demo=True).exclude(stays).values_list("pk", flat=True))
    gone = collect("user", "SELECT unnest(%s::int8[])", going)
    count = clear(User, gone)
    run(
        f"UPDATE {TEAMS} t SET is_demo = false WHERE t.is_demo"
        f" AND EXISTS (SELECT 1 FROM {USERS} u WHERE u.team_id = t.id AND NOT u.is_demo)"
    )
    clear(Team, collect("team", f"SELECT id FROM {TEAMS} WHERE is_demo"))
    return count


def _close_workspace(actor: Actor) -> None:
    """Take the demo company's name off the house; without orders of its own its currency is open again."""
    ours = workspace()
    values: dict[str, Any] = {"name": ""} if ours.name in NAME else {}
    if not has_own_orders():
        values["is_currency_chosen"] = False
    changes = {name: [getattr(ours, name), new] for name, new in values.items() if getattr(ours, name) != new}
    if changes:
        Workspace.objects.filter(pk=ours.pk).update(**values)
        emit(WorkspaceChanged(subject_id=ours.pk, changes=changes), actor=actor)
