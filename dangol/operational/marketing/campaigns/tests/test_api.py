from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from dangol.operational.marketing.campaigns.services.setting_up import begin
from dangol.operational.marketing.campaigns.tests.house import HTML, draft, people
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def call(client: Client, method: str, path: str, body: Any = None) -> Any:
    return getattr(client, method)(f"/api/v1/campaigns/{path}", json.dumps(body or {}), content_type="application/json")


def test_a_program_writes_begins_watches_and_stops_a_campaign(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.users["admin"])
    campaign = draft(people(12), control_percent=0)
    said = {"language": "en", "subject": "(광고) Beans", "html": HTML}
    assert call(client, "put", f"{campaign.pk}/text", said).json()["state"] == "draft"
    assert call(client, "post", f"{campaign.pk}/schedule").json()["state"] == "scheduled"
    assert begin(campaign.pk)
    found = client.get(f"/api/v1/campaigns/{campaign.pk}/standing").json()
    assert (found["state"], found["members"], found["treated"], found["waiting"]) == ("sending", 12, 12, 12)
    assert call(client, "post", f"{campaign.pk}/move/pause").json()["state"] == "paused"
    assert call(client, "post", f"{campaign.pk}/move/stop").json()["state"] == "stopped"
    answer = call(client, "post", f"{campaign.pk}/move/resume")
    assert answer.status_code == 422
    assert "was stopped" in answer.json()["errors"][0]["detail"]


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00", "9999-12-31T23:59:59", "2020-01-01T00:00:00Z", "nonsense"])
def test_a_wrong_moment_is_refused(cast: Cast, at: str) -> None:
    client = Client()
    client.force_login(cast.users["admin"])
    campaign = draft(people(1))
    assert call(client, "post", f"{campaign.pk}/schedule", {"at": at}).status_code == 422


def test_a_stranger_finds_nothing(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.users["stranger"])
    campaign = draft(people(1), owner=cast.users["owner"].pk)
    assert client.get(f"/api/v1/campaigns/{campaign.pk}/standing").status_code == 404
    for method, path in (("put", "text"), ("post", "schedule"), ("post", "move/pause")):
        body = {"language": "ko"} if path == "text" else None
        assert call(client, method, f"{campaign.pk}/{path}", body).status_code == 404
