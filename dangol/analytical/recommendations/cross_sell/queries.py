"""Reading offers: the last test, and what goes with what one person bought."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import ExpressionWrapper, F, FloatField, Max, Subquery

from dangol.analytical.predictions.lifetime_value.models import ModelRun
from dangol.analytical.recommendations.cross_sell.models import ProductPair
from dangol.analytical.recommendations.cross_sell.rules import LATEST_PRODUCTS, OFFERED
from dangol.core.catalog.products.models import Product
from dangol.core.purchases.orders.models import Line, Order
from dangol.platform.access.actor import Actor

MODEL = "cross_sell"
GOODS = Product.Kind.GOODS
MARGIN = 10
"""So many more are looked at than offered, in case some are no longer sold."""


@dataclass(frozen=True)
class Offer:
    """A product to offer, the product it goes with, and the counts that say so."""

    product_id: int
    product: str
    because_id: int
    because: str
    together: int
    buyers: int
    other_buyers: int
    people: int

    @property
    def confidence(self) -> float:
        """Of those who bought the one, the share that bought the other."""
        return self.together / self.buyers

    @property
    def lift(self) -> float:
        """How many times as often as among all customers."""
        return self.confidence * self.people / self.other_buyers


def latest_run() -> ModelRun | None:
    """The last counting of pairs with its test, None before the first."""
    return ModelRun.objects.filter(model=MODEL).order_by("-fitted_at").first()


def offers_for(actor: Actor, person_id: int, *, most: int = OFFERED) -> list[Offer]:
    """What to offer to a person whom `actor` may see, the best first; none while that beats no best-sellers.

    Nothing is offered that was bought before, be it an hour ago. Concluded from the orders that `actor` may see. Three
    queries.
    """
    held = _held(actor, person_id)
    shown = ModelRun.objects.filter(model=MODEL).order_by("-fitted_at").values("is_shown")[:1]
    rows: Any = ProductPair.objects.visible_to(actor).annotate(is_shown=Subquery(shown))
    rows = rows.filter(is_shown=True, product_id__in=held[:LATEST_PRODUCTS]).exclude(other_id__in=held)
    best = _best(rows) if held else []
    return _named(actor, best[: most + MARGIN])[:most]


def _held(actor: Actor, person_id: int) -> list[int]:
    """The products that a person bought, the latest first."""
    lines: Any = Line.objects.visible_to(actor)
    lines = lines.filter(
        order__person_id=person_id, order__deleted_at=None, order__kind=Order.Kind.ORDER, kind=Line.Kind.GOODS,
        quantity__gt=0, product_id__isnull=False,
    )  # fmt: skip
    latest = lines.order_by().values("product_id").annotate(last=Max("order__ordered_at"))
    return list(latest.order_by("-last", "product_id").values_list("product_id", flat=True))


def _best(rows: Any) -> list[ProductPair]:
    """Of each product the pair with the highest confidence, the best of these first; as in the back-test."""
    found: dict[int, ProductPair] = {}
    for row in rows:
        known = found.get(row.other_id)
        if known is None or row.together * known.buyers > known.together * row.buyers:
            found[row.other_id] = row
    return sorted(found.values(), key=lambda row: (-row.together / row.buyers, row.other_id))


def _named(actor: Actor, rows: list[ProductPair]) -> list[Offer]:
    """The pairs by the names of their products; what is no longer sold is left out."""
    ids = {pk for row in rows for pk in (row.other_id, row.product_id)}
    known = {p.pk: p for p in Product.objects.visible_to(actor).filter(pk__in=ids)} if ids else {}
    return [
        Offer(r.other_id, str(known[r.other_id]), r.product_id, str(known.get(r.product_id, "")), r.together, r.buyers,
              r.other_buyers, r.people)
        for r in rows
        if r.other_id in known and known[r.other_id].deleted_at is None and known[r.other_id].kind == GOODS
    ]  # fmt: skip


def strongest_pairs(actor: Actor, *, most: int = 100) -> list[Offer]:
    """The pairs with the highest lift, each once, in the direction with the higher confidence."""
    rows: Any = ProductPair.objects.visible_to(actor)
    lift = F("together") * 1.0 * F("people") / (F("buyers") * F("other_buyers"))
    rows = rows.annotate(lift_of=ExpressionWrapper(lift, FloatField())).order_by("-lift_of", "product_id", "other_id")
    found: dict[frozenset[int], Any] = {}
    for row in rows[: most * 2]:
        key = frozenset((row.product_id, row.other_id))
        if key not in found or row.buyers < found[key].buyers:
            found[key] = row
    ids = {pk for key in found for pk in key}
    names = {p.pk: str(p) for p in Product.objects.visible_to(actor).filter(pk__in=ids)}
    return [
        Offer(r.other_id, names.get(r.other_id, ""), r.product_id, names.get(r.product_id, ""), r.together, r.buyers,
              r.other_buyers, r.people)
        for r in list(found.values())[:most]
    ]  # fmt: skip
