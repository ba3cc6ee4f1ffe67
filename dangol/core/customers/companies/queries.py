from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Count

from dangol.core.customers.companies.models import DEEPEST, Company, floors_above
from dangol.platform.access.actor import Actor
from dangol.platform.objects.registry import object_type

MOST_IN_TREE = 20_000
SHOWN = 30


@dataclass
class Node:
    """A company in a tree, with those below it that the viewer sees; `people` work there, `all_people` there and
    below."""

    company: Any
    below: list[Node] = field(default_factory=list)
    is_here: bool = False
    people: int = 0
    all_people: int = 0


def company_ids_below(actor: Actor, company_id: int) -> list[int]:
    """A company and all below it, as far as `actor` sees them: what lies below one that they do not see stays out.

    None when they do not see the company itself; those in the trash are left out. Two queries.
    """
    below = _parents_below(company_id)
    seen = _seen(actor, [company_id, *below])
    children: dict[int, list[int]] = defaultdict(list)
    if actor.field_right("company", "parent") != "hidden":
        for pk, parent in below.items():
            children[parent].append(pk)
    found, waiting = [], [company_id]
    while waiting:
        pk = waiting.pop()
        if pk in seen:
            found.append(pk)
            waiting += children[pk]
    return sorted(set(found))


def tree_of(actor: Actor, company: Any) -> Node | None:
    """The whole tree in which a company stands, from the highest one that `actor` sees without a gap; None for a
    company that stands alone."""
    if actor.field_right("company", "parent") == "hidden":
        return None
    above = floors_above(company.pk)
    seen = _seen(actor, above)
    top = company.pk
    for pk in above[1:]:
        if pk not in seen:
            break
        top = pk
    ids = company_ids_below(actor, top)
    if len(ids) < 2:
        return None
    rows = {c.pk: c for c in Company.objects.visible_to(actor).filter(pk__in=ids).order_by("name", "pk")}
    nodes = {pk: Node(row, is_here=pk == company.pk) for pk, row in rows.items()}
    for pk, count in people_at(actor, list(nodes)).items():
        nodes[pk].people = count
    for pk, node in nodes.items():
        parent = node.company.parent_id
        if pk != top and parent in nodes:
            nodes[parent].below.append(node)
    _add_up(nodes[top])
    return nodes[top]


def people_at(actor: Actor, company_ids: list[int]) -> dict[int, int]:
    """{company: how many people that `actor` sees have it as theirs}, without those in the trash. One query."""
    people: Any = object_type("person").model
    if actor.field_right("person", "company") == "hidden" or not company_ids:
        return {}
    rows = people.objects.visible_to(actor).filter(company_id__in=company_ids, deleted_at=None)
    return dict(rows.order_by().values_list("company_id").annotate(Count("pk")))


def _add_up(node: Node) -> int:
    node.all_people = node.people + sum(_add_up(one) for one in node.below)
    return node.all_people


def _parents_below(company_id: int) -> dict[int, int]:
    """{company: its parent} of all companies below one. One query, bounded in depth and number."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE down (id, parent_id, floor) AS ("
            " SELECT id, parent_id, 1 FROM customers_company WHERE parent_id = %s AND deleted_at IS NULL UNION ALL"
            " SELECT c.id, c.parent_id, d.floor + 1 FROM down d JOIN customers_company c ON c.parent_id = d.id"
            " WHERE c.deleted_at IS NULL AND d.floor < %s) SELECT id, parent_id FROM down LIMIT %s",
            [company_id, DEEPEST, MOST_IN_TREE],
        )
        return dict(cursor.fetchall())


def _seen(actor: Actor, ids: list[int]) -> set[int]:
    rows = Company.objects.visible_to(actor).filter(pk__in=ids, deleted_at=None)
    return set(rows.values_list("pk", flat=True))
