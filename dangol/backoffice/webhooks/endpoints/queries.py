from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.backoffice.webhooks.endpoints.models import Endpoint
from dangol.backoffice.webhooks.endpoints.rules import wants
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.accounts.models import User
from dangol.platform.accounts.rules import is_within
from dangol.platform.db.secrets import decrypt
from dangol.platform.events.titles import TITLES
from dangol.platform.objects.registry import object_types
from dangol.platform.objects.writing import NotFound

PING = "webhook.ping"


@dataclass(frozen=True)
class EventChoice:
    """One event that can be chosen."""

    name: str
    label: Any


@dataclass(frozen=True)
class EventGroup:
    """The events of one object; `name` chooses them all."""

    name: str
    label: Any
    choices: list[EventChoice]


def event_groups() -> list[EventGroup]:
    """What can be told: the events of every object."""
    found = []
    for declared in object_types():
        start = f"{declared.name}."
        events = [EventChoice(name, title.label) for name, title in TITLES.items() if name.startswith(start)]
        found.append(EventGroup(f"{start}*", declared.plural, events))
    return found


def endpoints(actor: Actor) -> list[Any]:
    """All endpoints that are not deleted, newest first."""
    rows = Endpoint.objects.visible_to(actor).filter(deleted_at=None)
    return list(rows.order_by("-id").prefetch_related("owner")[:200])


def find_endpoint(actor: Actor, endpoint_id: int, *, action: str = "see") -> Any:
    """One endpoint, None when there is none or `actor` may not see it."""
    rows = Endpoint.objects.visible_to(actor, action).filter(deleted_at=None)
    return rows.filter(pk=endpoint_id).prefetch_related("owner").first() if 0 < endpoint_id < 2**63 else None


def seen_endpoint(actor: Actor, endpoint_id: int) -> Any:
    """One endpoint that is not deleted. Raises Forbidden, NotFound."""
    require(actor, "see", "webhook")
    endpoint = find_endpoint(actor, endpoint_id)
    if endpoint is None:
        raise NotFound(_("There is no such webhook, or you may not see it."))
    return endpoint


def endpoints_wanting(event_name: str) -> list[Any]:
    """The endpoints that are switched on and want an event."""
    rows = Endpoint.objects.for_system("who wants to be told").filter(is_active=True, deleted_at=None)
    return [e for e in rows.prefetch_related("owner").order_by("id") if wants(e.events, event_name)]


def is_wanted(event_name: str) -> bool:
    """Whether any endpoint wants an event. One query; none for events of webhooks themselves, which are not told."""
    if event_name.startswith("webhook."):
        return False
    rows = Endpoint.objects.for_system("who wants to be told").filter(is_active=True, deleted_at=None)
    return any(wants(chosen, event_name) for chosen in rows.values_list("events", flat=True))


def out_of_reach(actor: Actor, owner: Actor, events: Collection[str]) -> list[str]:
    """The objects of which an endpoint of `owner` with these events would tell more than `actor` may see."""
    chosen = {name.partition(".")[0] for name in events}
    told = [declared for declared in object_types() if not chosen or declared.name in chosen]
    return [str(declared.plural) for declared in told if not _reaches(actor, owner, declared.name)]


def _reaches(actor: Actor, owner: Actor, name: str) -> bool:
    """Whether `actor` sees every row and field of an object that `owner` sees."""
    wanted, held = owner.scope("see", name), actor.scope("see", name)
    if wanted == "none":
        return True
    is_same = owner.user_id == actor.user_id and is_within(wanted, held)
    hidden = [f for f, right in actor.fields.get(name, {}).items() if right == "hidden"]
    return (held == "all" or is_same) and all(owner.field_right(name, f) == "hidden" for f in hidden)


def secrets_of(endpoint: Any) -> list[str]:
    """The secrets that sign now, the newest first. Raises CannotDecrypt."""
    found = [decrypt(endpoint.secret)]
    if endpoint.old_secret and endpoint.old_secret_until and endpoint.old_secret_until > timezone.now():
        found.append(decrypt(endpoint.old_secret))
    return found


def possible_owners() -> list[tuple[int, str]]:
    """Active members of staff as (number, name)."""
    return list(User.objects.filter(is_active=True).order_by("name").values_list("pk", "name")[:500])
