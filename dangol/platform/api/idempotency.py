"""A call that is sent twice is done once: `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header).

The answer is written in the transaction of the effect, so a process that dies in between leaves neither. Only
answers of calls that worked are kept: one that was refused has changed nothing and may be sent again, mended. What
nobody may store (`no-store`: it holds a secret) is kept encrypted.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.platform.api.models import KeptAnswer
from dangol.platform.api.problems import fault, problem
from dangol.platform.db.secrets import decrypt, encrypt

HEADER = "Idempotency-Key"
KEPT_FOR = timedelta(hours=24)
WRITES = ("POST", "PUT", "PATCH", "DELETE")
_KEY = re.compile(r'"?([\x21\x23-\x7e]{1,255})"?')
_KEPT_HEADERS = ("Content-Type", "ETag", "Location", "Link", "Cache-Control")
_UNSTORED = "no-store"


def once(request: HttpRequest, holder: str, answer: Callable[[HttpRequest], HttpResponse]) -> HttpResponse:
    """Answer `request`, or give the answer that was given to it before."""
    given = request.headers.get(HEADER)
    if given is None or request.method not in WRITES:
        return answer(request)
    key = _KEY.fullmatch(given.strip())
    if key is None:
        sentence = _("Idempotency-Key must have 1 to 255 visible characters, for example a UUID in quotes.")
        return problem(400, sentence, [fault(sentence, HEADER, parameter=HEADER)])
    fingerprint = _fingerprint(request)
    with transaction.atomic():
        if not _hold(holder, key[1]):
            sentence = _("A call with this Idempotency-Key is under way. Send it again in a moment.")
            return problem(409, sentence, headers={"Retry-After": "1"})
        kept = KeptAnswer.objects.filter(holder=holder, key=key[1]).first()
        if kept is not None and kept.kept_at > timezone.now() - KEPT_FOR:
            return _again(kept, fingerprint)
        response = answer(request)
        if 200 <= response.status_code < 300:
            _keep(holder, key[1], fingerprint, response)
        else:
            transaction.set_rollback(True)
        return response


def _hold(holder: str, key: str) -> bool:
    """Whether nobody else answers a call with this key now; held till the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 5502))", [f"{holder} {key}"])
        return bool(cursor.fetchone()[0])


def _again(kept: KeptAnswer, fingerprint: str) -> HttpResponse:
    if kept.fingerprint != fingerprint:
        sentence = _("This Idempotency-Key was used for another call. Take a new key for each call.")
        return problem(422, sentence, [fault(sentence, HEADER, parameter=HEADER)])
    body = bytes(kept.body)
    if kept.headers.get("Cache-Control") == _UNSTORED:
        body = decrypt(body.decode()).encode()
    answer = HttpResponse(body, status=kept.status, headers=kept.headers)
    answer["Idempotency-Replayed"] = "true"
    return answer


def _keep(holder: str, key: str, fingerprint: str, response: HttpResponse) -> None:
    headers = {name: response[name] for name in _KEPT_HEADERS if name in response}
    body = response.content
    if headers.get("Cache-Control") == _UNSTORED:
        body = encrypt(body.decode()).encode()
    KeptAnswer.objects.update_or_create(
        holder=holder,
        key=key,
        defaults={
            "fingerprint": fingerprint, "status": response.status_code, "headers": headers,
            "body": body, "kept_at": timezone.now(),
        },
    )  # fmt: skip


def _fingerprint(request: HttpRequest) -> str:
    said = "\n".join([str(request.method), request.get_full_path(), request.headers.get("If-Match", "")])
    return hashlib.sha256(said.encode("utf-8", "surrogatepass") + b"\n" + request.body).hexdigest()
