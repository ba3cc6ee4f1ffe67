"""Who may listen, and what the database tells of by itself."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from django.db import connections
from django.test import Client

from dangol.core.customers.people.services import create_person
from dangol.platform.db.connections import libpq_parameters
from dangol.platform.realtime.tests.streams import reach
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_only_who_sees_a_record_may_listen_to_it(cast: Cast) -> None:
    kim = create_person(actor=cast.actor("owner"), values={"name": "Kim"})

    def answer(who: str, *topics: str) -> int:
        client = Client()
        if who:
            client.force_login(cast.users[who])
        return client.get("/_live", {"t": list(topics)}).status_code

    assert answer("owner", f"person:{kim.pk}") == 204, "this server cannot stream, and says so at once"
    assert answer("mate", f"person:{kim.pk}") == 204
    assert answer("stranger", f"person:{kim.pk}") == 404
    assert answer("", f"person:{kim.pk}") == 401
    assert answer("owner", f"person:{kim.pk}", "person:999999999") == 404
    assert answer("owner", "user:1") == answer("owner", "nonsense") == answer("owner") == 404
    assert answer("owner", *[f"person:{kim.pk + n}" for n in range(9)]) == 404


def test_an_event_tells_of_its_record_of_the_person_and_of_what_it_hangs_on() -> None:
    event = (
        "INSERT INTO event (id, name, subject, subject_id, about_id, actor_kind, actor_name, reason, source,"
        " request_id, version, changes, payload)"
        " VALUES (gen_random_uuid(), 'test.happened', %s, %s, %s, 'system', '', '', 'test', '', 1, '{}', %s::jsonb)"
    )
    owner: Any = libpq_parameters(connections["owner"].settings_dict)
    with psycopg.connect(**reach("ear"), autocommit=True) as ear, psycopg.connect(**owner) as writer:
        ear.execute("LISTEN dangol_live")
        hung, wrong = '{"object_name": "company", "record_id": 9}', '{"object_name": "x y", "record_id": "1; --"}'
        happened = [
            ("order", 3, 5, "{}"),
            ("person", 5, 5, "{}"),
            ("note", 4, None, hung),
            ("person", None, None, "{}"),
        ]
        for values in [*happened, ("note", 4, None, wrong)]:
            writer.execute(event, values)
        writer.commit()
        told = [notice.payload for notice in ear.notifies(timeout=5, stop_after=5)]
        writer.execute("DELETE FROM event WHERE name = 'test.happened'")
    assert told == ["order 3", "person 5", "note 4", "company 9", "person *"]


def test_a_live_page_asks_the_server_alone(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.admin)
    assert "connect-src 'self'" in client.get("/people").headers["Content-Security-Policy"]
