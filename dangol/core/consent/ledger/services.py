"""Adding to the ledger, and keeping purposes and their wordings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from dangol.core.consent.ledger.models import ConsentRecord, Purpose, Wording
from dangol.platform.access.actor import Actor


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
        Forbidden: `actor` may not create consent.
        ValidationError: by field; unknown codes, a moment in the future, words of another purpose.
    """
    raise NotImplementedError


@transaction.atomic
def record_many(*, actor: Actor, rows: Iterable[Said]) -> int:
    """Add many lines at once by COPY, with one event (imports, demo). Returns how many.

    People are not judged one by one: the actor needs `create` on consent for all rows.
    Raises Forbidden; ValidationError for unknown codes or moments in the future.
    """
    raise NotImplementedError


@transaction.atomic
def add_wording(*, actor: Actor, purpose_id: int, language: str, text: str) -> Wording:
    """Give a purpose new words in a language, as its next version; the same words as now add nothing.

    Raises Forbidden (needs the right to change the workspace), ValidationError by field, NotFound.
    """
    raise NotImplementedError


@transaction.atomic
def save_purpose(*, actor: Actor, purpose_id: int | None, values: Mapping[str, Any]) -> Purpose:
    """Add a purpose (None) or change one: `code` (only when added), labels, descriptions, `place`, `is_active`.

    Raises Forbidden (needs the right to change the workspace), ValidationError by field, NotFound.
    """
    raise NotImplementedError
