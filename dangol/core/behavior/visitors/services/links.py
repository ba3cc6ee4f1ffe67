"""Links of our own mails that make a visitor known when they lead to a page with the script.

A token names the person and the last day on which it is believed; nobody can make one but this house. It says only that
somebody had this mail: mails are forwarded, so it proves less than a sign-in and can be cut.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit, urlunsplit

from django.utils import timezone

from dangol.core.behavior.visitors.queries import hosts_that_believe_links
from dangol.core.customers.people.models import Person
from dangol.platform.mail.links import BadLink, read, sign

KIND, PARAMETER = "visitor", "dgl"
DAYS_BELIEVED = 30
WHY = "whom a signed link names"
_EPOCH = date(2020, 1, 1)


def token_for(person_id: int, *, days: int = DAYS_BELIEVED) -> str:
    """A token that makes whoever brings it known as this person, for so many days."""
    last = timezone.now().date() + timedelta(days=days)
    return sign(KIND, person_id, (last - _EPOCH).days)


def signed_address(address: str, person_id: int) -> str:
    """`address` with a token, where it leads to a site of ours whose links are believed; else as it is."""
    parts = urlsplit(address)
    if parts.scheme not in ("https", "http") or not parts.hostname or not _is_ours(parts.hostname):
        return address
    query = f"{parts.query}&" if parts.query else ""
    return urlunsplit(parts._replace(query=f"{query}{PARAMETER}={token_for(person_id)}"))


def _is_ours(host: str) -> bool:
    for known in hosts_that_believe_links():
        if host == known or (known.startswith("*.") and host.endswith(known[1:])):
            return True
    return False


def people_of(brought: Iterable[tuple[str, datetime]]) -> dict[str, int]:
    """{token: person} of those that hold at the moment when they came, and whose person is still here. One query."""
    found = {token: person for token, at in set(brought) if (person := _named(token, at)) is not None}
    rows = Person.objects.for_system(WHY).filter(pk__in=set(found.values()), deleted_at=None)
    here = set(rows.values_list("pk", flat=True)) if found else set()
    return {token: person for token, person in found.items() if person in here}


def _named(token: str, at: datetime) -> int | None:
    try:
        numbers = read(KIND, token)
    except BadLink:
        return None
    if len(numbers) != 2 or _EPOCH + timedelta(days=min(numbers[1], 100_000)) < at.astimezone(UTC).date():
        return None
    return numbers[0]
