"""How often a door may be tried. Each try is written down before the door answers, so many at once get no more."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dangol.platform.accounts.models import Attempt

LONGEST = timedelta(days=1)
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))"


@dataclass(frozen=True)
class Limit:
    """At most so many tries in a window: for one e-mail (or one person), and from one address."""

    per_email: int
    per_address: int
    window: timedelta


SIGN_IN = "sign_in"
SECOND_STEP = "second_step"
RESET = "reset"
TICKET = "ticket"
INVITE = "invite"
LIMITS = {
    SIGN_IN: Limit(8, 40, timedelta(minutes=15)),
    SECOND_STEP: Limit(6, 40, timedelta(minutes=15)),
    RESET: Limit(3, 20, timedelta(hours=1)),
    TICKET: Limit(20, 40, timedelta(minutes=15)),
    INVITE: Limit(5, 100, timedelta(hours=1)),
}


class TooManyAttempts(Exception):
    """This door was tried too often; `seconds` say when it opens again."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        minutes = max(1, math.ceil(seconds / 60))
        said = ngettext(
            "Too many attempts. Try again in %(count)s minute.", "Too many attempts. Try again in %(count)s minutes.",
            minutes,
        )  # fmt: skip
        super().__init__(said % {"count": minutes} + " " + _("An administrator can help as well."))


@transaction.atomic
def take(kind: str, *, email: str = "", address: str = "") -> tuple[int, ...]:
    """Write a try down and return its numbers, for `give_back`. `kind` is one of `LIMITS`.

    Tries of the same e-mail or address wait for each other, so the count is exact however many come at once.

    Raises:
        TooManyAttempts: the limit is reached; this try is not counted.
    """
    limit, now = LIMITS[kind], timezone.now()
    keys = [(f"email {email.strip().lower()[:254]}", limit.per_email)] if email else []
    keys += [(f"address {_network(address)}", limit.per_address)] if address else []
    with connection.cursor() as cursor:
        for key, _most in sorted(keys):
            cursor.execute(_LOCK, [f"{kind} {key}"])
    waits = [_wait(kind, key, most, limit.window, now) for key, most in keys]
    if max(waits, default=0) > 0:
        raise TooManyAttempts(max(waits))
    return tuple(Attempt.objects.create(kind=kind, key=key, at=now).pk for key, _most in keys)


def give_back(taken: tuple[int, ...]) -> None:
    """Forget a try that was right."""
    Attempt.objects.filter(pk__in=taken).delete()


def forget_old() -> int:
    """Delete tries that count no more; returns how many."""
    return Attempt.objects.filter(at__lt=timezone.now() - LONGEST).delete()[0]


def _wait(kind: str, key: str, most: int, window: timedelta, now: datetime) -> int:
    """Seconds until the oldest of the last `most` tries leaves the window."""
    tried = Attempt.objects.filter(kind=kind, key=key, at__gt=now - window).order_by("-at").values_list("at", flat=True)
    last = list(tried[:most])
    return max(1, math.ceil((last[-1] + window - now).total_seconds())) if len(last) >= most else 0


def _network(address: str) -> str:
    """One address of the old kind; of the new kind the /64 that one household has (RFC 6177)."""
    try:
        found = ip_address(address)
    except ValueError:
        return address[:100]
    if isinstance(found, IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped) if mapped else str(ip_network((found, 64), strict=False))
    return str(found)
