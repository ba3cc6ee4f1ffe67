"""Taking requests and answering them."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.core.consent.rights.events import RightsRequestAnswered, RightsRequestTaken
from dangol.core.consent.rights.models import RightsRequest
from dangol.core.consent.rights.queries.requests import due_on
from dangol.core.consent.wishes.services import set_wish
from dangol.core.customers.people.models import Person
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.events.stream import emit
from dangol.platform.objects.writing import NotFound

MOST_TEXT = 4000
WHY = "a person's own request"
MOST_OPEN = 10


@transaction.atomic
def take_request(
    *, actor: Actor, person_id: int, kind: str, way: str, note: str = "", is_confirmed: bool = True
) -> RightsRequest:
    """Write down what a person asks for. The same thing asked again while it is open gives the open request.

    A request for restriction holds at once: nothing is sent while it is looked at. Raises Forbidden (create privacy),
    NotFound (no such person, or none that `actor` may see), ValidationError by field.
    """
    require(actor, "create", RightsRequest.access_name)
    person = Person.objects.visible_to(actor).select_for_update().filter(pk=person_id).first()
    if person is None:
        raise NotFound(_("There is no such record, or you may not see it."))
    errors = {}
    if kind not in RightsRequest.Kind.values:
        errors["kind"] = _("Choose one from the list.")
    if way not in RightsRequest.Way.values:
        errors["way"] = _("Choose one from the list.")
    if errors:
        raise ValidationError(errors)
    same = RightsRequest.objects.for_system(WHY).filter(person_id=person_id, kind=kind)
    found = same.filter(state__in=["open", "unconfirmed"]).first()
    if found is not None:
        return _confirmed(actor, found) if is_confirmed else found
    today = timezone.localdate()
    row = RightsRequest.objects.create(
        kind=kind, person_id=person_id, person_number=person_id, way=way, note=_plain(note),
        due_on=due_on(kind, person.country, today), state="open" if is_confirmed else "unconfirmed",
    )  # fmt: skip
    if is_confirmed and kind == RightsRequest.Kind.RESTRICTION:
        set_wish(actor=actor, person_id=person_id, is_restricted=True)
    told = RightsRequestTaken(subject_id=row.pk, about_id=person_id, kind=kind, way=way, due_on=row.due_on.isoformat())
    emit(told, actor=actor)
    return row


@transaction.atomic
def confirm_request(*, actor: Actor, request_id: int) -> RightsRequest:
    """The person followed the link in the letter: the request counts. Twice does nothing. Raises NotFound."""
    row = RightsRequest.objects.for_system(WHY).select_for_update().filter(pk=request_id).first()
    if row is None:
        raise NotFound(_("There is no such request."))
    return _confirmed(actor, row)


@transaction.atomic
def answer_request(*, actor: Actor, request_id: int, is_done: bool, answer: str) -> RightsRequest:
    """Close a request: what was done, or why not. Raises Forbidden (change privacy), NotFound, ValidationError."""
    require(actor, "change", RightsRequest.access_name)
    row = RightsRequest.objects.visible_to(actor).select_for_update().filter(pk=request_id).first()
    if row is None:
        raise NotFound(_("There is no such request."))
    answer = _plain(answer)
    if not answer and not is_done:
        raise ValidationError({"answer": _("Say why; the law asks that the reason is told.")})
    if row.state in ("done", "refused"):
        return row
    row.state, row.answer = ("done" if is_done else "refused"), answer
    row.answered_at, row.answered_by_id = timezone.now(), actor.user_id
    row.save(update_fields=["state", "answer", "answered_at", "answered_by"])
    if not is_done and row.kind == RightsRequest.Kind.RESTRICTION and row.person_id:
        set_wish(actor=actor, person_id=row.person_id, is_restricted=False)
    emit(RightsRequestAnswered(subject_id=row.pk, about_id=row.person_id, kind=row.kind, state=row.state), actor=actor)
    return row


def _confirmed(actor: Actor, row: RightsRequest) -> RightsRequest:
    if row.state == RightsRequest.State.UNCONFIRMED:
        row.state = RightsRequest.State.OPEN
        row.save(update_fields=["state"])
        if row.kind == RightsRequest.Kind.RESTRICTION and row.person_id:
            set_wish(actor=actor, person_id=row.person_id, is_restricted=True)
        told = RightsRequestTaken(
            subject_id=row.pk, about_id=row.person_id, kind=row.kind, way=row.way, due_on=row.due_on.isoformat()
        )
        emit(told, actor=actor)
    return row


def _plain(text: str) -> str:
    return text.replace("\x00", "").strip()[:MOST_TEXT]
