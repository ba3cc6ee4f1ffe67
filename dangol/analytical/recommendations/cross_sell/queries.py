"""Reading offers: the last test, and what goes with what one person bought."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import ExpressionWrapper, F, FloatField, Max, OuterRef, Subquery

from dangol.analytical.predictions.lifetime_value.models import ModelRun
from dangol.analytical.recommendations.cross_sell.models import ProductPair
from dangol.analytical.recommendations.cross_sell.rules import LATEST_PRODUCTS, OFFERED
from dangol.core.catalog.products.models import Product
from dangol.core.purchases.orders.models import Line, Order
from dangol.platform.access.actor import Actor

MODEL = "cross_sell"


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

    Nothing is offered that was bought before, be it an hour ago. Concluded from the orders that `actor` may see. One
    query.
    """
    held = _held(actor, person_id)
    shown = ModelRun.objects.filter(model=MODEL).order_by("-fitted_at").values("is_shown")[:1]
    latest = held.annotate(last=Max("order__ordered_at")).order_by("-last", "product_id")
    rows: Any = ProductPair.objects.visible_to(actor)
    goods: Any = Product.objects.visible_to(actor).filter(deleted_at=None, kind=Product.Kind.GOODS)
    names = Product.objects.visible_to(actor).filter(pk=OuterRef("product_id")).values("name")[:1]
    rows = rows.annotate(is_shown=Subquery(shown), because=Subquery(names)).filter(
        is_shown=True,
        product_id__in=latest.values("product_id")[:LATEST_PRODUCTS],
        other_id__in=goods.values("pk"),
    )  # fmt: skip
    rows = rows.exclude(other_id__in=_held(actor, person_id).values("product_id"))
    other = Product.objects.visible_to(actor).filter(pk=OuterRef("other_id"))
    rows = rows.annotate(
        name=Subquery(other.values("name")[:1]), code=Subquery(other.values("code")[:1]),
        because_code=Subquery(Product.objects.visible_to(actor).filter(pk=OuterRef("product_id")).values("code")[:1]),
    )  # fmt: skip
    return _best(rows, most)


def _held(actor: Actor, person_id: int) -> Any:
    lines: Any = Line.objects.visible_to(actor)
    return lines.filter(
        order__person_id=person_id, order__deleted_at=None, order__kind=Order.Kind.ORDER, kind=Line.Kind.GOODS,
        quantity__gt=0, product_id__isnull=False,
    ).order_by().values("product_id")  # fmt: skip


def _best(rows: Any, most: int) -> list[Offer]:
    """Of each product the pair with the highest confidence, the best of these first; as in the back-test."""
    found: dict[int, Offer] = {}
    for row in rows:
        one = Offer(
            row.other_id, row.name or row.code or "", row.product_id, row.because or row.because_code or "",
            row.together, row.buyers, row.other_buyers, row.people,
        )  # fmt: skip
        known = found.get(one.product_id)
        if known is None or one.confidence > known.confidence:
            found[one.product_id] = one
    return sorted(found.values(), key=lambda o: (-o.confidence, o.product_id))[:most]


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
