"""What the tests of sending share: people who may be written to, a source of their own, and a way out to a sink."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.db import connection
from django.utils import timezone

from dangol.collaborative.channels import sources
from dangol.collaborative.channels.messages.models import Content
from dangol.collaborative.channels.messages.services.contents import keep_content
from dangol.collaborative.channels.sources import SourceName, SourceRules, register_source
from dangol.collaborative.channels.writing.rules.content import Content as Written
from dangol.core.consent.gate.rules import Asked
from dangol.core.consent.ledger.models import Purpose
from dangol.platform.access.actor import Actor
from dangol.platform.mail.models import MailWay

SYSTEM = Actor.system("test")
SOURCE = "test"
HTML = (
    '<p>{{ name | "고객" }}님{은/는} 단골이에요.</p>'
    '<p><a href="https://shop.example/spring">봄</a> <a href="https://shop.example/summer">여름</a></p>'
)


class Campaign:
    """A source whose standing the test decides."""

    def __init__(self, message_class: str = "advertising", purpose_id: int | None = None) -> None:
        self.standing: Any = "go"
        self.message_class, self.purpose_id = message_class, purpose_id
        self.done: list[int] = []
        self.per_second: int | None = None
        self.standing_of: Callable[[int], Any] = lambda source_id: self.standing

    def register(self, **more: Any) -> Campaign:
        sources._SOURCES.pop(SOURCE, None)
        register_source(
            SourceRules(
                name=SOURCE,
                standing=lambda source_id: self.standing_of(source_id),
                asked=lambda source_id: Asked(
                    "email", self.message_class, self.purpose_id, timezone.now(), frozenset({"capped", "bottom_tier"})
                ),
                on_done=self.done.append,
                names=_names,
                per_second=lambda source_id: self.per_second,
                **more,
            )
        )
        return self


def _names(actor: Actor, ids: Collection[int]) -> Mapping[int, SourceName]:
    return {pk: SourceName(f"Test {pk}", f"/test/{pk}") for pk in ids}


def purpose() -> Purpose:
    return Purpose.objects.order_by("pk")[0]


def add_people(count: int, *, consent: str = "given") -> list[int]:
    """People who said `consent` ("" for never asked) to the first purpose by e-mail; two statements."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO customers_person (name, email, country, language)"
            " SELECT '지우' || n, 'p' || n || '@shop.test', 'KR', 'ko' FROM generate_series(1, %s) n RETURNING id",
            [count],
        )
        ids = [row[0] for row in cursor.fetchall()]
        if consent:
            cursor.execute(
                "INSERT INTO consent_record (person_id, purpose_id, channel, is_for_night, state, at, method, evidence)"
                " SELECT p, %s, 'email', false, %s, now() - interval '1 day', 'form', '{}' FROM unnest(%s::bigint[]) p",
                [purpose().pk, consent, ids],
            )
    return ids


def content(**more: Any) -> Content:
    written = {"subject": "{{ name }}님께", "html": HTML, **more.pop("written", {})}
    values = {"message_class": "advertising", "purpose_id": purpose().pk, **more}
    return keep_content(actor=SYSTEM, content=Written(**written), **values)


def let_wait(people: list[int], content_id: int, source_id: int = 1) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO channels_message (source, source_id, person_id, content_id)"
            " SELECT %s, %s, p, %s FROM unnest(%s::bigint[]) p",
            [SOURCE, source_id, content_id, people],
        )


def house() -> None:
    """A firm with all that the law asks to be said of it, and a way out."""
    from dangol.platform.accounts.queries import workspace

    ours = workspace()
    ours.name, ours.email, ours.phone, ours.address = (
        "단골가게",
        "hi@shop.test",
        "02-123-4567",
        "서울시 중구 세종대로 1",
    )
    ours.base_url = "https://crm.shop.test"
    ours.save()
    MailWay.objects.update_or_create(
        pk=1, defaults={"from_name": "단골가게", "from_email": "hi@shop.test", "bounce_domain": "bounce.shop.test"}
    )


def way_to(sink: Any) -> None:
    house()
    MailWay.objects.filter(pk=1).update(mode="smtp", host=sink.host, port=sink.port, security="none")
