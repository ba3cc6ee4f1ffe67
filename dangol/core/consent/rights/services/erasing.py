"""Erasing a person: rows, texts, journals at once and in one transaction; lake, files and last traces by a job."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.core.consent.rights.events import PersonErased
from dangol.core.consent.rights.models import Erasure, RightsRequest
from dangol.core.consent.rights.queries.walking import Found, subject_of, walk
from dangol.core.consent.rights.services import replay_list
from dangol.core.consent.suppressions.services import remember_forgotten
from dangol.core.customers.people.models import Person
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.db.secrets import decrypt, encrypt
from dangol.platform.events.stream import emit
from dangol.platform.objects.added.columns import DOCUMENT
from dangol.platform.objects.holders import Subject, blanks_of, holders
from dangol.platform.objects.pointing import Pointer
from dangol.platform.objects.writing import NotFound
from dangol.platform.search.services import forget_many

WHY = "erasing everything about one person"
MOST_REASON = 500
ERASE = "delete"
"""The right to `privacy` that erasing asks for."""


def erase_person(*, actor: Actor, person_id: int, reason: str, is_replay: bool = False) -> Erasure:
    """Erase everything about a person, wherever it lies. What the tax law asks to be kept (orders) stays without her.

    When it returns, the rows, texts and journals of the database are gone; lake, files on disk and what other records
    say of her addresses are done by `finish_erasure`, which a job repeats until it succeeds. The number is noted in a
    list outside the database, so that a restored backup loses her again. Her addresses are remembered as digests.

    Raises Forbidden (delete privacy), NotFound (no such person, or none that `actor` may see), ValidationError without
    a reason.
    """
    require(actor, ERASE, "privacy")
    reason = " ".join(reason.replace("\x00", "").split())[:MOST_REASON]
    if not reason:
        raise ValidationError({"reason": _("Say why; the reason is kept.")})
    with transaction.atomic():
        person = Person.objects.visible_to(actor).select_for_update().filter(pk=person_id).first()
        if person is None:
            raise NotFound(_("There is no such record, or you may not see it."))
        erasure = _erase(actor, person, reason, is_replay)
        transaction.on_commit(lambda: replay_list.note(erasure.person_number, erasure.mark, erasure.erased_at))
    return erasure


def finish_erasure(*, actor: Actor, erasure_id: int) -> dict[str, int]:
    """Do what is outside of the transaction: lake, files, last traces. Harmless to repeat; nothing when it is done.

    Returns how many things went, by place.
    """
    erasure = Erasure.objects.for_system(WHY).filter(pk=erasure_id).first()
    if erasure is None or erasure.finished_at is not None:
        return {}
    subject = _unpacked(erasure)
    counts = {holder.name: holder.after(subject) for holder in holders() if holder.after is not None}
    with transaction.atomic():
        row = Erasure.objects.for_system(WHY).select_for_update().get(pk=erasure_id)
        row.finished_at, row.pending = timezone.now(), ""
        row.counts = {**row.counts, **{name: row.counts.get(name, 0) + n for name, n in counts.items() if n}}
        row.save(update_fields=["finished_at", "pending", "counts"])
    return counts


def mark_of(person_id: int, created_at: datetime) -> str:
    """What tells a person from another with the same number: nothing about her can be read from it."""
    return hashlib.sha256(f"{person_id}:{created_at.timestamp():.6f}".encode()).hexdigest()


def _erase(actor: Actor, person: Person, reason: str, is_replay: bool) -> Erasure:
    now, found = timezone.now(), walk(person.pk)
    subject = subject_of(person, found)
    erasure = Erasure.objects.create(
        person_number=person.pk, mark=mark_of(person.pk, person.created_at), reason=reason, erased_at=now,
        erased_by_id=actor.user_id, is_replay=is_replay, pending=_packed(subject),
    )  # fmt: skip
    remember_forgotten(actor=actor, addresses=_addresses(person, subject), at=now)
    RightsRequest.objects.for_system(WHY).filter(person_id=person.pk, kind="erasure").exclude(
        state__in=["done", "refused"]
    ).update(state="done", answered_at=now, answered_by_id=actor.user_id)
    counts = {holder.name: holder.erase(subject) for holder in holders()}
    counts |= _delete(person.pk, found)
    counts |= _events(person.pk, found)
    erasure.counts = {name: count for name, count in counts.items() if count}
    erasure.save(update_fields=["counts"])
    emit(PersonErased(subject_id=person.pk, counts=erasure.counts, is_replay=is_replay), actor=actor)
    return erasure


def _delete(person_id: int, found: Found) -> dict[str, int]:
    """Cut what is kept, then take the rows out; the person first, since her ledger goes with nobody else."""
    counts: dict[str, int] = {}
    with connection.cursor() as cursor:
        for pointer, rows, keys in found.cuts:
            _cut(cursor, pointer, rows, keys)
            counts[f"{pointer.table} (cut)"] = len(rows)
        cursor.execute("DELETE FROM customers_person WHERE id = %s", [person_id])
        for table, rows in found.rows.items():
            key = found.models[table]._meta.pk.column
            cursor.execute(f'DELETE FROM "{table}" WHERE "{key}" = ANY(%s)', [rows])
            counts[table] = len(rows)
    forget_many("person", [person_id])
    for name, keys in found.by_subject().items():
        if keys:
            forget_many(name, keys)
    return counts


def _cut(cursor: Any, pointer: Pointer, rows: list[Any], keys: list[Any]) -> None:
    table, column, key = pointer.table, pointer.column, pointer.key
    if pointer.how == "link":
        blanks = "".join(f', "{name}" = {_empty(pointer, name)}' for name in blanks_of(table))
        cursor.execute(f'UPDATE "{table}" SET "{column}" = NULL{blanks} WHERE "{key}" = ANY(%s)', [rows])
    elif pointer.how == "one":
        cursor.execute(
            f'UPDATE "{table}" SET "{column}" = "{column}" - %s WHERE "{key}" = ANY(%s)', [pointer.member, rows]
        )
    else:
        cursor.execute(
            f'UPDATE "{table}" SET "{column}" = jsonb_set("{column}", ARRAY[%s], (SELECT coalesce(jsonb_agg(e),'
            f' \'[]\') FROM jsonb_array_elements("{column}" -> %s) e WHERE NOT (e::text = ANY(%s)))) WHERE "{key}"'
            " = ANY(%s)",
            [pointer.member, pointer.member, [str(k) for k in keys], rows],
        )


def _empty(pointer: Pointer, name: str) -> str:
    return "'{}'::jsonb" if name == DOCUMENT else "''"


def _events(person_id: int, found: Found) -> dict[str, int]:
    """What events and their rows said; that they happened stays. A function of the owner does it (see migrations)."""
    subjects = {name: keys for name, keys in found.by_subject().items() if keys}
    with connection.cursor() as cursor:
        cursor.execute("SELECT consent_forget_events(%s, %s::jsonb)", [person_id, json.dumps(subjects)])
        return {"event": int(cursor.fetchone()[0])}


def _addresses(person: Person, subject: Subject) -> list[tuple[str, str]]:
    phones = [mark for mark in subject.marks if mark.startswith("+")]
    mails = [mark for mark in subject.marks if "@" in mark and not mark.startswith("@")]
    told = [("email", mail) for mail in mails]
    told += [(channel, phone) for phone in phones for channel in ("sms", "kakao", "phone")]
    return [*told, ("post", person.address)] if person.address else told


def _packed(subject: Subject) -> str:
    return encrypt(json.dumps({"marks": subject.marks, "names": subject.names}, ensure_ascii=False))


def _unpacked(erasure: Erasure) -> Subject:
    told = json.loads(decrypt(erasure.pending)) if erasure.pending else {}
    subject = Subject(erasure.person_number, tuple(told.get("marks", ())), tuple(told.get("names", ())))
    return replace(subject, rows={})
