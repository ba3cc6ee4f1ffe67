"""Reading segments: their clock, whom rules would find, and which rules ask for which segments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dangol.analytical.segments.definitions.models import Segment
from dangol.analytical.segments.tiers.models import CustomerTier
from dangol.core.customers.people.models import Person
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.accounts.queries import workspace
from dangol.platform.objects.builder.drafts import opened
from dangol.platform.objects.filters import compile_filter
from dangol.platform.objects.pick_lists.places import Named, trees_naming
from dangol.platform.objects.pick_lists.rules import Target
from dangol.platform.objects.registry import all_fields, fields_for, object_type, sees_fields
from dangol.platform.objects.types import Clock
from dangol.platform.objects.words import describe
from dangol.platform.ui.viewer import Viewer

SAMPLE = 8


@dataclass(frozen=True)
class Sampled:
    """One person of a sample with what they are worth; `tier_row` is None without orders, and where it `is_hidden`."""

    person: Any
    tier_row: CustomerTier | None
    is_hidden: bool = False

    @property
    def title(self) -> str:
        """How the person is called by a reader of the running language."""
        return object_type("person").title(self.person)


@dataclass(frozen=True)
class Preview:
    """How many people rules find among those that the viewer may see, and the most valuable of them."""

    count: int
    people: list[Sampled]


def company_clock() -> Clock:
    """Today where the business is: by it every segment is worked out, whoever asks."""
    zone = ZoneInfo(workspace().time_zone)
    return Clock(datetime.now(zone).date(), zone)


def people_found(tree: Mapping[str, Any], *, actor: Actor, clock: Clock | None = None) -> Any:
    """The people that rules find, of those `actor` may see, as a query of their ids. Raises FilterError."""
    rows: Any = Person.objects.visible_to(actor)
    met = compile_filter(object_type("person"), actor, tree, clock or company_clock())
    return rows.filter(met, deleted_at=None).order_by().values("pk")


def preview(actor: Actor, tree: Mapping[str, Any]) -> Preview:
    """Count whom rules would find, and show the most valuable. Only people visible to `actor` count: trying out rules
    must not tell anything of the others. Raises FilterError, Forbidden.
    """
    require(actor, "see", "person")
    try:
        sql, params = people_found(tree, actor=actor).query.sql_with_params()
    except EmptyResultSet:
        return Preview(0, [])
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_SETTINGS)
        cursor.execute(_COUNT.format(found=sql), [*params, SAMPLE, SAMPLE, SAMPLE])
        count, valued, others = cursor.fetchone()
    ids = list(dict.fromkeys([*valued, *others]))[:SAMPLE]
    return Preview(count, sampled(actor, ids))


_SETTINGS = "SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL work_mem = '256MB'"
"""Every parallel worker would add up all orders again for itself; and sums of many customers must not go to disk."""
_COUNT = """
WITH found (id) AS MATERIALIZED ({found}), size AS MATERIALIZED (SELECT count(*) AS people FROM found)
SELECT people,
  CASE WHEN people > 20000
    THEN ARRAY(SELECT person_id FROM segments_customer_tier WHERE (person_id IN (SELECT id FROM found)) IS TRUE
      ORDER BY value DESC LIMIT %s)
    ELSE ARRAY(SELECT found.id FROM found JOIN segments_customer_tier tier ON tier.person_id = found.id
      ORDER BY tier.value DESC LIMIT %s) END,
  ARRAY(SELECT id FROM found LIMIT %s) FROM size"""
"""Of many people the most valuable are met soon by walking down the values; of few it is quicker to sort them all."""


def sampled(actor: Actor, ids: list[int]) -> list[Sampled]:
    """People by id, in that order, with what they are worth; two queries."""
    people: dict[int, Any] = {p.pk: p for p in Person.objects.visible_to(actor).filter(pk__in=ids)}
    rows: Any = CustomerTier.objects.for_system("figures of people already judged").filter(pk__in=list(people))
    tiers = {t.pk: t for t in rows} if sees_fields(actor, "person", "tier", "value") else None
    if tiers is None:
        return [Sampled(people[i], None, is_hidden=True) for i in ids if i in people]
    return [Sampled(people[i], tiers.get(i)) for i in ids if i in people]


@dataclass(frozen=True)
class Said:
    """A part of the rules in words: a condition (what, op, value), or a group with its parts."""

    what: str = ""
    op: str = ""
    value: str = ""
    join: str = ""
    parts: tuple[Said, ...] = ()


def said(actor: Actor, tree: Mapping[str, Any]) -> Said:
    """Rules in words, as the actor may read them."""
    found = opened(tree) if tree else ("all", [])
    if found is not None:
        return Said(join=found[0], parts=tuple(said(actor, part) for part in found[1]))
    people = object_type("person")
    name = str(tree["field"])
    if name in all_fields(people) and name not in fields_for(people, actor):
        return Said(what=_("A condition on a field that is hidden from you"))
    return Said(*describe(people, actor, viewer_for(actor), tree))


def viewer_for(actor: Actor) -> Viewer:
    """The reader of a panel: language of the request, currency of the business."""
    return Viewer(
        actor=actor, may=actor.may, language=(get_language() or "en")[:2], time_zone=actor.time_zone,
        currency=workspace().currency,
    )  # fmt: skip


def trees(*, but: int = 0) -> dict[int, Any]:
    """The rules of every segment outside the trash, by its id."""
    rows = Segment.objects.for_system("which segments ask for which").filter(deleted_at=None, kind=Segment.Kind.RULES)
    return dict(rows.exclude(pk=but).values_list("pk", "filter"))


def segment_choices(actor: Actor, *, kind: str = "") -> list[tuple[int, str]]:
    """Segments to choose from."""
    rows = Segment.objects.visible_to(actor).filter(deleted_at=None)
    rows = rows.filter(kind=kind) if kind else rows
    return list(rows.order_by("name", "pk").values_list("pk", "name")[:500])


def segments_naming(target: Target) -> list[Named]:
    """The segments whose rules name a value, those in the trash too."""
    rows: Any = Segment.objects.for_system("which segments name a value").filter(kind=Segment.Kind.RULES).order_by("pk")
    return trees_naming(target, ((s.pk, s.name, f"/segments/{s.pk}", "person", s.filter) for s in rows))


def rules_of(segment_id: int) -> Any:
    """The rules of a segment, None where there is none."""
    rows: Any = Segment.objects.for_system("the rules of a segment that a merge rewrote")
    return rows.filter(pk=segment_id).values_list("filter", flat=True).first()
