from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dangol.core.customers.contact_points.models import FIELDS, ContactPoint
from dangol.core.customers.contact_points.rules.phones import PhoneClass, phone_class
from dangol.core.customers.contact_points.rules.points import providers
from dangol.core.customers.contact_points.rules.regions import region_name
from dangol.platform.access.actor import Actor

KINDS = ("email", "phone", "address", "messenger", "social")
OWN = ("email", "phone", "address")


@dataclass(frozen=True)
class Point:
    """A way to reach somebody: the record's own (`is_primary`) or a further one. `row` is what is known about it."""

    kind: str
    value: str
    is_primary: bool
    row: Any = None
    can_lead: bool = False

    @property
    def id(self) -> int | None:
        """The row's number; None for a record's own value of which nothing more is known."""
        return self.row.pk if self.row is not None else None

    @property
    def line(self) -> PhoneClass | None:
        """Of a phone, what kind of line it is."""
        return phone_class(self.value) if self.kind == "phone" else None

    @property
    def provider(self) -> str:
        """The service, as people call it; empty for kinds without."""
        kept = self.row.provider if self.row is not None else ""
        return providers(self.kind).get(kept, kept) or kept

    @property
    def is_unreachable(self) -> bool:
        """Whether it is known that nothing arrives there."""
        return self.row is not None and self.row.reachable is False

    def region(self, language: str) -> str:
        """Of a phone its area, of an address its region, in words."""
        code = self.line.region if self.line else (self.row.parts.get("region", "") if self.row is not None else "")
        return region_name(code, language)


def points_of(actor: Actor, record: Any, *, has_more: bool = True) -> list[Point]:
    """Every way to reach a person or a company that `actor` may see: by kind, the record's own first.

    One query; none where it is known that nothing stands beside the record (`has_more`).
    """
    name = type(record).access_name
    rows: list[ContactPoint] = []
    if has_more:
        rows = list(_rows(actor).filter(**{f"{name}_id": record.pk, "deleted_at": None}).order_by("pk"))
    found: list[Point] = []
    for kind in KINDS:
        own = own_value(actor, record, kind)
        known = next((r for r in rows if r.kind == kind and r.value == own), None) if own else None
        if own:
            found.append(Point(kind, own, True, known))
        seen: set[tuple[str, str]] = set()
        for row in rows:
            if row.kind == kind and (row.provider, row.value) not in seen and row.value != own:
                seen.add((row.provider, row.value))
                found.append(Point(kind, row.value, False, row, hasattr(record, kind)))
    return found


def own_value(actor: Actor, record: Any, kind: str) -> str:
    """What stands in the record's own field of a kind, where it has one and `actor` sees it."""
    name = type(record).access_name
    if kind not in OWN or any(actor.field_right(name, field) == "hidden" for field in FIELDS[kind]):
        return ""
    return str(getattr(record, kind, "") or "")


def find_point(actor: Actor, object_name: str, record_id: int, point_id: int, *, in_trash: bool = False) -> Any:
    """One row of a record that `actor` sees; None for none."""
    if not 0 < point_id < 2**63:
        return None
    row = _rows(actor).filter(pk=point_id, **{f"{object_name}_id": record_id}).first()
    return None if row is None or (row.deleted_at is not None and not in_trash) else row


def people_with(actor: Actor, kind: str, values: Sequence[str]) -> dict[str, list[int]]:
    """{value: ids of the people who have it}, as their own or as a further one, those in the trash left out.

    `values` are as they are kept. Two queries. For matching and for taking addresses out.
    """
    person: Any = ContactPoint._meta.get_field("person").related_model
    found: dict[str, list[int]] = {value: [] for value in values}
    people = person.objects.visible_to(actor).filter(deleted_at=None)
    if kind in OWN and actor.field_right("person", kind) != "hidden":
        for pk, value in people.filter(**{f"{kind}__in": list(values)}).values_list("pk", kind):
            found[value].append(pk)
    rows = _rows(actor).filter(kind=kind, value__in=list(values), deleted_at=None, person__isnull=False)
    for pk, value in rows.filter(person_id__in=people.values("pk")).values_list("person_id", "value"):
        if pk not in found[value]:
            found[value].append(pk)
    return found


def unreachable(kind: str, values: Sequence[str]) -> set[str]:
    """Those of `values` of which it is known that nothing arrives there, whoever has them."""
    rows: Any = ContactPoint.objects.for_system("addresses to which nothing gets")
    rows = rows.filter(kind=kind, value__in=list(values), reachable=False, deleted_at=None)
    return set(rows.values_list("value", flat=True))


def _rows(actor: Actor) -> Any:
    return ContactPoint.objects.visible_to(actor)


def answer(row: Any) -> dict[str, Any]:
    """A row for programs that follow the change feed."""
    return {
        "id": row.pk, "person_id": row.person_id, "company_id": row.company_id, "kind": row.kind,
        "provider": row.provider, "value": row.value, "label": row.label, "source": row.source,
        "verified_at": row.verified_at, "reachable": row.reachable, "reachable_at": row.reachable_at,
        "unreachable_why": row.unreachable_why,
    }  # fmt: skip
