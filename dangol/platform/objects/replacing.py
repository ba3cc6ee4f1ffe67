"""One value made another in many records: each row is looked at again as it is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dangol.platform.access.actor import Actor
from dangol.platform.objects.added.merged import replaced
from dangol.platform.objects.many import Outcome, change_many, locked_many
from dangol.platform.objects.writing import RecordWriter

REPLACE = "$replace"
"""In the values of a bulk write: {field, old, new} in place of values for every row. No field is called so."""


def replace_many(writer: RecordWriter, *, actor: Actor, ids: Sequence[int], what: Mapping[str, str]) -> Outcome:
    """Make `old` `new` in those of the records that still have it, in the trash or not; others stand so already."""
    name = what["field"]
    writer.judge(actor, [name])
    attribute = writer.column(name).attname
    known = locked_many(writer, actor, "change", ids)
    values = {
        pk: {name: replaced(getattr(known[pk], attribute), what["old"], what["new"])} if pk in known else {}
        for pk in ids
    }
    return change_many(writer, actor=actor, values=values, is_exact=True, known=known)
