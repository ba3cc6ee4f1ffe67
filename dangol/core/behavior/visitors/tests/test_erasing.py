from __future__ import annotations

import pytest
from django.db import connection

from dangol.core.behavior.stream.services.partitions import ensure_months
from dangol.core.behavior.visitors.models import Visitor
from dangol.core.behavior.visitors.services.erasing import count_events, erase_events, events_to_hand_over
from dangol.core.behavior.visitors.tests.telling import a_source, minutes, told, work_off
from dangol.core.customers.people.services import create_person
from dangol.platform.access.actor import Actor
from dangol.platform.objects.holders import Subject

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_events_of_a_persons_visitors_are_handed_over_and_erased_and_no_others(system: Actor) -> None:
    person = create_person(actor=system, values={"name": "Minji", "customer_number": "C1"})
    source = a_source(believes="everything")
    events = work_off(told(source, minutes(0), user_id="C1"), told(source, minutes(0), device="other"))
    ensure_months({"2026_11"})
    with connection.cursor() as cursor:
        for event in events:
            cursor.execute(
                "INSERT INTO behavior_event (id, at, received_at, source_id, visitor_id, kind, name, message_id, path,"
                " title, referrer, properties, context) VALUES (%s, %s, now(), %s, %s, 'page', '', '', '/p', '', '',"
                " '{}', '{}')",
                [event.id, event.at, source.pk, event.visitor_id],
            )
    subject = Subject(person.pk)
    assert count_events(subject) == 1
    [part] = events_to_hand_over(subject)
    assert [row["path"] for row in part.rows or []] == ["/p"]
    assert (erase_events(subject), count_events(subject)) == (1, 0)
    stranger = Visitor.objects.for_system("test").get(anonymous_id="other")
    with connection.cursor() as cursor:
        cursor.execute("SELECT visitor_id FROM behavior_event")
        assert cursor.fetchall() == [(stranger.pk,)]
