"""The events of an import: one that names it, and one for each batch and kind of write, part of the first."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from dangol.platform.access.actor import Actor
from dangol.platform.events.event import Event, RowChange
from dangol.platform.events.stream import emit, emit_bulk
from dangol.platform.objects.events import imported


class Told:
    """What an import has told so far. The event that names it is written with the first row that is."""

    def __init__(self, object_name: str, run_id: str, actor: Actor, head: UUID | None) -> None:
        self.object_name, self.run_id, self.actor, self.head = object_name, run_id, actor, head

    def tell(self, kind: type[Event], rows: Sequence[RowChange]) -> None:
        """Tell what rows were and became; nothing for none."""
        if not rows:
            return
        if self.head is None:
            self.head = emit(imported(self.object_name)(run_id=self.run_id), actor=self.actor).id
        fields = sorted({name for row in rows for name in {**(row.before or {}), **(row.after or {})}})
        emit_bulk(kind(), actor=self.actor, rows=rows, part_of=self.head, figures={"rows": len(rows), "fields": fields})
