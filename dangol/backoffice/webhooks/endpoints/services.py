from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.backoffice.webhooks.endpoints import events
from dangol.backoffice.webhooks.endpoints.models import Endpoint
from dangol.backoffice.webhooks.endpoints.queries import event_groups, out_of_reach
from dangol.backoffice.webhooks.endpoints.rules import OLD_SECRET_LASTS, new_secret, url_fault
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.accounts.models import User
from dangol.platform.accounts.queries import actor_for
from dangol.platform.db.secrets import decrypt, encrypt
from dangol.platform.events.stream import emit
from dangol.platform.objects.writing import NotFound

FIELDS = ("url", "description", "events", "owner_id")
MOST_ENDPOINTS = 50


@transaction.atomic
def create_endpoint(*, actor: Actor, values: Mapping[str, Any]) -> tuple[Any, str]:
    """Add an endpoint; returns it with its secret. Raises Forbidden, ValidationError by field."""
    require(actor, "create", "webhook")
    if Endpoint.objects.for_system("how many there are").filter(deleted_at=None).count() >= MOST_ENDPOINTS:
        raise ValidationError({"url": _("There are %(most)s webhooks already.") % {"most": MOST_ENDPOINTS}})
    secret = new_secret()
    checked = _checked(values)
    _refuse_telling_too_much(actor, checked)
    endpoint = Endpoint(secret=encrypt(secret), **checked)
    endpoint.save(force_insert=True)
    changes = {name: [None, getattr(endpoint, name)] for name in FIELDS}
    emit(events.WebhookCreated(subject_id=endpoint.pk, changes=changes), actor=actor)
    return endpoint, secret


@transaction.atomic
def change_endpoint(*, actor: Actor, endpoint_id: int, values: Mapping[str, Any]) -> Any:
    """Change address, events, owner or description; what is left out stays.

    Raises Forbidden, NotFound, ValidationError by field.
    """
    endpoint = _locked(actor, endpoint_id, "change")
    changes = {}
    checked = _checked({**{name: getattr(endpoint, name) for name in FIELDS}, **values})
    if any(getattr(endpoint, name) != checked[name] for name in ("url", "events", "owner_id")):
        _refuse_telling_too_much(actor, checked)
    for name, value in checked.items():
        if getattr(endpoint, name) != value:
            changes[name] = [getattr(endpoint, name), value]
            setattr(endpoint, name, value)
    if changes:
        endpoint.save(update_fields=list(changes))
        emit(events.WebhookChanged(subject_id=endpoint.pk, changes=changes), actor=actor)
    return endpoint


@transaction.atomic
def switch_endpoint(*, actor: Actor, endpoint_id: int, is_active: bool) -> Any:
    """Switch an endpoint on or off. What waited while it was off is sent after it. Raises Forbidden, NotFound."""
    endpoint = _locked(actor, endpoint_id, "change")
    if endpoint.is_active != is_active:
        endpoint.is_active = is_active
        endpoint.stopped = Endpoint.Stopped.NO if is_active else Endpoint.Stopped.BY_HAND
        endpoint.failing_since = endpoint.rest_until = None
        endpoint.save(update_fields=["is_active", "stopped", "failing_since", "rest_until"])
        changes = {"is_active": [not is_active, is_active]}
        emit(events.WebhookChanged(subject_id=endpoint.pk, changes=changes), actor=actor)
    return endpoint


@transaction.atomic
def rotate_secret(*, actor: Actor, endpoint_id: int) -> str:
    """Make a new secret and return it; the old one signs beside it for a day. Raises Forbidden, NotFound."""
    endpoint, secret = _locked(actor, endpoint_id, "change"), new_secret()
    endpoint.old_secret, endpoint.secret = endpoint.secret, encrypt(secret)
    endpoint.old_secret_until = timezone.now() + OLD_SECRET_LASTS
    endpoint.save(update_fields=["secret", "old_secret", "old_secret_until"])
    emit(events.WebhookRotated(subject_id=endpoint.pk), actor=actor)
    return secret


@transaction.atomic
def show_secret(*, actor: Actor, endpoint_id: int) -> str:
    """The secret, once more; that it was shown is told. Raises Forbidden, NotFound, CannotDecrypt."""
    endpoint = _locked(actor, endpoint_id, "change")
    emit(events.WebhookSecretShown(subject_id=endpoint.pk), actor=actor)
    return decrypt(endpoint.secret)


@transaction.atomic
def trash_endpoint(*, actor: Actor, endpoint_id: int) -> None:
    """Delete an endpoint; what waited for it is not sent. Raises Forbidden, NotFound."""
    endpoint = _locked(actor, endpoint_id, "delete")
    endpoint.deleted_at, endpoint.is_active, endpoint.secret, endpoint.old_secret = timezone.now(), False, "", ""
    endpoint.save(update_fields=["deleted_at", "is_active", "secret", "old_secret"])
    emit(events.WebhookTrashed(subject_id=endpoint.pk), actor=actor)


@transaction.atomic
def stop_endpoint(*, actor: Actor, endpoint_id: int, reason: str) -> bool:
    """The house itself stops telling an endpoint; returns whether it was on till now."""
    rows = Endpoint.objects.for_system("an endpoint is stopped").filter(pk=endpoint_id, is_active=True)
    if not rows.update(is_active=False, stopped=reason):
        return False
    emit(events.WebhookDisabled(subject_id=endpoint_id, reason=reason), actor=actor)
    return True


def _locked(actor: Actor, endpoint_id: int, action: str) -> Any:
    require(actor, action, "webhook")
    rows = Endpoint.objects.visible_to(actor, action).filter(deleted_at=None).select_for_update()
    found = rows.filter(pk=endpoint_id).first() if 0 < endpoint_id < 2**63 else None
    if found is None:
        raise NotFound(_("There is no such webhook, or you may not see it."))
    return found


def _refuse_telling_too_much(actor: Actor, checked: Mapping[str, Any]) -> None:
    """Nobody has an address told what they, or the key that they use, may not see. Raises ValidationError by field."""
    owner = actor_for(User.objects.get(pk=checked["owner_id"]))
    beyond = out_of_reach(actor, owner, checked["events"])
    if beyond:
        field = "events" if owner.user_id == actor.user_id else "owner_id"
        sentence = _("You may not see all that would be told: %(objects)s.") % {"objects": ", ".join(beyond)}
        raise ValidationError({field: sentence})


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    url, chosen = str(values.get("url") or "").strip(), [str(name) for name in values.get("events") or ()]
    errors: dict[str, Any] = {}
    if fault := url_fault(url):
        errors["url"] = _faults()[fault]
    known = {name for group in event_groups() for name in (group.name, *(c.name for c in group.choices))}
    if not set(chosen) <= known:
        errors["events"] = _("Choose from the list.")
    owner = str(values.get("owner_id") or "")
    if not owner.isdecimal() or not User.objects.filter(pk=int(owner[:18]), is_active=True).exists():
        errors["owner_id"] = _("Choose an active member of staff.")
    description = " ".join(str(values.get("description") or "").replace("\x00", "").split())
    if len(description) > 200:
        errors["description"] = _("At most 200 letters.")
    if errors:
        raise ValidationError(errors)
    return {"url": url, "description": description, "events": sorted(set(chosen)), "owner_id": int(owner)}


def _faults() -> dict[str, str]:
    return {
        "long": _("An address has no spaces and at most 2000 letters."),
        "scheme": _("An address begins with https://."),
        "host": _("This is no address. Example: https://example.com/hooks/dangol"),
        "user": _("Leave name and password out of the address; the signature says who calls."),
        "fragment": _("Leave out what stands after the #; it is never sent."),
    }
