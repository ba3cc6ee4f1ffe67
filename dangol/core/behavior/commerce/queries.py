from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from dangol.core.behavior.commerce.models import Touch
from dangol.core.behavior.visitors.models import Visitor
from dangol.core.behavior.visitors.queries import visitors_of
from dangol.platform.access.actor import Actor

DAYS_SHOWN = 90
MOST_SHOWN, NAMES_SHOWN = 6, 3
_IN_VISITS = """
SELECT n.id, t.kind, count(*), (array_agg(coalesce(nullif(t.words, ''), nullif(t.title, ''), nullif(p.name, ''),
       nullif(t.name, ''), nullif(t.code, ''), nullif(t.category, ''), t.order_number) ORDER BY t.at DESC))[1:12]
FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[], %s::timestamptz[]) AS n (id, visitor, low, high)
JOIN behavior_touch t ON t.visitor_id = n.visitor AND t.at BETWEEN n.low AND n.high
LEFT JOIN catalog_product p ON p.id = t.product_id
GROUP BY n.id, t.kind
"""
_LOOKED_AT = """
SELECT t.product_id, coalesce(nullif(p.name, ''), nullif(t.name, ''), t.code) AS shown,
       count(*) FILTER (WHERE t.kind = 'viewed'), count(*) FILTER (WHERE t.kind = 'carted'),
       count(*) FILTER (WHERE t.kind = 'bought'), max(t.at)
FROM behavior_touch t LEFT JOIN catalog_product p ON p.id = t.product_id
WHERE t.visitor_id = ANY(%s) AND t.at >= %s AND t.kind IN ('viewed', 'carted', 'bought')
GROUP BY t.product_id, shown ORDER BY count(*) DESC, max(t.at) DESC LIMIT %s
"""
_SEARCHED = """
SELECT words, max(at) FROM behavior_touch WHERE visitor_id = ANY(%s) AND at >= %s AND kind = 'searched' AND words <> ''
GROUP BY words ORDER BY max(at) DESC LIMIT %s
"""
_OF_PRODUCT = """
SELECT count(*) FILTER (WHERE t.kind = 'viewed'), count(DISTINCT t.visitor_id) FILTER (WHERE t.kind = 'viewed'),
       count(*) FILTER (WHERE t.kind = 'carted'), count(*) FILTER (WHERE t.kind = 'bought'), max(t.at)
FROM behavior_touch t WHERE t.product_id = %s AND t.at >= %s
"""


@dataclass(frozen=True)
class Mattered:
    """What happened in a visit of one kind: how often, and the names of the latest."""

    kind: str
    count: int
    names: tuple[str, ...]

    @property
    def more(self) -> int:
        """How many are not named."""
        return max(0, self.count - len(self.names))


@dataclass(frozen=True)
class LookedAt:
    """A product that somebody looked at: how often it was viewed, put into the basket, bought, and when last."""

    product_id: int | None
    name: str
    viewed: int
    carted: int
    bought: int
    last_at: datetime


def mattered_in(spans: Sequence[tuple[int, int, datetime, datetime]]) -> dict[int, list[Mattered]]:
    """What mattered in visits (number, visitor, start, end) that were judged. One query for all of them."""
    if not spans:
        return {}
    found: dict[int, list[Mattered]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_IN_VISITS, [list(column) for column in zip(*spans, strict=True)])
        for visit, kind, count, names in cursor.fetchall():
            distinct = tuple(dict.fromkeys(name for name in names if name))[:NAMES_SHOWN]
            found[visit].append(Mattered(kind, count, distinct))
    return found


def looked_at(actor: Actor, person: Any) -> tuple[list[LookedAt], list[str]]:
    """Products and searches of a person in the last days. Two queries, none for who was never seen."""
    ids = [visitor.pk for visitor in visitors_of(actor, person)]
    if not ids:
        return [], []
    since = timezone.now() - timedelta(days=DAYS_SHOWN)
    with connection.cursor() as cursor:
        cursor.execute(_LOOKED_AT, [ids, since, MOST_SHOWN])
        products = [LookedAt(*row) for row in cursor.fetchall()]
        cursor.execute(_SEARCHED, [ids, since, MOST_SHOWN])
        return products, [words for words, _at in cursor.fetchall()]


def product_figures(actor: Actor, product_id: int) -> dict[str, Any] | None:
    """How often a product was looked at in the last days, by how many; for who sees the visits of all."""
    if actor.scope("see", Touch.access_name) != "all" or actor.scope("see", Visitor.access_name) != "all":
        return None
    with connection.cursor() as cursor:
        cursor.execute(_OF_PRODUCT, [product_id, timezone.now() - timedelta(days=DAYS_SHOWN)])
        views, visitors, carted, bought, last = cursor.fetchone()
    if last is None:
        return None
    return {"views": views, "visitors": visitors, "carted": carted, "bought": bought, "last_at": last,
            "days": DAYS_SHOWN}  # fmt: skip
