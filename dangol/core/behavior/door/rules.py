"""Reading requests of Segment's HTTP tracking protocol: addresses, keys, bodies, limits.

Limits as Segment documents them (Twilio Segment, "HTTP Tracking API Source"): 32 KB an event, 500 KB a request, 2,500
events a batch; what is larger or no JSON is answered 400.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

MOST_BYTES, MOST_EVENT_BYTES, MOST_EVENTS = 500 * 1024, 32 * 1024, 2_500
KINDS: Final = {
    "identify": "identify", "i": "identify", "track": "track", "t": "track", "page": "page", "p": "page",
    "screen": "screen", "s": "screen", "group": "group", "g": "group", "alias": "alias", "a": "alias",
    "batch": "batch", "b": "batch", "import": "batch",
}  # fmt: skip
"""What each address takes in: the names, the letters that browsers use, and the older name of `batch`."""
MEASURES: Final = frozenset({"m", "metrics"})
"""Where browsers report how their own library does; answered and forgotten."""
LONGEST_KEY = 64
GZIP = 31


class Refusal(Exception):
    """Why a request is not taken in: status, a code for programs, a sentence for people, when to try again."""

    def __init__(self, status: int, code: str, message: str, after_seconds: int = 0) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.after_seconds = status, code, message, after_seconds


@dataclass(frozen=True, slots=True)
class Sent:
    """A body that was read: the document, its bytes, and how many events it holds."""

    data: dict[str, Any]
    body: bytes
    events: int


def key_of_header(value: str) -> str:
    """Return the name in `Basic name:password`, "" when there is none or it is another kind of sign-in."""
    scheme, _space, told = value.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(told.strip(), validate=True).decode().partition(":")[0]
    except (binascii.Error, ValueError):
        return ""


def key_in(data: Mapping[str, Any]) -> str:
    """Return the write key that a body names, itself or by its first event."""
    key = data.get("writeKey")
    batch = data.get("batch")
    if key is None and isinstance(batch, list) and batch and isinstance(batch[0], dict):
        key = batch[0].get("writeKey")
    return key if isinstance(key, str) and len(key) <= LONGEST_KEY else ""


def unpacked(body: bytes, encoding: str) -> bytes:
    """Return a body without its compression. Raises Refusal when it is not what it says, or swells beyond the limit."""
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return body
    if encoding not in ("gzip", "x-gzip"):
        raise Refusal(415, "encoding", "Send the body as it is, or with Content-Encoding: gzip.")
    reader = zlib.decompressobj(GZIP)
    try:
        plain = reader.decompress(body, MOST_BYTES + 1)
    except zlib.error:
        raise Refusal(400, "gzip", "The body is not what gzip makes.") from None
    if len(plain) > MOST_BYTES:
        raise too_large()
    if not reader.eof:
        raise Refusal(400, "gzip", "The body of gzip ends too early.")
    return plain


def too_large() -> Refusal:
    """What a request is told that is larger than any may be."""
    return Refusal(400, "too_large", f"A request may have at most {MOST_BYTES // 1024} KB, unpacked.")


def read(kind: str, body: bytes) -> Sent:
    """Read a body that was sent to the address of `kind`. Raises Refusal."""
    if len(body) > MOST_BYTES:
        raise too_large()
    try:
        data = json.loads(body.decode("utf-8-sig"), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Refusal(400, "json", "The body is no JSON.") from None
    if not isinstance(data, dict):
        raise Refusal(400, "json", "The body must be a JSON object.")
    if kind != "batch":
        if len(body) > MOST_EVENT_BYTES:
            raise _event_too_large()
        return Sent(data, body, 1)
    batch = data.get("batch")
    if not isinstance(batch, list):
        raise Refusal(400, "batch", "The body must hold a list called batch.")
    if len(batch) > MOST_EVENTS:
        raise Refusal(400, "too_many", f"A batch may hold at most {MOST_EVENTS:,} events.")
    if len(body) > MOST_EVENT_BYTES and any(_size(item) > MOST_EVENT_BYTES for item in batch):
        raise _event_too_large()
    return Sent(data, body, len(batch))


def _event_too_large() -> Refusal:
    return Refusal(400, "event_too_large", f"An event may have at most {MOST_EVENT_BYTES // 1024} KB.")


def _size(item: Any) -> int:
    """About how many bytes an event has; exact only where it could matter."""
    text = json.dumps(item, ensure_ascii=False, separators=(",", ":"))
    return len(text) if len(text) * 4 <= MOST_EVENT_BYTES else len(text.encode("utf-8", "replace"))


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON.")


def consenting(sent: Sent, category: str, needs_statement: bool) -> Sent | None:
    """Leave out events that deny the consent `category` (or do not state it); None when none is left.

    Consent stands in `context.consent.categoryPreferences`, of the event or of its batch.
    """
    whole = "batch" not in sent.data
    items: Sequence[Any] = [sent.data] if whole else sent.data["batch"]
    shared = {} if whole else sent.data.get("context")
    kept = [item for item in items if _consents(item, shared, category, needs_statement)]
    if len(kept) == len(items):
        return sent
    if whole or not kept:
        return None
    data = {**sent.data, "batch": kept}
    return Sent(data, json.dumps(data, ensure_ascii=True).encode(), len(kept))


def _consents(item: Any, shared: Any, category: str, needs_statement: bool) -> bool:
    stated = None
    for context in (shared, item.get("context") if isinstance(item, dict) else None):
        consent = context.get("consent") if isinstance(context, dict) else None
        told = consent.get("categoryPreferences") if isinstance(consent, dict) else None
        if isinstance(told, dict) and category in told:
            stated = told[category]
    return stated is True or (stated is None and not needs_statement)


class Bucket:
    """How many events may still come in: `rate` more a second, up to two seconds' worth."""

    SECONDS = 2.0

    def __init__(self, rate: float, now: float) -> None:
        self.rate, self.level, self.at = rate, rate * self.SECONDS, now

    def take(self, events: int, now: float) -> int:
        """Take so many out; returns 0, or after how many seconds to try again. A request that is larger than what may
        come at once is let in when the bucket is full."""
        self.level = min(self.rate * self.SECONDS, self.level + (now - self.at) * self.rate)
        self.at = now
        if self.level >= min(events, self.rate * self.SECONDS):
            self.level -= events
            return 0
        return 1 + int((min(events, self.rate * self.SECONDS) - self.level) / self.rate)
