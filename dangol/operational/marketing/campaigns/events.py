from __future__ import annotations

from dataclasses import dataclass, field

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class CampaignCreated(Event):
    """A draft was begun, new or as a copy."""

    NAME = "campaign.created"
    SUBJECT = "campaign"


@dataclass(frozen=True, kw_only=True)
class CampaignChanged(Event):
    NAME = "campaign.changed"
    SUBJECT = "campaign"


@dataclass(frozen=True, kw_only=True)
class CampaignTrashed(Event):
    NAME = "campaign.trashed"
    SUBJECT = "campaign"


@dataclass(frozen=True, kw_only=True)
class CampaignRestored(Event):
    NAME = "campaign.restored"
    SUBJECT = "campaign"


@dataclass(frozen=True, kw_only=True)
class CampaignWritten(Event):
    """What it says in `language` was saved."""

    NAME = "campaign.written"
    SUBJECT = "campaign"

    language: str = ""


@dataclass(frozen=True, kw_only=True)
class CampaignTested(Event):
    """A test went to the member of staff who asked for it, as `person_id` would have got it."""

    NAME = "campaign.tested"
    SUBJECT = "campaign"

    language: str = ""
    person_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class CampaignScheduled(Event):
    """It is to begin at `starts_at` (ISO 8601)."""

    NAME = "campaign.scheduled"
    SUBJECT = "campaign"

    starts_at: str = ""
    is_now: bool = False


@dataclass(frozen=True, kw_only=True)
class CampaignUnscheduled(Event):
    """It is a draft again; `problem` says why when nobody asked for it (a rule of law that it breaks)."""

    NAME = "campaign.unscheduled"
    SUBJECT = "campaign"

    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class CampaignSetUp(Event):
    """Each member of the segment has a group now: members = treated + control + left_out."""

    NAME = "campaign.set_up"
    SUBJECT = "campaign"

    members: int = 0
    treated: int = 0
    control: int = 0
    left_out: int = 0
    reasons: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class CampaignBottomTierIncluded(Event):
    """The rule that leaves out the bottom tier was set aside; `people` are those who are written to because of it."""

    NAME = "campaign.bottom_tier_included"
    SUBJECT = "campaign"

    people: int = 0


@dataclass(frozen=True, kw_only=True)
class CampaignStarted(Event):
    NAME = "campaign.started"
    SUBJECT = "campaign"


@dataclass(frozen=True, kw_only=True)
class CampaignPaused(Event):
    NAME = "campaign.paused"
    SUBJECT = "campaign"


@dataclass(frozen=True, kw_only=True)
class CampaignResumed(Event):
    NAME = "campaign.resumed"
    SUBJECT = "campaign"


@dataclass(frozen=True, kw_only=True)
class CampaignStopped(Event):
    """It was broken off; `messages` were not sent any more."""

    NAME = "campaign.stopped"
    SUBJECT = "campaign"

    messages: int = 0


@dataclass(frozen=True, kw_only=True)
class CampaignFinished(Event):
    """Nothing is pending any more."""

    NAME = "campaign.finished"
    SUBJECT = "campaign"

    sent: int = 0


@dataclass(frozen=True, kw_only=True)
class CampaignMeasured(Event):
    """The analysis worked out what it brought, up to `as_of`; final when its horizon was over."""

    NAME = "campaign.measured"
    SUBJECT = "campaign"

    as_of: str = ""
    verdict: str = ""
    is_final: bool = False


@dataclass(frozen=True, kw_only=True)
class CampaignResultAsked(Event):
    """Somebody wants the result worked out now."""

    NAME = "campaign.result_asked"
    SUBJECT = "campaign"
