"""A campaign's totals for lists, counted from its messages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

COUNT = """
INSERT INTO marketing_campaign_figures AS kept (campaign_id, treated, sent, opened, clicked, counted_at)
SELECT c.id, COALESCE((c.counts ->> 'treated')::integer, 0), n.sent, n.opened, n.clicked, now()
FROM marketing_campaign c CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE state = 'sent') AS sent, count(opened_at) AS opened, count(clicked_at) AS clicked
  FROM channels_message m WHERE m.source = 'campaign' AND m.source_id = c.id
) n WHERE c.id = ANY(%s)
ON CONFLICT (campaign_id) DO UPDATE
SET treated = excluded.treated, sent = excluded.sent, opened = excluded.opened, clicked = excluded.clicked,
    counted_at = excluded.counted_at
WHERE (kept.treated, kept.sent, kept.opened, kept.clicked)
      IS DISTINCT FROM (excluded.treated, excluded.sent, excluded.opened, excluded.clicked)
"""
LIVELY = """
SELECT id FROM marketing_campaign
WHERE set_up_at IS NOT NULL AND (state IN ('sending', 'paused') OR started_at > %s - interval '30 days')
"""


def count_campaigns(campaign_ids: Iterable[int]) -> None:
    """Count the messages of campaigns anew. Derived figures: tells nothing."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [list(campaign_ids)])


def count_campaign(campaign_id: int) -> None:
    """Count the messages of one campaign anew."""
    count_campaigns([campaign_id])


def count_lively_campaigns(now: datetime) -> None:
    """Count those of which something may have come back since."""
    with connection.cursor() as cursor:
        cursor.execute(LIVELY, [now])
        ids = [row[0] for row in cursor.fetchall()]
    if ids:
        count_campaigns(ids)
