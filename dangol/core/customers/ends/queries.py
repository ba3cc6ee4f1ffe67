from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.objects.hung import Hung
from dangol.platform.objects.registry import object_type
from dangol.platform.objects.writing import InTrash, NotFound

ONE_END = {"person": ("person",), "company": ("company",)}


@dataclass(frozen=True)
class AtEnds(Hung):
    """What hangs on people and companies by foreign keys; `links` {object: the columns that lead to it}.

    The row policy says who sees a row; there is no right of its own to ask for.
    """

    links: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: ONE_END)

    def may(self, actor: Actor, action: str) -> bool:
        """Whether `actor` may do `action` to some rows: who may change what they hang on may change them. No query."""
        wanted = "see" if action in ("see", "export") else "change"
        return any(actor.may(wanted, name) for name in self.links)

    def seen(self, actor: Actor, ids: Iterable[int]) -> dict[int, Any]:
        """The rows with these ids that `actor` sees, in the trash or not. One query."""
        asked = sorted(i for i in ids if 0 < i < 2**63)
        rows: Any = self.model.objects.visible_to(actor)
        return {row.pk: row for row in rows.filter(pk__in=asked)} if asked else {}

    def on(self, actor: Actor, object_name: str, record_id: int, most: int) -> dict[int, Any]:
        """The newest rows on one record that `actor` sees, in the trash or not. A query for each way to it."""
        found: dict[int, Any] = {}
        for link in self.links.get(object_name, ()):
            rows: Any = self.model.objects.visible_to(actor)
            found |= {row.pk: row for row in rows.filter(**{f"{link}_id": record_id}).order_by("-pk")[:most]}
        return found


def record_of(
    actor: Actor, object_name: str, record_id: int, action: str = "change", *, is_locked: bool = False
) -> Any:
    """A person or company to which `actor` may do `action`. Raises NotFound, Forbidden (only seen), InTrash."""
    model: Any = object_type(object_name).model
    inside = 0 < record_id < 2**63
    rows = model.objects.visible_to(actor, action)
    rows = rows.select_for_update() if is_locked else rows
    record = rows.filter(pk=record_id).first() if inside else None
    if record is None:
        if action != "see" and inside and model.objects.visible_to(actor).filter(pk=record_id).exists():
            raise Forbidden(action, object_name)
        raise NotFound(_("There is no such record, or you may not see it."))
    if action != "see" and record.deleted_at is not None:
        raise InTrash
    return record
