from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from dangol.platform.access.actor import ACTIONS, SCOPES, Actor
from dangol.platform.accounts.keys import scoped
from dangol.platform.accounts.models import ApiKey
from dangol.platform.api.tests.program import Program
from tests.cast import Cast

NAMES = ("person", "order", "*")
GRANTS = some.dictionaries(
    some.sampled_from(NAMES),
    some.dictionaries(some.sampled_from((*ACTIONS, "*")), some.sampled_from(SCOPES), max_size=4),
    max_size=3,
)
GIVEN = some.lists(
    some.tuples(some.sampled_from(NAMES), some.sampled_from((*ACTIONS, "*"))).map(":".join), min_size=1, max_size=4
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(GRANTS, GIVEN)
def test_scopes_narrow_and_never_widen(grants: dict[str, dict[str, str]], scopes: list[str]) -> None:
    owner = Actor(kind="api_key", grants=grants)  # type: ignore[arg-type]
    held = scoped(owner, scopes)
    for name in ("person", "order", "company"):
        for action in ACTIONS:
            named = any(s in scopes for s in (f"{name}:{action}", f"*:{action}", f"{name}:*", "*:*"))
            assert held.scope(action, name) == (owner.scope(action, name) if named else "none")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("scopes", "statuses"),
    [
        ([], (200, 201, 200)), (["person:see"], (200, 403, 403)), (["person:*"], (200, 201, 403)),
        (["*:see"], (200, 403, 200)), (["order:see"], (403, 403, 200)), (["nonsense"], (403, 403, 403)),
    ],
)  # fmt: skip
def test_a_key_opens_what_its_scopes_name(cast: Cast, scopes: list[str], statuses: tuple[int, ...]) -> None:
    call = Program(cast, scopes=scopes)
    found = [call("GET", "/people"), call("POST", "/people", {"name": "Kim"}), call("GET", "/orders")]
    assert tuple(a.status_code for a in found) == statuses


@pytest.mark.django_db
def test_the_feed_and_links_keep_to_the_scopes(cast: Cast) -> None:
    call = Program(cast)
    company = call("POST", "/companies", {"name": "Hanbit"}).json()
    person = call.person(company=company["id"])
    assert person["company"]["title"] == "Hanbit"
    narrow = Program(cast, scopes=["person:see"])
    assert narrow("GET", f"/people/{person['id']}").json()["company"] is None
    assert narrow("GET", "/changes?objects=company").status_code == 403
    assert narrow("GET", "/changes").status_code == 200


@pytest.mark.django_db
def test_a_read_only_key_of_an_administrator_reads_and_does_not_write(cast: Cast) -> None:
    call = Program(cast, is_read_only=True)
    assert call("GET", "/people").status_code == 200
    assert call("POST", "/people", {"name": "Kim"}).status_code == 403


@pytest.mark.django_db
def test_a_bearer_is_as_good_and_use_is_noted_rarely(cast: Cast) -> None:
    call = Program(cast)
    headers = {"X-API-Key": "", "Authorization": f"Bearer {call.secret}"}
    assert call("GET", "/people", headers=headers).status_code == 200
    first = ApiKey.objects.get(pk=call.key.pk).used_at
    assert first is not None
    call("GET", "/people", headers=headers)
    assert ApiKey.objects.get(pk=call.key.pk).used_at == first


@pytest.mark.django_db
@pytest.mark.parametrize("end", ["expired", "revoked", "left"])
def test_a_key_that_ended_opens_nothing(cast: Cast, end: str) -> None:
    call = Program(cast, "owner")
    mine = ApiKey.objects.filter(pk=call.key.pk)
    if end == "expired":
        mine.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif end == "revoked":
        mine.update(revoked_at=timezone.now())
    else:
        type(cast.owner).objects.filter(pk=cast.owner.pk).update(is_active=False)
    assert call("GET", "/people").status_code == 401
