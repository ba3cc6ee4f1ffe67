from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from dangol.core.behavior.visitors.queries import secret_of, trust_of
from dangol.core.behavior.visitors.services.trusting import renew_secret, set_trust
from dangol.core.behavior.visitors.tests.telling import a_source
from dangol.platform.access.errors import Forbidden
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_trust_is_set_by_administrators_with_reason(cast: Cast) -> None:
    source, admin = a_source(), cast.actor("admin")
    assert set_trust(actor=admin, source_id=source.pk, values={"believes": "everything"}).believes == "everything"
    for wrong in (
        {"believes": "x"},
        {"makes_people": "yes"},
        {"other": 1},
        {"believes": "nothing", "makes_people": True},
    ):
        with pytest.raises(ValidationError):
            set_trust(actor=admin, source_id=source.pk, values=wrong)
    with pytest.raises(Forbidden):
        set_trust(actor=cast.actor("owner"), source_id=source.pk, values={"believes": "everything"})


def test_a_renewed_secret_is_another_and_no_two_sources_share_one(cast: Cast) -> None:
    source, other = a_source(), a_source()
    trusts = trust_of([source.pk, other.pk])
    before = secret_of(trusts[source.pk])
    assert before != secret_of(trusts[other.pk])
    assert secret_of(renew_secret(actor=cast.actor("admin"), source_id=source.pk)) != before


def test_the_page_shows_saves_and_refuses(cast: Cast) -> None:
    source, client, other = a_source(), Client(), Client()
    client.force_login(cast.admin)
    other.force_login(cast.owner)
    address = f"/setup/sources/{source.pk}/trust"
    assert other.get(address).status_code == 403
    assert client.get(address).status_code == 200
    assert client.post(address, {"believes": "everything", "makes_people": "on", "shop": "S"}).status_code == 302
    assert trust_of([source.pk])[source.pk].makes_people
    assert client.post(address, {"believes": "nothing", "makes_people": "on"}).status_code == 422
    assert client.post(f"{address}/secret").status_code == 302
