"""Setting up a campaign to a million customers: the gate's answer, the control group and a message for each."""

import time

from benchmarks.house import house
from benchmarks.measured import Measured

PEOPLE = 1_000_000
FILL = f"""
INSERT INTO customers_person (customer_number, name, email, country, language)
  SELECT 'C' || i, 'Kim ' || i, CASE WHEN i % 20 <> 0 THEN 'c' || i || '@bench.test' ELSE '' END,
    'KR', CASE WHEN i % 4 = 0 THEN 'en' ELSE 'ko' END FROM generate_series(1, {PEOPLE}) i;
INSERT INTO consent_record (person_id, purpose_id, channel, state, at, method, is_for_night)
  SELECT id, (SELECT id FROM consent_purpose WHERE code = 'offers'), 'email',
    CASE WHEN id % 50 = 1 THEN 'refused' ELSE 'given' END, now() - interval '30 days', 'form', false
  FROM customers_person WHERE id % 10 <> 3;
INSERT INTO consent_suppression (channel, address, reason, note)
  SELECT 'email', email, 'bounce', '' FROM customers_person WHERE id % 200 = 7;
INSERT INTO segments_customer_tier (person_id, tier, rank, value, value_12m, value_in_window, months, first_order_on,
    last_order_on, order_count, purchase_days, is_slipping, recency, frequency, money, segment)
  SELECT id, CASE WHEN id % 10 < 2 THEN 'top' WHEN id % 10 < 7 THEN 'middle' ELSE 'bottom' END, id,
    (id * 7919) % 1000003, (id * 104729) % 1000003, (id * 7919) % 1000003, array_fill(1.0, ARRAY[12]),
    '2025-01-01', '2026-10-01', 3, 3, false, 3, 3, 3, 'loyal' FROM customers_person WHERE id % 10 <> 9;
INSERT INTO consent_permit (key, person_id, channel, message_class, address, issued_at)
  SELECT 'old:' || n || ':' || id, id, 'email', 'advertising', email, now() - n * interval '5 days'
  FROM customers_person CROSS JOIN generate_series(1, 4) n WHERE id % 40 = 2;
INSERT INTO segments_segment (name, kind) VALUES ('Everyone', 'static');
INSERT INTO segments_membership (segment_id, person_id, entered_at)
  SELECT (SELECT max(id) FROM segments_segment), id, now() FROM customers_person;
"""
HTML = '<p>{{ name | "고객" }}님, 새 원두가 왔어요.</p><p><a href="https://shop.test/beans">보기</a></p>'


def measure() -> dict[str, Measured]:
    """Fill a database of its own, then set one campaign up, from the call to the commit."""
    with house() as owner:
        with owner.cursor() as cursor:
            cursor.execute(FILL)
            cursor.execute("VACUUM ANALYZE")
        campaign_id = _scheduled()
        took = _set_up(campaign_id)
        with owner.cursor() as cursor:
            return {"campaign_setup": Measured(took, _note(cursor, campaign_id))}


def _scheduled() -> int:
    from dangol.core.consent.ledger.models import Purpose
    from dangol.operational.marketing.campaigns.services.moves import schedule
    from dangol.operational.marketing.campaigns.services.records import create_campaign, save_text
    from dangol.platform.access.actor import Actor
    from dangol.platform.accounts.models import Workspace

    Workspace.objects.update_or_create(
        pk=1, defaults={"name": "Bench", "email": "a@bench.test", "phone": "02-1", "address": "Seoul", "country": "KR"}
    )
    system = Actor.system("benchmark")
    values = {
        "name": "Everyone", "segment": 1, "message_class": "advertising", "language": "ko",
        "purpose": Purpose.objects.get(code="offers").pk,
    }  # fmt: skip
    campaign = create_campaign(actor=system, values=values)
    for language in ("ko", "en"):
        save_text(actor=system, campaign_id=campaign.pk, language=language, subject="(광고) 가을 원두", html=HTML)
    schedule(actor=system, campaign_id=campaign.pk)
    return int(campaign.pk)


def _set_up(campaign_id: int) -> float:
    from dangol.operational.marketing.campaigns.services.setting_up import set_up
    from dangol.platform.access.actor import Actor

    start = time.perf_counter()
    assert set_up(actor=Actor.system("benchmark"), campaign_id=campaign_id)
    return time.perf_counter() - start


def _note(cursor: object, campaign_id: int) -> str:
    from dangol.operational.marketing.campaigns.models import Campaign

    counts = Campaign.objects.for_system("benchmark").get(pk=campaign_id).counts
    cursor.execute("SELECT count(*) FROM channels_message")  # type: ignore[attr-defined]
    messages = cursor.fetchone()[0]  # type: ignore[attr-defined]
    if counts["members"] != PEOPLE or counts["treated"] != messages:
        raise AssertionError(f"The totals do not add up: {counts}, {messages} messages")
    left_out = ", ".join(f"{reason} {n:,}" for reason, n in counts["reasons"].items())
    return f"{counts['treated']:,} treated, {counts['control']:,} control; left out: {left_out}"
