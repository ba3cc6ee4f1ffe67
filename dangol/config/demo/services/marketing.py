"""Storing what the invented company allowed us, sent and heard back: consent, segments, campaigns, answers."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from dangol.analytical.experiments.assignment.queries import global_control
from dangol.analytical.experiments.assignment.rules import DEFAULT_GLOBAL_PERCENT
from dangol.analytical.experiments.assignment.services import set_global_control
from dangol.analytical.segments.definitions.models import Segment
from dangol.analytical.segments.definitions.services import SEGMENTS
from dangol.collaborative.channels.messages.models import Content, Message, Touch
from dangol.collaborative.channels.writing import queries as writing
from dangol.collaborative.channels.writing.rules.compiling import compile_content
from dangol.collaborative.channels.writing.rules.content import Content as Draft
from dangol.config.demo.generator.answers import Answer, sent_at_place
from dangol.config.demo.generator.campaigns import HORIZON_DAYS, PastCampaign
from dangol.config.demo.generator.invent import COUNTRY, DemoCompany
from dangol.config.demo.generator.letters import LETTERS
from dangol.config.demo.generator.segments import RULES
from dangol.config.demo.generator.words import Language
from dangol.config.demo.services.copying import copy_rows, take_ids
from dangol.core.consent.gate.models import PermitRecord
from dangol.core.consent.ledger.models import ConsentRecord, Purpose, Wording
from dangol.core.consent.suppressions.models import Suppression
from dangol.operational.marketing.campaigns.models import Campaign, Recipient, Text
from dangol.operational.marketing.campaigns.rules.totals import Totals, add_up
from dangol.operational.marketing.campaigns.services.counting import count_campaigns
from dangol.operational.marketing.campaigns.services.records import CAMPAIGNS
from dangol.platform.access.actor import Actor
from dangol.platform.search.services import remember_many

WHY = "demo company"
MARKETER = "marketing.ko@hwaro.test"
LANGUAGES: tuple[Language, ...] = ("ko", "en")


def store_marketing(company: DemoCompany, people: list[int], staff: dict[str, int]) -> None:
    """Store the ledger, segments and campaigns; `people` are the customers' keys by place, `staff` keys by e-mail."""
    if global_control().set_at is None:
        set_global_control(actor=Actor.system(WHY), percent=DEFAULT_GLOBAL_PERCENT)
    purposes = dict(Purpose.objects.values_list("code", "pk"))
    _store_consents(company, people, purposes)
    _store_suppressions(company)
    segments = _store_segments(company, staff)
    campaigns = [
        _Sender(company, people, staff, purposes).store(campaign, segments[campaign.plan.key])
        for campaign in company.campaigns
    ]
    draft = _store_draft(company, staff, purposes, segments["draft"])
    count_campaigns(campaigns)
    _index(list(segments.values()), [*campaigns, draft])


def _index(segments: list[int], campaigns: list[int]) -> None:
    """Make segments and campaigns findable, in the same words as those written by hand."""
    for writer, keys in ((SEGMENTS, segments), (CAMPAIGNS, campaigns)):
        records = writer.model.objects.for_system(WHY).filter(pk__in=keys)
        remember_many(writer.name, ((record.pk, *writer.search(record)) for record in records))


def _store_consents(company: DemoCompany, people: list[int], purposes: dict[str, int]) -> None:
    wordings = {(w.purpose_id, w.language): w.pk for w in Wording.objects.order_by("version")}
    rows = (
        (people[r.person], purposes[r.purpose], r.channel, r.state, r.at, r.method,
         wordings.get((purposes[r.purpose], "ko" if company.people[r.person].language == "ko" else "en")),
         json.dumps(r.evidence), r.at)
        for r in company.consents
    )  # fmt: skip
    columns = ("person_id", "purpose_id", "channel", "state", "at", "method", "wording_id", "evidence", "recorded_at")
    copy_rows(ConsentRecord, columns, rows)


def _store_suppressions(company: DemoCompany) -> None:
    bounced = {
        company.people[a.person].email: a.at
        for campaign in company.campaigns
        for a in campaign.answers
        if a.kind == "bounce"
    }
    Suppression.objects.for_system(WHY).bulk_create(
        [Suppression(address=address, reason="bounce", added_at=at) for address, at in bounced.items()],
        ignore_conflicts=True,
    )


def _store_segments(company: DemoCompany, staff: dict[str, int]) -> dict[str, int]:
    names = {key: letter.segment.told(company.language) for key, letter in LETTERS.items()}
    ids = take_ids(Segment, len(RULES))
    owner = staff.get(MARKETER)
    rows = (
        (key, True, names.get(rule.key) or rule.name.told(company.language), json.dumps(rule.filter), owner)
        for key, rule in zip(ids, RULES, strict=True)
    )
    copy_rows(Segment, ("id", "is_demo", "name", "filter", "owner_id"), rows)
    return {rule.key: key for key, rule in zip(ids, RULES, strict=True)}


def _campaign(company: DemoCompany, key: str, purpose: int, segment: int, staff: dict[str, int]) -> dict[str, Any]:
    return {
        "name": LETTERS[key].name.told(company.language),
        "segment_id": segment,
        "purpose_id": purpose,
        "language": "ko",
        "from_name": company.name,
        "horizon_days": HORIZON_DAYS,
        "owner_id": staff.get(MARKETER),
        "is_demo": True,
    }


def _store_draft(company: DemoCompany, staff: dict[str, int], purposes: dict[str, int], segment: int) -> int:
    campaign = Campaign(**_campaign(company, "draft", purposes["offers"], segment, staff))
    Campaign.objects.for_system(WHY).bulk_create([campaign])
    Text.objects.for_system(WHY).bulk_create(
        [Text(campaign_id=campaign.pk, language=lang, **_words("draft", lang)) for lang in LANGUAGES]
    )
    return int(campaign.pk)


def _words(key: str, language: Language) -> dict[str, str]:
    letter = LETTERS[key]
    return {part: getattr(letter, part).told(language) for part in ("subject", "preheader", "html")}


class _Sender:
    """Stores one campaign with its recipients, messages and what came back."""

    def __init__(
        self, company: DemoCompany, people: list[int], staff: dict[str, int], purposes: dict[str, int]
    ) -> None:
        self.company, self.people, self.staff, self.purposes = company, people, staff, purposes

    def store(self, past: PastCampaign, segment: int) -> int:
        """Store it as finished; returns its key."""
        plan = past.plan
        campaign = Campaign(
            **_campaign(self.company, plan.key, self.purposes[plan.purpose], segment, self.staff),
            programme=past.programme,
            control_percent=plan.control_percent,
            least_that_matters=plan.least_that_matters,
            state=Campaign.State.FINISHED,
            starts_at=past.begun_at,
            set_up_at=past.begun_at,
            started_at=past.begun_at,
            ended_at=sent_at_place(past.begun_at, len(past.treated)),
            counts={**_totals(past).as_event(), "overridden": 0},
        )
        Campaign.objects.for_system(WHY).bulk_create([campaign])
        contents = {language: self._content(campaign, language, past.begun_at) for language in LANGUAGES}
        self._recipients(campaign, past)
        messages = self._messages(campaign, past, contents)
        self._touches(past, messages)
        return int(campaign.pk)

    def _content(self, campaign: Campaign, language: Language, begun_at: datetime) -> int:
        words = _words(self._key(campaign), language)
        links = compile_content(
            Draft(**words, language=language), fields=writing.merge_fields(), sender=writing.sender(),
            message_class="advertising", country=COUNTRY,
        ).links  # fmt: skip
        content = Content(
            message_class="advertising", purpose_id=campaign.purpose_id, language=language, is_template=True,
            links=[link.url for link in links], from_name=campaign.from_name, created_by_id=campaign.owner_id,
            created_at=begun_at, **words,
        )  # fmt: skip
        Content.objects.for_system(WHY).bulk_create([content])
        Text.objects.for_system(WHY).bulk_create(
            [Text(campaign_id=campaign.pk, language=language, content_id=content.pk, **words)]
        )
        return int(content.pk)

    def _key(self, campaign: Campaign) -> str:
        return next(past.plan.key for past in self.company.campaigns if past.programme == campaign.programme)

    def _recipients(self, campaign: Campaign, past: PastCampaign) -> None:
        columns = ("campaign_id", "person_id", "group", "reason", "tier", "decided_at")
        copy_rows(
            Recipient,
            columns,
            ((campaign.pk, self.people[d.person], d.group, d.reason, d.tier, past.begun_at) for d in past.decisions),
        )

    def _messages(self, campaign: Campaign, past: PastCampaign, contents: dict[Language, int]) -> dict[int, int]:
        places = past.treated
        ids = dict(zip(places, take_ids(Message, len(places)), strict=True))
        copy_rows(Message, MESSAGE_COLUMNS, self._message_rows(campaign, past, ids, contents))
        permits = (
            (f"campaign:{campaign.pk}:{self.people[p]}", self.people[p], "email", "advertising", campaign.purpose_id,
             self.company.people[p].email, past.begun_at)
            for p in places
        )  # fmt: skip
        columns = ("key", "person_id", "channel", "message_class", "purpose_id", "address", "issued_at")
        copy_rows(PermitRecord, columns, permits)
        return ids

    def _message_rows(
        self, campaign: Campaign, past: PastCampaign, ids: dict[int, int], contents: dict[Language, int]
    ) -> Iterator[tuple[Any, ...]]:
        answers: dict[int, list[Answer]] = {}
        for answer in past.answers:
            answers.setdefault(answer.person, []).append(answer)
        for i, (place, key) in enumerate(ids.items()):
            person = self.company.people[place]
            sent_at = sent_at_place(past.begun_at, i)
            content = contents["ko" if person.language in ("ko", "") else "en"]
            yield (key, "campaign", campaign.pk, self.people[place], content, person.email, "sent", 1, sent_at,
                   *_came_back(answers.get(place, [])))  # fmt: skip

    def _touches(self, past: PastCampaign, messages: dict[int, int]) -> None:
        copy_rows(
            Touch,
            ("message_id", "kind", "at", "link", "is_machine", "machine_sign"),
            ((messages[a.person], a.kind, a.at, a.link, a.is_machine, a.sign) for a in past.answers),
        )


MESSAGE_COLUMNS = (
    "id", "source", "source_id", "person_id", "content_id", "address", "state", "attempts", "sent_at", "opened_at",
    "clicked_at", "bounced_at", "unsubscribed_at", "open_count", "click_count", "machine_open_count",
    "machine_click_count",
)  # fmt: skip


def _totals(past: PastCampaign) -> Totals:
    counted = Counter((d.group, d.reason) for d in past.decisions)
    return add_up(len(past.decisions), ((group, reason, n) for (group, reason), n in counted.items()))


def _came_back(answers: list[Answer]) -> tuple[Any, ...]:
    def first(kind: str) -> datetime | None:
        return min((a.at for a in answers if a.kind == kind and not a.is_machine), default=None)

    def count(kind: str, is_machine: bool) -> int:
        return sum(1 for a in answers if a.kind == kind and a.is_machine is is_machine)

    return (
        first("open"), first("click"), first("bounce"), first("unsubscribe"),
        count("open", False), count("click", False), count("open", True), count("click", True),
    )  # fmt: skip
