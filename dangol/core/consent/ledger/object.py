"""Consent on a person's page: what holds now, how it came to be, and a form for what she told staff."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from dangol.core.consent.ledger.models import Channel, ConsentRecord, Method, Purpose, State
from dangol.core.consent.ledger.queries import history_of, purposes_beside, purposes_by_id, versions_of
from dangol.platform.access.actor import Actor
from dangol.platform.accounts.roles.registry import Right, register_right
from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.objects.beside import has, once, register_presence
from dangol.platform.objects.registry import (
    StoryItem,
    StoryKind,
    object_type,
    register_kind,
    register_panel,
    register_story,
)
from dangol.platform.objects.types import Panel
from dangol.platform.objects.veil import veiled
from dangol.platform.ui.navigation import item, register, register_command

NEEDS = ("change", "workspace")
SHOWN_LINES, READ_LINES = 40, 200
TONES = {State.GIVEN: "good", State.REFUSED: "bad", State.WITHDRAWN: "warn"}
STAFF_METHODS = (Method.STAFF, Method.PAPER, Method.FORM)
ADDRESS_OF = {"email": "email", "sms": "phone", "kakao": "phone", "phone": "phone", "post": "address"}


@dataclass(frozen=True)
class Line:
    """A line of the ledger as the page shows it."""

    record: ConsentRecord
    purpose: Purpose
    version: int | None

    @property
    def what(self) -> str:
        """What was said, in words: Allowed “Offers” by E-mail."""
        sentence = {
            State.GIVEN: translate("Allowed “%(purpose)s” by %(channel)s"),
            State.REFUSED: translate("Refused “%(purpose)s” by %(channel)s"),
            State.WITHDRAWN: translate("Withdrew “%(purpose)s” by %(channel)s"),
        }[State(self.record.state)]
        return sentence % {"purpose": self.purpose, "channel": self.channel}

    @property
    def channel(self) -> str:
        """Where; with the night, where it is about the night."""
        label = str(self.record.get_channel_display())
        return translate("%(channel)s at night") % {"channel": label} if self.record.is_for_night else label

    @property
    def how(self) -> str:
        """How it came to us, and under which words: form, wording 2."""
        method = str(self.record.get_method_display())
        if self.version is None:
            return method
        return translate("%(method)s, wording %(version)s") % {"method": method, "version": self.version}

    @property
    def tone(self) -> str:
        """The colour of its pill."""
        return TONES[State(self.record.state)]

    @property
    def note(self) -> str:
        """What staff wrote beside it."""
        return str(self.record.evidence.get("note", ""))


@dataclass(frozen=True)
class Standing:
    """One purpose of the panel: what was said by channel, and where she was never asked though we could reach her."""

    purpose: Purpose
    said: list[Line]
    unasked: str


def lines(
    actor: Actor, person_id: int, before: datetime | None = None, limit: int = READ_LINES,
    known: Mapping[int, Purpose] | None = None,
) -> list[Line]:  # fmt: skip
    """The lines of a person's ledger in words, newest first; `known` are the purposes where they were read already."""
    records = history_of(actor, person_id, before=before, limit=limit)
    if not records:
        return []
    purposes, versions = known or purposes_by_id(), versions_of(records)
    return [Line(r, purposes[r.purpose_id], versions.get(r.wording_id or 0)) for r in records]


def lines_of(actor: Actor, person: Any) -> list[Line]:
    """The newest lines of a person in hand; panel and story share the answer."""
    if not has(person, "consent"):
        return []
    return once(person, ("consent", actor.user_id), lambda: lines(actor, person.pk, known=purposes_beside(person)))


def consent_panel(actor: Actor, person: Any) -> Mapping[str, Any] | None:
    """What the person allowed, by purpose and channel; None for who may not see consent."""
    if not actor.may("see", ConsentRecord.access_name):
        return None
    told, known = lines_of(actor, person), purposes_beside(person)
    person = veiled(object_type("person"), person)
    now: dict[tuple[int, str, bool], Line] = {}
    for line in told:
        now.setdefault((line.record.purpose_id, line.record.channel, line.record.is_for_night), line)
    purposes = [p for p in known.values() if p.is_active or any(key[0] == p.pk for key in now)]
    return {
        "standings": [_standing(purpose, person, now) for purpose in purposes],
        "lines": told[:SHOWN_LINES],
        "more": len(told) - SHOWN_LINES,
        "form": form_context(known) if actor.may("create", ConsentRecord.access_name) else None,
    }


def form_context(known: Mapping[int, Purpose] | None = None) -> dict[str, Any]:
    """What the form for one more line offers; `known` are the purposes where they were read already."""
    return {
        "purposes": [p for p in (known or purposes_by_id()).values() if p.is_active],
        "channels": Channel.choices,
        "states": State.choices,
        "methods": [(m.value, m.label) for m in STAFF_METHODS],
        "now": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
    }


def consent_story(actor: Actor, person: Any, before: datetime | None, limit: int) -> Sequence[StoryItem]:
    """A person's ledger for the timeline."""
    if not actor.may("see", ConsentRecord.access_name):
        return []
    return [
        StoryItem(
            at=line.record.at,
            key=f"consent-{line.record.pk}",
            icon="circle-check" if line.record.state == State.GIVEN else "circle-off",
            title=line.what,
            url="#panel-consent",
            group="consent",
            template="consent/ledger/story.html",
            data={"line": line},
        )
        for line in _newest(actor, person, before, limit)
    ]


def _newest(actor: Actor, person: Any, before: datetime | None, limit: int) -> list[Line]:
    """Lines before a moment; those of the first page are what the panel read too."""
    if before is None and limit <= READ_LINES:
        return lines_of(actor, person)[:limit]
    return lines(actor, person.pk, before, limit)


def _standing(purpose: Purpose, person: Any, now: Mapping[tuple[int, str, bool], Line]) -> Standing:
    said = [
        now[purpose.pk, channel, night] for channel in Channel.values for night in (False, True)
        if (purpose.pk, channel, night) in now
    ]  # fmt: skip
    unasked = [
        str(label) for channel, label in Channel.choices
        if getattr(person, ADDRESS_OF[channel]) and (purpose.pk, channel, False) not in now
    ]  # fmt: skip
    return Standing(purpose, said, ", ".join(unasked))


register_panel("person", Panel("consent", _("Consent"), "consent/ledger/panel.html", consent_panel, order=60))
register_kind(
    StoryKind(
        "consent", _("Consent"), "circle-check", order=50, needs=ConsentRecord.access_name, fold_from=4,
        many=ngettext_lazy("%(count)s word on consent", "%(count)s words on consent", "count"),
    )
)  # fmt: skip
register_story("person", consent_story, kinds=["consent"])
register_presence("person", "consent", ConsentRecord, "person_id")
register_title("consent.recorded", EventTitle(_("Consent recorded"), "circle-check"))
register_title("consent.recorded_many", EventTitle(_("Consents recorded"), "circle-check"))
register_title("wording.added", EventTitle(_("Wording of consent added"), "writing"))
register_title("purpose.changed", EventTitle(_("Purpose changed"), "target"))
register("setup", item("purposes", _("Purposes of consent"), "target", "ledger:purposes", 40,
                       is_open=lambda viewer: viewer.may(*NEEDS)))  # fmt: skip
register_command(_("Purposes of consent"), "/setup/purposes", "target", _("consent wording advertising"), NEEDS)
register_right(Right("consent", _("Consent"), ("see", "create"), order=110))
