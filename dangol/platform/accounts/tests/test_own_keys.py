"""Keys are made under one's own settings, shown once, and reach no further than their owner."""

from __future__ import annotations

import pytest
from django.test import Client

from dangol.platform.accounts.models import ApiKey
from dangol.platform.accounts.tests.doors import signed_in
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_a_key_is_shown_once_and_works_until_it_is_ended(cast: Cast) -> None:
    client = signed_in(cast.owner)
    answer = client.post("/me/keys", {"name": "Till", "reach": "some", "scope": ["person:see"], "days": "30"})
    secret = answer.context["secret"]
    assert answer["Cache-Control"] == "no-store, private"
    assert secret not in client.get("/me/keys").content.decode()
    key = ApiKey.objects.get()
    assert (key.scopes, key.expires_at is not None) == (["person:see"], True)
    by_key = Client(headers={"X-API-Key": secret})
    assert by_key.get("/api/v1/people").status_code == 200
    assert by_key.get("/api/v1/orders").status_code == 403
    client.post(f"/me/keys/{key.pk}/end")
    assert by_key.get("/api/v1/people").status_code == 401


@pytest.mark.parametrize(
    ("more", "field"),
    [({"name": ""}, "name"), ({"days": "7000"}, "days"), ({"reach": "some"}, "scopes"),
     ({"reach": "some", "scope": ["person:merge"]}, "scopes"), ({"reach": "some", "scope": ["user:change"]}, "scopes")],
)  # fmt: skip
def test_a_key_beyond_ones_own_rights_or_half_said_is_refused(cast: Cast, more: dict[str, object], field: str) -> None:
    sent = {"name": "Till", "reach": "all", "days": "", **more}
    answer = signed_in(cast.owner).post("/me/keys", sent)
    assert (answer.status_code, list(answer.context["errors"])) == (422, [field])
    assert not ApiKey.objects.exists()


def test_administrators_see_and_end_all_keys_others_only_their_own(cast: Cast) -> None:
    signed_in(cast.owner).post("/me/keys", {"name": "Till", "days": "365"})
    key = ApiKey.objects.get()
    assert signed_in(cast.mate).post(f"/me/keys/{key.pk}/end").status_code == 403
    admin = signed_in(cast.admin)
    assert "Till" in admin.get("/setup/staff/keys").content.decode()
    assert admin.post(f"/me/keys/{key.pk}/end")["Location"] == "/setup/staff/keys"
    assert admin.post("/me/keys/999999/end").status_code == 404
