"""Reading what a sender sent: an event in one form, or why it is none."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from dangol.core.behavior.stream.rules.clock import EARLIEST, LATE_AFTER, happened_at, moment
from dangol.core.behavior.stream.steps import StreamEvent

KINDS: Final = frozenset({"identify", "track", "page", "screen", "group", "alias"})
LONGEST_NAME, LONGEST_ID, LONGEST_TEXT = 200, 255, 2000
CONTEXT: Final = frozenset({
    "active", "app", "campaign", "consent", "device", "groupId", "library", "locale", "location", "network", "os",
    "page", "referrer", "screen", "sessionId", "timezone", "userAgent", "userAgentData",
})  # fmt: skip
"""What is kept of an event's context; traits and the like stand elsewhere, all else is the sender's own affair."""
UNCLEAN = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
"""Escapes that may be no character of a text: the database takes neither NUL nor half a surrogate pair."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an event cannot be taken: a code, and the field or value that it is about."""

    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What holds for all events of one request."""

    source_id: int
    kind: str
    received_at: datetime
    sent_at: datetime | None = None
    address: str = ""
    agent: str = ""
    oldest: datetime = EARLIEST
    context: Mapping[str, Any] | None = None


def cleaned(value: Any) -> Any:
    """Return a value of JSON without NUL and half surrogate pairs in its texts."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, list):
        return [cleaned(item) for item in value]
    if isinstance(value, dict):
        return {cleaned(key): cleaned(item) for key, item in value.items()}
    return value


def read(item: Any, envelope: Envelope) -> StreamEvent | Fault:
    """Read one event: it has a kind, somebody who did it, a name if it is a track, objects where objects belong."""
    if not isinstance(item, dict):
        return Fault("no_object")
    kind = item.get("type") or envelope.kind
    if not isinstance(kind, str) or kind not in KINDS:
        return Fault("kind", str(item.get("type") or "")[:LONGEST_NAME])
    for part in ("properties", "traits", "context"):
        if not isinstance(item.get(part) or {}, dict):
            return Fault("no_object_in", part)
    names = {name: _identifier(item.get(name)) for name in ("anonymousId", "userId", "previousId", "groupId")}
    if fault := _missing(kind, names):
        return fault
    name = _name(kind, item)
    if isinstance(name, Fault):
        return name
    return _event(item, kind, name, names, envelope)


def _event(
    item: dict[str, Any], kind: str, name: str, names: Mapping[str, str | None], envelope: Envelope
) -> StreamEvent | Fault:
    own = item.get("context") or {}
    context = {**envelope.context, **own} if envelope.context else own
    sent = moment(item.get("sentAt")) or envelope.sent_at
    original = moment(item.get("timestamp")) or moment(item.get("originalTimestamp"))
    at = happened_at(original, sent, envelope.received_at)
    if at < envelope.oldest:
        return Fault("too_old", at.date().isoformat())
    traits = item.get("traits") or context.get("traits")
    traits = traits if isinstance(traits, dict) else {}
    told = item.get("properties") or {}
    message_id = item.get("messageId")
    event = StreamEvent(
        id=0, source_id=envelope.source_id, kind=kind, name=name, at=at, received_at=envelope.received_at,
        message_id="" if message_id is None else str(message_id)[:LONGEST_TEXT],
        anonymous_id=names["anonymousId"] or "", user_id=names["userId"] or "", previous_id=names["previousId"] or "",
        group_id=names["groupId"] or "", properties=traits if kind in ("identify", "group") else told, traits=traits,
        context=context, address=envelope.address, agent=_text(context.get("userAgent") or envelope.agent),
        is_late=envelope.received_at - at > LATE_AFTER,
    )  # fmt: skip
    _place(event, told)
    try:
        event.kept = (_json(event.properties), _json(trimmed(event)))
    except ValueError:
        return Fault("number")
    except RecursionError:
        return Fault("depth")
    return event


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False) if value else "{}"


def _place(event: StreamEvent, told: Mapping[str, Any]) -> None:
    """Say on which page it happened: a page event says so itself, others by their context."""
    page = event.context.get("page")
    found = page if isinstance(page, dict) else {}
    if event.kind == "page":
        found = {**found, **{key: told[key] for key in ("url", "path", "title", "referrer") if told.get(key)}}
    event.url, event.path = _text(found.get("url")), _text(found.get("path"))
    event.title, event.referrer = _text(found.get("title")), _text(found.get("referrer"))


def _text(value: Any) -> str:
    return value[:LONGEST_TEXT] if isinstance(value, str) else ""


def _identifier(value: Any) -> str | None:
    """A name for somebody: text or number, "" where there is none, None where it cannot be one."""
    if value is None or isinstance(value, bool):
        return ""
    if not isinstance(value, str | int | float):
        return None
    found = str(value).strip()
    return found if len(found) <= LONGEST_ID else None


def _missing(kind: str, names: Mapping[str, str | None]) -> Fault | None:
    for name, value in names.items():
        if value is None:
            return Fault("identifier", name)
    if not names["userId"] and not names["anonymousId"]:
        return Fault("nobody")
    if kind == "alias" and not (names["userId"] and names["previousId"]):
        return Fault("alias")
    return Fault("group") if kind == "group" and not names["groupId"] else None


def _name(kind: str, item: Mapping[str, Any]) -> str | Fault:
    """What the event is called: a track must have a name, pages and screens may."""
    told = item.get("event") if kind == "track" else item.get("name") if kind in ("page", "screen") else ""
    if kind == "screen" and not told:
        told = item.get("event")
    if told is None:
        told = ""
    if not isinstance(told, str) or len(told) > LONGEST_NAME:
        return Fault("name", str(told)[:LONGEST_NAME])
    name = " ".join(told.split())
    return Fault("no_name") if kind == "track" and not name else name


def trimmed(event: StreamEvent) -> dict[str, Any]:
    """What is kept of an event's context."""
    found = {key: value for key, value in event.context.items() if key in CONTEXT}
    if event.agent:
        found["userAgent"] = event.agent
    if event.address:
        found["ip"] = event.address
    return found
