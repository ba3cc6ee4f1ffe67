"""What a campaign still lacks before it may be scheduled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from dangol.collaborative.channels.writing import queries as writing
from dangol.collaborative.channels.writing.rules.content import Content, Finding
from dangol.collaborative.channels.writing.rules.linting import lint
from dangol.operational.marketing.campaigns.models import Campaign
from dangol.operational.marketing.campaigns.queries.campaigns import content_of, segment_of, texts_of
from dangol.platform.access.actor import Actor
from dangol.platform.objects.cells import language_names


@dataclass(frozen=True)
class Problem:
    """Something missing or wrong. `code` names it for good, `sentence` is for people, `place` the step of the page."""

    code: str
    sentence: str
    place: str


def problems(actor: Actor, campaign: Campaign) -> list[Problem]:
    """Everything that stops the campaign from being scheduled, in the order of the page's steps."""
    return [*_of_people(actor, campaign), *_of_class(campaign), *_of_texts(campaign)]


def _of_people(actor: Actor, campaign: Campaign) -> list[Problem]:
    if campaign.segment_id is None:
        return [Problem("no_segment", _("Choose to whom it goes."), "whom")]
    segment = segment_of(actor, campaign)
    if segment is None or segment.deleted_at is not None:
        return [Problem("segment_gone", _("The segment is in the trash, or you may not see it."), "whom")]
    return []


def _of_class(campaign: Campaign) -> list[Problem]:
    if not campaign.message_class:
        return [Problem("no_class", _("Say whether this is advertising or information the customer needs."), "class")]
    if campaign.message_class == Campaign.MessageClass.ADVERTISING and campaign.purpose_id is None:
        return [
            Problem("no_purpose", _("Advertising needs a purpose: customers said yes to each on its own."), "class")
        ]
    return []


def _of_texts(campaign: Campaign) -> list[Problem]:
    texts = texts_of(campaign)
    found = []
    if campaign.language not in texts:
        sentence = _("Write the message in %(language)s, the language of this campaign.")
        found.append(Problem("no_text", sentence % {"language": language_name(campaign.language)}, "what"))
    for language, text in texts.items():
        for finding in errors_in(findings(content_of(text, language), campaign.message_class)):
            found.append(Problem(finding.code, f"{language_name(language)}: {writing.told(finding.sentence)}", "what"))
    return found


def language_name(code: str) -> str:
    """A language in the words of the reader."""
    return language_names().get(code, code)


def findings(content: Content, message_class: str) -> list[Finding]:
    """What the checks of law and craft say of a text."""
    return lint(
        content,
        writing.sender(),
        message_class or Campaign.MessageClass.ADVERTISING,
        writing.home_country(),
        fields=writing.merge_fields(),
    )


def errors_in(found: Sequence[Finding]) -> list[Finding]:
    """Those with which nothing may be sent."""
    return [finding for finding in found if finding.level == "error"]
