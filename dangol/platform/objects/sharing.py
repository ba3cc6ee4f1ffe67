"""Sharing one record with one colleague: who may, what it opens, and taking it back."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.access.models import Share
from dangol.platform.access.policies import Through
from dangol.platform.accounts.models import User
from dangol.platform.accounts.queries import actor_for
from dangol.platform.events.stream import emit
from dangol.platform.objects import events, reading
from dangol.platform.objects.beside import EVERY, has, register_presence
from dangol.platform.objects.registry import object_type, object_types
from dangol.platform.objects.types import ObjectType


def followed(declared: ObjectType) -> ObjectType | None:
    """The object whose records decide about this one's (orders follow people); None where each stands for itself."""
    policy = declared.model.row_policy
    if not isinstance(policy, Through):
        return None
    target = policy.target(declared.model)
    return next((t for t in object_types() if t.model is target), None)


def shares_of(declared: ObjectType, record_id: int) -> list[Share]:
    """With whom a record is shared, in the order of sharing; the caller has judged the record. One query."""
    rows = Share.objects.filter(object_name=declared.name, record_id=record_id)
    return list(rows.select_related("user", "shared_by").order_by("id"))


def shared_names(declared: ObjectType, record: Any) -> list[str]:
    """The names of those with whom a record in hand is shared, in the order of sharing; the caller has judged it."""
    if not has(record, "shares"):
        return []
    rows = Share.objects.filter(object_name=declared.name, record_id=record.pk)
    return list(rows.order_by("id").values_list("user__name", flat=True))


register_presence(EVERY, "shares", Share, "record_id")


@transaction.atomic
def share_record(
    *, actor: Actor, object_name: str, record_id: int, user: User, level: str = "see", ends_on: date | None = None
) -> Share:
    """Open one record to one member of staff, or change how far; `ends_on` is the last day.

    Who may change the record may share it. Raises NotFound, Forbidden; ValidationError by field (user, level,
    ends_on), also when the roles of that colleague give no right to such records at all, since sharing adds rows to a
    right and gives none.
    """
    declared = object_type(object_name)
    _require_change(actor, declared, record_id)
    _check(declared, actor, user, level, ends_on)
    values: dict[str, Any] = {"level": level, "ends_on": ends_on}
    made = {**values, "shared_by_id": actor.user_id}
    share, is_new = Share.objects.select_for_update().get_or_create(
        object_name=object_name, record_id=record_id, user=user, defaults=made
    )
    if not is_new and (share.level, share.ends_on) == (level, ends_on):
        return share
    if not is_new:
        for name, value in {**made, "shared_at": timezone.now()}.items():
            setattr(share, name, value)
        share.save()
    told = events.shared(object_name)
    emit(told(subject_id=record_id, user_id=user.pk, level=level, ends_on=_day(ends_on)), actor=actor)
    return share


@transaction.atomic
def unshare_record(*, actor: Actor, object_name: str, record_id: int, user_id: int) -> None:
    """Take a share back; nothing happens when there is none. One may always give up what was shared with oneself.

    Raises NotFound, Forbidden.
    """
    declared = object_type(object_name)
    if user_id != actor.user_id:
        _require_change(actor, declared, record_id)
    share = Share.objects.filter(object_name=object_name, record_id=record_id, user_id=user_id).first()
    if share is not None:
        share.delete()
        told = events.unshared(object_name)
        emit(told(subject_id=record_id, user_id=user_id), actor=actor)


def may_share(declared: ObjectType, actor: Actor, record: Any) -> bool:
    """Whether `actor` may share this record: whoever may change it, where records stand for themselves."""
    return followed(declared) is None and reading.may(declared, actor, record, "change")


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _require_change(actor: Actor, declared: ObjectType, record_id: int) -> None:
    record = reading.find(declared, actor, record_id)
    other = followed(declared)
    if other is not None:
        raise ValidationError(
            _("%(records)s follow another record (%(other)s): share that one.")
            % {"records": declared.plural, "other": other.label}
        )
    if not reading.may(declared, actor, record, "change"):
        raise Forbidden("change", declared.name, _("Only who may change this record may share it."))


def _check(declared: ObjectType, actor: Actor, user: User, level: str, ends_on: date | None) -> None:
    if level not in Share.Level.values:
        raise ValidationError({"level": _("Choose “see” or “change”.")})
    if ends_on is not None and ends_on < timezone.localdate():
        raise ValidationError({"ends_on": _("This day is over. Choose today or later, or leave it empty.")})
    if user.pk == actor.user_id:
        raise ValidationError({"user": _("You have this record already; choose a colleague.")})
    if not user.is_active:
        raise ValidationError({"user": _("%(name)s no longer works here.") % {"name": user.name}})
    theirs, names = actor_for(user), {"name": user.name, "records": declared.plural}
    if not theirs.may("see", declared.name):
        sentence = _("%(name)s has no right to see %(records)s at all. An administrator can give the right “shared”.")
        raise ValidationError({"user": sentence % names})
    if level == Share.Level.CHANGE and not theirs.may("change", declared.name):
        sentence = _("%(name)s has no right to change %(records)s at all. Share it to see, or ask an administrator.")
        raise ValidationError({"level": sentence % names})


def colleague(user_id: Any) -> User:
    """The active member of staff with this id, for sharing. Raises ValidationError for `user`."""
    found = User.objects.filter(pk=user_id, is_active=True).first() if str(user_id).isdecimal() else None
    if found is None:
        raise ValidationError({"user": _("Choose a colleague from the list.")})
    return found
