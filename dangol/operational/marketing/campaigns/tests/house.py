"""A small shop for tests of campaigns: people with and without consent, a segment, a draft that may be sent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from dangol.analytical.segments.definitions.models import Segment
from dangol.analytical.segments.members.models import Membership
from dangol.core.consent.ledger.models import ConsentRecord, Purpose
from dangol.core.customers.people.models import Person
from dangol.operational.marketing.campaigns.models import Campaign
from dangol.operational.marketing.campaigns.services.records import change_campaign, create_campaign, save_text
from dangol.platform.access.actor import Actor
from dangol.platform.accounts.models import Workspace

SYSTEM = Actor.system("test")
HTML = '<p>{{ name | "고객" }}님, 새 원두가 왔어요.</p><p><a href="https://shop.test/beans">보기</a></p>'


def firm() -> None:
    """The company profile that the law asks for in a message."""
    Workspace.objects.update_or_create(
        pk=1,
        defaults={
            "name": "화로 커피", "email": "hello@hwaro.test", "phone": "02-123-4567", "address": "서울시 종로구 1",
            "registration_number": "123-45-67890",
        },
    )  # fmt: skip


def offers() -> Purpose:
    found = Purpose.objects.filter(is_active=True).first()
    assert found is not None
    return found


def people(count: int, *, consented: bool = True, prefix: str = "p", **more: Any) -> list[Person]:
    """Customers with an address; given consent to e-mail unless told otherwise."""
    made = Person.plain.bulk_create(
        [Person(name=f"고객{prefix}{n}", **{"email": f"{prefix}{n}@example.org", **more}) for n in range(count)]
    )
    if consented:
        at = timezone.now() - timedelta(days=30)
        ConsentRecord.plain.bulk_create(
            [ConsentRecord(person=p, purpose=offers(), channel="email", state="given", at=at, method="form")
             for p in made]
        )  # fmt: skip
    return made


def segment_of(members: list[Person], name: str = "Everyone") -> Segment:
    found = Segment.plain.create(name=name, kind="static")
    now = timezone.now()
    Membership.plain.bulk_create([Membership(segment=found, person=p, entered_at=now) for p in members])
    return found


def draft(members: list[Person], actor: Actor = SYSTEM, **values: Any) -> Campaign:
    """A draft in Korean that may be scheduled."""
    firm()
    made = create_campaign(actor=actor, values={"name": "Autumn", "segment": segment_of(members).pk})
    given = {"message_class": "advertising", "purpose": offers().pk, "language": "ko", **values}
    change_campaign(actor=actor, record_id=made.pk, values=given)
    save_text(actor=actor, campaign_id=made.pk, language="ko", subject="(광고) 가을 원두", html=HTML)
    made.refresh_from_db()
    return made
