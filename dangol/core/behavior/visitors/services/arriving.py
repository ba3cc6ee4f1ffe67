"""The step of the work-off that gives each event its visitor, before the events are written."""

from __future__ import annotations

import json
import re
from typing import Any

from dangol.core.behavior.stream.steps import Batch, StreamEvent
from dangol.core.behavior.visitors.services.links import PARAMETER
from dangol.core.behavior.visitors.services.resolving import Said, resolve

_TOKEN = re.compile(rf"([?&])({PARAMETER}=([A-Za-z0-9]{{1,200}}))(&|#|$)")
_TOKEN_IN_JSON = re.compile(rf'([?&]){PARAMETER}=[A-Za-z0-9]{{1,200}}(&|(?=["#]))')


def give_visitors(batch: Batch, cursor: Any) -> None:
    """Fill in `visitor_id`, and take tokens of signed links out of everything that is kept."""
    said = [_said(event) for event in batch.events]
    for event, visitor in zip(batch.events, resolve(said), strict=True):
        event.visitor_id = visitor


def _said(event: StreamEvent) -> Said:
    is_alias = event.kind == "alias"
    return Said(
        source_id=event.source_id,
        at=event.at,
        received_at=event.received_at,
        anonymous_id=event.previous_id if is_alias else event.anonymous_id,
        user_id=event.user_id,
        hash=_hash(event),
        link=_link(event),
        traits=event.traits if event.kind == "identify" else {},
    )


def _hash(event: StreamEvent) -> str:
    found = event.context.get("user_hash") or event.traits.get("user_hash")
    if "user_hash" in event.traits:  # whoever read it later could sign in by it elsewhere
        event.traits.pop("user_hash")
        event.kept = (json.dumps(event.properties, ensure_ascii=False), event.kept[1])
    return found if isinstance(found, str) else ""


def _link(event: StreamEvent) -> str:
    """The token of a signed link: named by our script, else in the address of the page, from which it is taken."""
    told = event.context.get("link")
    found = told if isinstance(told, str) and len(told) <= 200 else ""
    if PARAMETER in event.url or PARAMETER in event.referrer:
        match = _TOKEN.search(event.url)
        found = found or (match.group(3) if match else "")
        _scrub(event)
    return found


def _scrub(event: StreamEvent) -> None:
    event.url, event.referrer = without_token(event.url), without_token(event.referrer)
    properties, context = (_TOKEN_IN_JSON.sub(lambda m: m.group(1) if m.group(2) else "", k) for k in event.kept)
    event.kept = (properties, context)


def without_token(address: str) -> str:
    """An address without the token of a signed link."""
    found = _TOKEN.sub(lambda m: m.group(1) if m.group(4) == "&" else m.group(4), address)
    return found.rstrip("?&") if found != address else address
