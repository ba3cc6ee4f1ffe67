from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from dangol.core.customers.relations.models import Relation, RelationKind
from dangol.core.customers.relations.rules import OURS, Kind, merged
from dangol.platform.access.actor import Actor
from dangol.platform.objects.registry import object_type

ENDS = (("person", "person"), ("company", "company"), ("other_person", "person"), ("other_company", "company"))
MOST_SHOWN = 50


@dataclass(frozen=True)
class Tie:
    """A relation as read from one of its ends: `word` is what the other one (`record` of `object_name`) is."""

    relation: Any
    word: str
    object_name: str
    record: Any

    @property
    def title(self) -> str:
        """What the other one is called."""
        return object_type(self.object_name).title(self.record)

    @property
    def url(self) -> str:
        """The page of the other one."""
        return f"/{object_type(self.object_name).slug}/{self.record.pk}"


def kinds() -> list[Kind]:
    """Every kind of relation. One query."""
    return merged([_kind(row) for row in RelationKind.objects.all()])


def kind_called(code: str) -> Kind | None:
    """One of them; None for none."""
    return next((kind for kind in kinds() if kind.code == code), None)


def _kind(row: RelationKind) -> Kind:
    ours = {kind.code for kind in OURS}
    return Kind(row.code, row.there_en, row.there_ko, row.back_en, row.back_ko, row.is_off, row.code in ours)


def ties_of(actor: Actor, record: Any, language: str) -> list[Tie]:
    """The relations of a person or company, to whom `actor` sees, without those in the trash, oldest first."""
    name = type(record).access_name
    at_ends = [link for link, end in ENDS if end == name]
    asked = Q()
    for link in at_ends:
        asked |= Q(**{f"{link}_id": record.pk})
    rows = list(_rows(actor).filter(asked).order_by("pk")[:MOST_SHOWN])
    known = {kind.code: kind for kind in kinds()} if rows else {}
    others = _others(actor, rows)
    found = []
    for row in rows:
        is_back = not any(getattr(row, f"{link}_id") == record.pk for link in at_ends if not link.startswith("other_"))
        object_name, pk = other_end(row, is_back=is_back)
        other = others.get((object_name, pk))
        if other is not None:
            kind = known.get(row.kind)
            found.append(Tie(row, kind.called(language, is_back=is_back) if kind else row.kind, object_name, other))
    return found


def other_end(row: Any, *, is_back: bool) -> tuple[str, int]:
    """Object and number of the end that is not the one from which one looks."""
    links = ("person", "company") if is_back else ("other_person", "other_company")
    for link, name in zip(links, ("person", "company"), strict=True):
        pk = getattr(row, f"{link}_id")
        if pk is not None:
            return name, pk
    raise ValueError(row.pk)


def _others(actor: Actor, rows: list[Any]) -> dict[tuple[str, int], Any]:
    found: dict[tuple[str, int], Any] = {}
    for name in ("person", "company"):
        ids = {getattr(r, f"{link}_id") for r in rows for link, end in ENDS if end == name} - {None}
        if ids:
            model: Any = object_type(name).model
            seen = model.objects.visible_to(actor).filter(pk__in=ids, deleted_at=None)
            found |= {(name, one.pk): one for one in seen}
    return found


def find_relation(actor: Actor, object_name: str, record_id: int, relation_id: int) -> Any:
    """A relation of a record that `actor` sees, from either end; None for none."""
    if not 0 < relation_id < 2**63:
        return None
    asked = Q(**{f"{object_name}_id": record_id}) | Q(**{f"other_{object_name}_id": record_id})
    return _rows(actor).filter(asked, pk=relation_id).first()


def _rows(actor: Actor) -> Any:
    return Relation.objects.visible_to(actor).filter(deleted_at=None)


def answer(row: Any) -> dict[str, Any]:
    """A row for programs that follow the change feed."""
    return {
        "id": row.pk, "kind": row.kind, "person_id": row.person_id, "company_id": row.company_id,
        "other_person_id": row.other_person_id, "other_company_id": row.other_company_id, "note": row.note,
    }  # fmt: skip
