"""Sending a campaign to a mail server on the same machine: gate, permits, merge fields, links, MIME, SMTP and marks."""

import cProfile
import os
import pstats
import time
from email.message import EmailMessage
from typing import Any

from benchmarks.house import house
from benchmarks.measured import Measured

PEOPLE = 20_000
PEER = 400
FILL = f"""
INSERT INTO customers_person (name, email, city, country, language)
  SELECT '김지우' || i, 'p' || i || '@bench.test', '서울', 'KR', 'ko' FROM generate_series(1, {PEOPLE}) i;
INSERT INTO consent_record (person_id, purpose_id, channel, state, at, method, is_for_night)
  SELECT id, (SELECT min(id) FROM consent_purpose), 'email', 'given', now() - interval '30 days', 'form', false
  FROM customers_person;
"""
GREETING = (
    '<p>{{ name | "고객" }}님{은/는} 저희 가게의 단골이세요.'
    " {{#if city}}{{ city }} 매장에서 맛보실 수 있어요.{{/if}}</p>"
)
PARAGRAPH = (
    "<p>이번 주에 새로 볶은 원두가 들어왔고, 지난번에 고르신 것과 잘 어울리는 잔도 함께 준비했어요."
    " 매장에 오시면 향을 맡아 보시고 고르실 수 있고, 댁으로도 보내 드려요.</p>"
)
LINKS = 4
HTML = (
    f"<h1>새 원두가 왔어요</h1>{GREETING}"
    + "".join(f'{PARAGRAPH}<p><a href="https://shop.test/beans/{n}">{n}번 원두 보기</a></p>' for n in range(LINKS))
    + "<p>{{ name }}님{을/를} 기다릴게요.</p>"
)


def measure() -> dict[str, Measured]:
    """Fill a database of its own, then send, from the first claim to the last mark."""
    from tests.fast_sink import FastSink

    with house() as owner, FastSink() as sink:
        _set_up(owner, sink)
        profile = cProfile.Profile() if os.environ.get("PROFILE") else None
        if profile:
            profile.enable()
        took = _send()
        if profile:
            profile.disable()
            pstats.Stats(profile).sort_stats(os.environ["PROFILE"]).print_stats(45)
        found = sink.totals()
        _check(found)
        size = _size()
        peer = _peer()
    note = f"{PEOPLE:,} messages of {size:,} bytes, {LINKS} links; Django's own class builds {peer:,.0f}/s of them"
    return {"send_campaign": Measured(PEOPLE / took, note)}


def _set_up(owner: Any, sink: Any) -> None:
    from django.utils import timezone

    from dangol.collaborative.channels.messages.services.contents import keep_content
    from dangol.collaborative.channels.sources import SourceRules, register_source
    from dangol.collaborative.channels.writing.rules.content import Content
    from dangol.core.consent.gate.rules import Asked
    from dangol.core.consent.ledger.models import Purpose
    from dangol.platform.access.actor import Actor
    from dangol.platform.accounts.models import Workspace
    from dangol.platform.mail.models import MailWay

    with owner.cursor() as cursor:
        cursor.execute(FILL)
        cursor.execute("VACUUM ANALYZE")
    Workspace.objects.update_or_create(
        pk=1, defaults={"name": "Bench", "email": "a@bench.test", "phone": "02-1", "address": "Seoul", "country": "KR",
                        "base_url": "https://crm.bench.test"},
    )  # fmt: skip
    MailWay.objects.update_or_create(
        pk=1, defaults={"mode": "smtp", "host": sink.host, "port": sink.port, "security": "none",
                        "from_email": "a@bench.test", "bounce_domain": "bounce.bench.test"},
    )  # fmt: skip
    purpose = Purpose.objects.order_by("pk")[0]
    asked = Asked("email", "advertising", purpose.pk, timezone.now())
    register_source(
        SourceRules(name="bench", standing=lambda pk: "go", asked=lambda pk: asked, on_done=lambda pk: None)
    )
    content = keep_content(
        actor=Actor.system("benchmark"), content=Content("(광고) {{ name }}님께", HTML), message_class="advertising",
        purpose_id=purpose.pk,
    )  # fmt: skip
    with owner.cursor() as cursor:
        cursor.execute(
            "INSERT INTO channels_message (source, source_id, person_id, content_id)"
            " SELECT 'bench', 1, id, %s FROM customers_person",
            [content.pk],
        )
        cursor.execute("VACUUM ANALYZE")


def _send() -> float:
    from dangol.collaborative.channels.messages.services.sending import send_waiting
    from dangol.platform.access.actor import Actor

    actor, start = Actor.system("benchmark"), time.perf_counter()
    while send_waiting(actor=actor, source="bench", source_id=1) is not None:
        pass
    return time.perf_counter() - start


def _check(found: Any) -> None:
    from dangol.collaborative.channels.messages.queries import totals

    rows = totals("bench", 1)
    if (found.messages, found.different, rows.sent, rows.all) != (PEOPLE,) * 4:
        raise AssertionError(f"The totals do not add up: {found}, {rows}")


def _size() -> int:
    return len(_peer_message().as_bytes())


def _peer() -> float:
    """How many of the like Django's own class builds in a second, without sending them."""
    start = time.perf_counter()
    for _ in range(PEER):
        _peer_message().as_bytes()
    return PEER / (time.perf_counter() - start)


def _peer_message() -> EmailMessage:
    from django.core.mail import EmailMultiAlternatives

    headers = {"List-Unsubscribe": "<https://crm.bench.test/u/abc>", "Message-ID": "<a@bench.test>"}
    mail = EmailMultiAlternatives("(광고) 김지우님께", HTML, "a@bench.test", ["p1@bench.test"], headers=headers)
    mail.attach_alternative(f"<!doctype html><html><body>{HTML}</body></html>", "text/html")
    return mail.message()  # type: ignore[return-value]
