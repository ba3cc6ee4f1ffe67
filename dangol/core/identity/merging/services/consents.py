"""What holds of consent after two records became one: the stricter of both.

The lines of the ledger go over with everything else, so each answer keeps its proof, and what holds is the last line,
as always. Where one of the two had said no and the other's yes is the later line, the no is written once more, with
where it comes from: so it holds, the ledger alone still says what holds, and nothing in it was changed.
"""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.utils import timezone

from dangol.core.consent.ledger.models import ConsentRecord, ConsentState, State
from dangol.core.consent.ledger.services import record_consent
from dangol.core.identity.merging.models import Merge
from dangol.platform.access.actor import Actor

LEDGER, HOLDS = ConsentRecord._meta.db_table, ConsentState._meta.db_table
Key = tuple[int, str, bool]
Held = dict[Key, Any]
WHY = "what holds after a merge"
LATEST = f"""
SELECT DISTINCT ON (purpose_id, channel, is_for_night) purpose_id, channel, is_for_night, state, at, id
FROM {LEDGER} WHERE person_id = %(id)s ORDER BY purpose_id, channel, is_for_night, at DESC, id DESC"""


def mark() -> int:
    """The number of the last line of the ledger: later ones came since."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(max(id), 0) FROM {LEDGER}")
        return int(cursor.fetchone()[0])


def held(person_id: int) -> Held:
    """What holds for a person, by what was asked."""
    return {_key(row): row for row in ConsentState.objects.for_system(WHY).filter(person_id=person_id)}


def settle(person_id: int) -> None:
    """Write what holds for a person by their lines. Writes nothing that stands so already."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {HOLDS} (person_id, purpose_id, channel, is_for_night, state, at, record_id)"
            f" SELECT %(id)s, line.* FROM ({LATEST}) line"
            " ON CONFLICT (person_id, purpose_id, channel, is_for_night) DO UPDATE"
            " SET state = EXCLUDED.state, at = EXCLUDED.at, record_id = EXCLUDED.record_id"
            f" WHERE ({HOLDS}.state, {HOLDS}.at, {HOLDS}.record_id)"
            " IS DISTINCT FROM (EXCLUDED.state, EXCLUDED.at, EXCLUDED.record_id)",
            {"id": person_id},
        )


def keep_noes(merge: Merge, own: Held, brought: Held) -> list[int]:
    """Write the noes of either once more where a yes would hold; returns the lines that speak for who went up."""
    now, spoken = held(merge.survivor_id), []
    for key in sorted({*own, *brought}):
        said_no = next((s[key] for s in (own, brought) if key in s and s[key].state != State.GIVEN), None)
        if said_no is None or now[key].state != State.GIVEN:
            continue
        line = _again(merge, key, said_no)
        if key not in own or own[key].state == State.GIVEN:
            spoken.append(line)
    return spoken


def _again(merge: Merge, key: Key, said_no: Any) -> int:
    origin = ConsentRecord.objects.for_system(WHY).get(pk=said_no.record_id)
    added = ConsentRecord.objects.for_system(WHY).create(
        person_id=merge.survivor_id, purpose_id=key[0], channel=key[1], is_for_night=key[2], state=said_no.state,
        at=timezone.now(), method=origin.method, wording_id=origin.wording_id,
        evidence={"merge": str(merge.pk), "said_in_line": origin.pk}, recorded_by_id=merge.merged_by_id,
    )  # fmt: skip
    return int(added.pk)


def said_no_since(merge: Merge) -> list[ConsentRecord]:
    """The noes that were written since a merge: they hold for both when the two are parted."""
    rows = ConsentRecord.objects.for_system(WHY).filter(person_id=merge.survivor_id, pk__gt=merge.marks[LEDGER])
    own = {int(key) for moved in merge.moved if moved["table"] == LEDGER for key in moved["keys"]}
    rows = rows.exclude(state=State.GIVEN).exclude(evidence__has_key="merge")
    return [row for row in rows.order_by("pk") if row.pk not in own]


def repeat(rows: list[ConsentRecord], person_id: int, merge_id: str) -> None:
    """Write the same noes down for another person, with where they come from."""
    for row in rows:
        record_consent(
            actor=Actor.system("a no that was said while two records were one holds for both"), person_id=person_id,
            purpose_id=row.purpose_id, channel=row.channel, state=row.state, method=row.method, at=row.at,
            evidence={"merge": merge_id, "said_in_line": row.pk}, is_for_night=row.is_for_night,
        )  # fmt: skip


def _key(row: Any) -> Key:
    return (row.purpose_id, row.channel, row.is_for_night)
