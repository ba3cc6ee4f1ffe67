"""What would be offered to whom: by pairs, and by best-sellers."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

FEW_BESTSELLERS = 300
"""So many best-sellers are looked through for those that somebody has not bought yet."""


def offers(latest: ir.Table, holdings: ir.Table, pairs: ir.Table, *, most: int) -> ir.Table:
    """One row a person and offer: person_id, product_id, place (0 is the best), because_id (what it goes with).

    `latest` are the products from which one concludes, `holdings` all that somebody has bought: these are not offered.
    A product's score is its highest confidence among the pairs that lead to it; of equals the one with the lower key.
    """
    met = latest.select("person_id", from_id=latest.product_id)
    met = met.join(pairs, met.from_id == pairs.product_id)
    grouped = met.group_by("person_id", offer_id=met.other_id).agg(
        score=met.score.max(), because_id=met.from_id.argmax(met.score)
    )
    had = holdings.select(had_by=holdings.person_id, had_id=holdings.product_id)
    fresh = grouped.anti_join(had, [grouped.person_id == had.had_by, grouped.offer_id == had.had_id])
    best = ibis.window(group_by=fresh.person_id, order_by=[fresh.score.desc(), fresh.offer_id])
    placed = fresh.mutate(place=ibis.row_number().over(best))
    placed = placed.filter(placed.place < most)
    return placed.select("person_id", "place", "because_id", "score", product_id=placed.offer_id)


def best_sellers(purchases: ir.Table, *, since: date | None = None) -> ir.Table:
    """One row a product: seller_id, rank (0 is the best), by how many people bought it, from a day on or ever."""
    rows = purchases if since is None else purchases.filter(purchases.day >= ibis.literal(since))
    counted = rows.group_by("product_id").agg(people=rows.person_id.nunique())
    best = ibis.window(order_by=[counted.people.desc(), counted.product_id])
    ranked = counted.mutate(rank=ibis.row_number().over(best))
    return ranked.filter(ranked.rank < FEW_BESTSELLERS).select("rank", seller_id=ranked.product_id)


def best_seller_offers(people: ir.Table, holdings: ir.Table, sellers: ir.Table, *, most: int) -> ir.Table:
    """One row a person and offer: person_id, product_id, place. The best-sellers that somebody has not bought yet."""
    had = holdings.select(had_by=holdings.person_id, had_id=holdings.product_id)
    every = people.select("person_id").cross_join(sellers)
    fresh = every.anti_join(had, [every.person_id == had.had_by, every.seller_id == had.had_id])
    placed = fresh.mutate(place=ibis.row_number().over(ibis.window(group_by=fresh.person_id, order_by=fresh.rank)))
    placed = placed.filter(placed.place < most)
    return placed.select("person_id", "place", product_id=placed.seller_id)


def first_hit(offers: ir.Table, bought: ir.Table) -> ir.Table:
    """One row a person whom an offer hit: hit_id, place of the first offer that was bought.

    `bought`: person_id, product_id of what somebody bought afterwards.
    """
    later = bought.select(later_by=bought.person_id, later_id=bought.product_id)
    hits = offers.semi_join(later, [offers.person_id == later.later_by, offers.product_id == later.later_id])
    return hits.group_by(hit_id=hits.person_id).agg(place=hits.place.min())
