"""Storing what the invented customers did in the web shop: through the steps that real events go through."""

from __future__ import annotations

import json
from typing import Any

from django.db import connection
from django.utils import timezone

from dangol.config.demo.generator.invent import NAME, SEED, DemoCompany
from dangol.config.demo.generator.visits import SITE, Deed, invent_visits
from dangol.config.demo.services.clearing import clear, collect, run
from dangol.core.behavior.sources.models import Source
from dangol.core.behavior.sources.services import create_source
from dangol.core.behavior.stream.rules.clock import month_of
from dangol.core.behavior.stream.services.partitions import ensure_months
from dangol.core.behavior.stream.services.writing import number, write_events
from dangol.core.behavior.stream.steps import Batch, StreamEvent, steps_after, steps_before
from dangol.core.behavior.visitors.models import Trust
from dangol.platform.access.actor import Actor

WHY = "demo company"


def store_visits(company: DemoCompany) -> None:
    """Store the shop as a source, with what happened there."""
    deeds = invent_visits(company.people, company.products, company.book, company.today, company.language, SEED)
    if not deeds:
        return
    ensure_months({month_of(deed.at) for deed in deeds})
    name = NAME.told(company.language)
    source = create_source(actor=Actor.system(WHY), values={"name": name, "kind": "web", "allowed_origins": [SITE]})
    trust = Trust(source_id=source.pk, believes=Trust.Believes.EVERYTHING)
    trust.save()
    batch = Batch([_event(source.pk, deed, company) for deed in deeds])
    with connection.cursor() as cursor:
        number(cursor, batch.events)
        for step in steps_before():
            step(batch, cursor)
        write_events(cursor, batch.events)
        for step in steps_after():
            step(batch, cursor)
    trust.believes = Trust.Believes.SIGNED  # the invented events are in; what comes by the key is judged as usual
    trust.save()


def forget_visits() -> None:
    """Take the demo shop's source with everything that came from it."""
    sources = collect("event_source", 'SELECT id FROM behavior_source WHERE allowed_origins @> %s::jsonb',
                      json.dumps([SITE]))  # fmt: skip
    run(f"DELETE FROM behavior_event WHERE source_id IN (SELECT id FROM {sources})")
    run(f"DELETE FROM behavior_inbox WHERE source_id IN (SELECT id FROM {sources})")
    run(f"DELETE FROM behavior_aside WHERE source_id IN (SELECT id FROM {sources})")
    clear(Source, sources)


def _event(source_id: int, deed: Deed, company: DemoCompany) -> StreamEvent:
    person = company.people[deed.customer]
    context: dict[str, Any] = {"userAgent": deed.agent, "page": {"path": deed.path, "url": f"{SITE}{deed.path}"}}
    if deed.campaign:
        context["campaign"] = deed.campaign
    return StreamEvent(
        id=0, source_id=source_id, kind=deed.kind, name=deed.name, at=deed.at, received_at=timezone.now(),
        anonymous_id=f"demo-{deed.customer}", user_id=person.customer_number, properties=deed.properties,
        context=context, url=f"{SITE}{deed.path}", path=deed.path, title=deed.title, referrer=deed.referrer,
        agent=deed.agent, kept=(_json(deed.properties), _json(context)),
    )  # fmt: skip


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
