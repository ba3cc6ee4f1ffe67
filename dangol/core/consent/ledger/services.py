"""Adding to the ledger, and keeping purposes and their wordings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.core.consent.ledger.events import ConsentRecorded, ConsentsRecorded, PurposeChanged, WordingAdded
from dangol.core.consent.ledger.models import Channel, ConsentRecord, Method, Purpose, State, Wording
from dangol.core.customers.people.models import Person
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.access.errors import Forbidden
from dangol.platform.events.event import RowChange
from dangol.platform.events.stream import emit, emit_bulk
from dangol.platform.objects.writing import NotFound

CLOCK_SLACK = timedelta(minutes=5)
LANGUAGES = ("ko", "en")
MOST_TEXT = 4000
COLUMNS = (
    "id", "person_id", "purpose_id", "channel", "is_for_night", "state", "at", "method", "wording_id", "evidence",
    "recorded_by_id",
)  # fmt: skip
PURPOSE_FIELDS = ("label_en", "label_ko", "description_en", "description_ko", "goods", "place", "is_active")


@dataclass(frozen=True)
class Said:
    """One line for the ledger; see `record_consent`."""

    person_id: int
    purpose_id: int
    channel: str
    state: str
    at: datetime
    method: str
    wording_id: int | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)
    is_for_night: bool = False


@transaction.atomic
def record_consent(
    *,
    actor: Actor,
    person_id: int,
    purpose_id: int,
    channel: str,
    state: str,
    method: str,
    at: datetime | None = None,
    wording: Wording | None = None,
    evidence: Mapping[str, Any] | None = None,
    is_for_night: bool = False,
) -> ConsentRecord:
    """Write down what a person said to a purpose on a channel. What holds now follows in the same statement.

    Args:
        state: given, refused or withdrawn.
        method: how it came to us (`Method`).
        at: when it was said; now when left out.
        wording: the words under which it was said, where known.
        evidence: what proves it: ids, addresses, short texts.
        is_for_night: the separate consent to be written to at night.

    Raises:
        NotFound: no such person, or none that `actor` may see.
        Forbidden: `actor` may not create consent for this person.
        ValidationError: by field; unknown codes, a moment in the future, words of another purpose.
    """
    _judge(actor, person_id)
    now = timezone.now()
    said = Said(
        person_id, purpose_id, channel, state, at or now, method, wording.pk if wording else None, evidence or {},
        is_for_night,
    )  # fmt: skip
    _check([said], now, wordings={wording.pk: wording.purpose_id} if wording else {})
    record = ConsentRecord.objects.create(
        person_id=person_id, purpose_id=purpose_id, channel=channel, is_for_night=is_for_night, state=state, at=said.at,
        method=method, wording=wording, evidence=dict(said.evidence), recorded_by_id=actor.user_id,
    )  # fmt: skip
    told = ConsentRecorded(
        subject_id=record.pk, about_id=person_id, purpose_id=purpose_id, channel=channel, state=state, method=method,
        at=said.at.isoformat(), is_for_night=is_for_night, wording_version=wording.version if wording else None,
    )  # fmt: skip
    emit(told, actor=actor)
    return record


@transaction.atomic
def record_many(*, actor: Actor, rows: Iterable[Said]) -> int:
    """Add many lines at once by COPY, with one event (imports, demo). Returns how many.

    People are not judged one by one: the actor needs `create` on consent for all rows.
    Raises Forbidden; ValidationError for unknown codes, people's words of another purpose, or moments in the future.
    """
    if actor.scope("create", ConsentRecord.access_name) != "all":
        raise Forbidden("create", ConsentRecord.access_name)
    said = list(rows)
    wordings = dict(Wording.objects.values_list("pk", "purpose_id")) if any(s.wording_id for s in said) else {}
    _check(said, timezone.now(), wordings=wordings)
    if said:
        numbered = list(zip(_next_ids(len(said)), said, strict=True))
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY {ConsentRecord._meta.db_table} ({', '.join(COLUMNS)}) FROM STDIN") as copy,
        ):
            for pk, one in numbered:
                copy.write_row(_row(pk, one, actor))
        emit_bulk(ConsentsRecorded(count=len(said)), actor=actor, rows=_changes(numbered))
    return len(said)


@transaction.atomic
def add_wording(*, actor: Actor, purpose_id: int, language: str, text: str) -> Wording:
    """Give a purpose new words in a language, as its next version; the same words as now add nothing.

    Raises Forbidden (needs the right to change the workspace), ValidationError by field, NotFound.
    """
    require(actor, "change", "workspace")
    purpose, text = _locked_purpose(purpose_id), text.replace("\x00", "").strip()
    if language not in LANGUAGES:
        raise ValidationError({"language": _("There is no such language here.")})
    if not text or len(text) > MOST_TEXT:
        raise ValidationError({"text": _("Write the words to which people say yes, at most 4,000 characters.")})
    last = Wording.objects.filter(purpose=purpose, language=language).order_by("-version").first()
    if last is not None and last.text == text:
        return last
    version = last.version + 1 if last else 1
    added = Wording.objects.create(purpose=purpose, language=language, text=text, version=version)
    emit(WordingAdded(subject_id=added.pk, purpose_id=purpose.pk, version=version, language=language), actor=actor)
    return added


@transaction.atomic
def save_purpose(*, actor: Actor, purpose_id: int | None, values: Mapping[str, Any]) -> Purpose:
    """Add a purpose (None) or change one: `code` (only when added), labels, descriptions, `place`, `is_active`.

    Raises Forbidden (needs the right to change the workspace), ValidationError by field, NotFound.
    """
    require(actor, "change", "workspace")
    purpose = Purpose(code=values.get("code", "")) if purpose_id is None else _locked_purpose(purpose_id)
    before = {name: getattr(purpose, name) for name in PURPOSE_FIELDS} if purpose_id else {}
    for name in PURPOSE_FIELDS:
        if name in values:
            value = values[name]
            setattr(purpose, name, value.replace("\x00", "").strip() if isinstance(value, str) else value)
    purpose.full_clean()
    changes = {n: [before.get(n), getattr(purpose, n)] for n in PURPOSE_FIELDS if before.get(n) != getattr(purpose, n)}
    if changes or purpose_id is None:
        purpose.save()
        emit(PurposeChanged(subject_id=purpose.pk, changes=changes), actor=actor)
    return purpose


def _judge(actor: Actor, person_id: int) -> None:
    require(actor, "create", ConsentRecord.access_name)
    seen = Person.objects.visible_to(actor).filter(pk=person_id)
    if not seen.exists():
        raise NotFound(_("There is no such record, or you may not see it."))
    scope = actor.scope("create", ConsentRecord.access_name)
    reached = Person.row_policy.condition(Person, actor, scope, "create")
    if reached is not None and not seen.filter(reached).exists():
        raise Forbidden("create", ConsentRecord.access_name)


def _check(rows: Sequence[Said], now: datetime, *, wordings: Mapping[int, int]) -> None:
    purposes = set(Purpose.objects.values_list("pk", flat=True))
    for said in rows:
        errors = {}
        if said.purpose_id not in purposes:
            errors["purpose"] = _("Choose one from the list.")
        for name, codes in (("channel", Channel), ("state", State), ("method", Method)):
            if getattr(said, name) not in codes.values:
                errors[name] = _("Choose one from the list.")
        if said.at.utcoffset() is None or said.at > now + CLOCK_SLACK:
            errors["at"] = _("Nobody has said it yet: the moment lies in the future.")
        if said.wording_id is not None and wordings.get(said.wording_id) != said.purpose_id:
            errors["wording"] = _("These are the words of another purpose.")
        if errors:
            raise ValidationError(errors)


def _locked_purpose(purpose_id: int) -> Purpose:
    found = Purpose.objects.select_for_update().filter(pk=purpose_id).first()
    if found is None:
        raise NotFound(_("There is no such purpose."))
    return found


def _next_ids(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [ConsentRecord._meta.db_table, count],
        )
        return [number for (number,) in cursor.fetchall()]


def _row(pk: int, said: Said, actor: Actor) -> tuple[Any, ...]:
    return (
        pk, said.person_id, said.purpose_id, said.channel, said.is_for_night, said.state, said.at, said.method,
        said.wording_id, json.dumps(dict(said.evidence), ensure_ascii=False), actor.user_id,
    )  # fmt: skip


def _changes(numbered: Iterable[tuple[int, Said]]) -> Iterator[RowChange]:
    for pk, said in numbered:
        after = {
            "purpose_id": said.purpose_id, "channel": said.channel, "state": said.state, "at": said.at.isoformat(),
            "method": said.method, "is_for_night": said.is_for_night,
        }  # fmt: skip
        yield RowChange("consent", pk, None, after, about_id=said.person_id)
