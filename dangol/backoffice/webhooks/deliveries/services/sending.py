"""Sending what is due: many endpoints side by side, each in order, one message at a time.

A message is claimed by moving its `next_at` ahead; whoever dies with it in hand leaves it to the next turn. So each
arrives at least once, always under the same `webhook-id`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
from django.db import transaction
from django.utils import timezone

from dangol.backoffice.webhooks import outgoing
from dangol.backoffice.webhooks.deliveries.models import Attempt, Message
from dangol.backoffice.webhooks.deliveries.queries import due, due_endpoints
from dangol.backoffice.webhooks.deliveries.rules import (
    DISABLE_AFTER,
    GONE,
    KEPT_LETTERS,
    REST_SECONDS,
    is_success,
    pause_after,
)
from dangol.backoffice.webhooks.endpoints.models import Endpoint
from dangol.backoffice.webhooks.endpoints.queries import secrets_of
from dangol.backoffice.webhooks.endpoints.rules import signatures
from dangol.backoffice.webhooks.endpoints.services import stop_endpoint
from dangol.platform.access.actor import Actor
from dangol.platform.db.beside import beside_the_loop
from dangol.platform.db.secrets import CannotDecrypt

LANES = 20
LEASE = timedelta(seconds=60)
TURN_SECONDS = 20.0
WHY = "messages are sent"


@dataclass(frozen=True)
class Try:
    """What one attempt brought: an answer, or the reason why there is none."""

    headers: dict[str, str]
    milliseconds: int
    answer: outgoing.Answer | None = None
    error: str = ""

    @property
    def is_success(self) -> bool:
        """Whether the receiver took it."""
        return self.answer is not None and is_success(self.answer.status)


def send_due(*, actor: Actor, seconds: float = TURN_SECONDS) -> int:
    """Send what is due for about so many seconds; returns how many attempts were made."""
    return asyncio.run(_send(actor, seconds))


async def _send(actor: Actor, seconds: float) -> int:
    end, busy, count = time.monotonic() + seconds, dict[asyncio.Task[int], int](), 0
    async with outgoing.client() as client:
        while True:
            if time.monotonic() < end and len(busy) < LANES:
                for pk in await beside_the_loop(due_endpoints, set(busy.values()), LANES - len(busy)):
                    busy[asyncio.create_task(_lane(actor, client, pk, end))] = pk
            if not busy:
                return count
            done, _rest = await asyncio.wait(busy, timeout=1.0, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                busy.pop(task)
                count += task.result()


async def _lane(actor: Actor, client: httpx.AsyncClient, endpoint_id: int, end: float) -> int:
    """One endpoint: message after message, until one fails or time is up."""
    count = 0
    while time.monotonic() < end:
        message = await beside_the_loop(_claim, endpoint_id)
        if message is None:
            break
        tried = await _attempt(client, message)
        count += 1
        await beside_the_loop(note_attempt, actor=actor, message_id=message.pk, tried=tried)
        if not tried.is_success:
            break
    return count


@transaction.atomic
def _claim(endpoint_id: int) -> Any:
    rows = due().filter(endpoint_id=endpoint_id, next_at__lte=timezone.now()).order_by("next_at", "id")
    message = rows.select_for_update(skip_locked=True, of=("self",)).first()
    if message is not None:
        message.next_at = timezone.now() + LEASE
        message.save(update_fields=["next_at"])
        message.told_to = Endpoint.objects.for_system(WHY).get(pk=endpoint_id)
    return message


async def _attempt(client: httpx.AsyncClient, message: Any) -> Try:
    body, start = message.body.encode(), time.monotonic()
    headers = {"Content-Type": "application/json", "User-Agent": "Dangol-Webhooks/1", "webhook-id": message.webhook_id}
    try:
        stamp = int(time.time())
        headers["webhook-timestamp"] = str(stamp)
        signed = signatures(secrets_of(message.told_to), message.webhook_id, stamp, body)
        answer = await outgoing.call(client, message.told_to.url, {**headers, "webhook-signature": signed}, body)
    except (outgoing.NotAllowed, outgoing.NoAnswer, CannotDecrypt) as error:
        return Try(headers, _since(start), error=str(error))
    said = "" if is_success(answer.status) else f"HTTP {answer.status}"
    return Try(headers, _since(start), answer, said)


def _since(start: float) -> int:
    return int((time.monotonic() - start) * 1000)


@transaction.atomic
def note_attempt(*, actor: Actor, message_id: Any, tried: Try) -> None:
    """Write down what an attempt brought, and when the next one is due, if any."""
    message = Message.objects.for_system(WHY).select_for_update().get(pk=message_id)
    message.attempts += 1
    answer = tried.answer
    Attempt(
        message_id=message.pk, number=message.attempts, milliseconds=tried.milliseconds, error=tried.error[:500],
        request_headers=tried.headers, status=answer.status if answer else None,
        response_headers=answer.headers if answer else {}, response_body=answer.body[:KEPT_LETTERS] if answer else "",
    ).save(force_insert=True)  # fmt: skip
    message.last_at, message.last_error = timezone.now(), tried.error[:500]
    message.last_status = answer.status if answer else None
    if tried.is_success:
        message.state = Message.State.DELIVERED
    else:
        pause = pause_after(message.attempts, random.random())  # noqa: S311 - spreads load, guards nothing
        if pause is None:
            message.state = Message.State.FAILED
        else:
            message.next_at = timezone.now() + timedelta(seconds=pause)
    message.save()
    _note_endpoint(actor, message.endpoint_id, tried)


def _note_endpoint(actor: Actor, endpoint_id: int, tried: Try) -> None:
    rows, now = Endpoint.objects.for_system(WHY).filter(pk=endpoint_id), timezone.now()
    if tried.is_success:
        rows.update(failing_since=None, rest_until=None, last_success_at=now)
        return
    if tried.answer is not None and tried.answer.status == GONE:
        stop_endpoint(actor=actor, endpoint_id=endpoint_id, reason=Endpoint.Stopped.GONE)
        return
    rows.filter(failing_since=None).update(failing_since=now)
    if tried.answer is None:  # it hangs or is away: leave it alone for a moment, whatever else waits for it
        rows.update(rest_until=now + timedelta(seconds=REST_SECONDS))
    if rows.filter(failing_since__lt=now - DISABLE_AFTER).exists():
        stop_endpoint(actor=actor, endpoint_id=endpoint_id, reason=Endpoint.Stopped.FAILING)


def as_json(text: str) -> str:
    """A body for people: indented where it is JSON."""
    with contextlib.suppress(ValueError):
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    return text
