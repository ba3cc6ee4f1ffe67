"""Campaigns as an object: list, rights, REST; and what they hang into timelines, lists and the sending of messages."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from dangol.collaborative.channels.sources import SourceRules, register_source
from dangol.collaborative.channels.writing import queries as writing
from dangol.core.consent.ledger.queries import active_purposes
from dangol.operational.marketing.campaigns.models import Campaign, CampaignFigures, Recipient
from dangol.operational.marketing.campaigns.queries import campaigns as queries
from dangol.operational.marketing.campaigns.queries.building import previewed
from dangol.operational.marketing.campaigns.queries.people import FIELD, people_behind
from dangol.operational.marketing.campaigns.queries.stories import campaign_story, segment_panel
from dangol.operational.marketing.campaigns.queries.verdicts import LABELS
from dangol.operational.marketing.campaigns.services import records
from dangol.operational.marketing.campaigns.services.moves import finish_if_done
from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.objects.beside import register_presence
from dangol.platform.objects.registry import (
    StoryKind,
    register,
    register_filter,
    register_kind,
    register_panel,
    register_score,
    register_story,
)
from dangol.platform.objects.types import Field, ObjectType, Panel, Score, View, fields_of


def _purposes() -> list[tuple[int, str]]:
    return [(purpose.pk, str(purpose)) for purpose in active_purposes()]


CAMPAIGN = register(
    ObjectType(
        name="campaign",
        model=Campaign,
        label=_("Campaign"),
        plural=_("Campaigns"),
        slug="campaigns",
        icon="speakerphone",
        section="marketing",
        order=45,
        fields=fields_of(
            Campaign,
            (
                "name", "state", "segment", "message_class", "purpose", "language", "control_percent", "horizon_days",
                "least_that_matters", "is_bottom_included", "from_name", "reply_to", "starts_at", "started_at",
                "ended_at", "owner", "changed_at",
            ),
            segment={"relation": "segment"},
            purpose={"kind": "number", "path": "purpose_id", "choices": _purposes, "is_sortable": False,
                     "relation": ""},
            language={"kind": "language"},
            control_percent={"kind": "number", "is_sortable": False},
            changed_at={"label": _("Last change")},
        ),
        columns=("name", "state", "segment", "started_at"),
        default_sort="-changed_at",
        title=lambda campaign: campaign.name,
        subtitle=lambda campaign: str(campaign.get_state_display()),
        search=("name",),
        views=(
            View("running", _("Running"), {"field": "state", "op": "in", "value": ["scheduled", "sending", "paused"]}),
            View("drafts", _("Drafts"), {"field": "state", "op": "is", "value": "draft"}),
            View("sent", _("Sent"), {"field": "state", "op": "in", "value": ["finished", "stopped"]}),
        ),
        create=records.create_campaign,
        change=records.change_campaign,
        trash=records.trash_campaign,
        restore=records.restore_campaign,
        new_label=_("New campaign"),
        empty_hint=_("Write to a segment, leave a few in peace, and see what it brought."),
    )
)  # fmt: skip


def _figure(name: str, kind: Any, label: Any, **more: Any) -> Field:
    return Field(name, label, kind, is_editable=False, is_fact=False, **more)


register_score(
    "campaign",
    Score(
        name="figures_row",
        model=CampaignFigures,
        link="campaign",
        fields=(
            _figure("sent", "number", _("Sent"), is_sortable=True),
            _figure("opened", "number", _("Opened"), is_sortable=True),
            _figure("clicked", "number", _("Clicked"), is_sortable=True),
            _figure("verdict", "choice", _("What it brought"), choices=tuple(LABELS.items())),
        ),
    ),
    columns=((3, "sent"), (4, "opened"), (5, "clicked"), (6, "verdict")),
)
register_source(
    SourceRules(
        name=queries.SOURCE,
        label=_("Campaign"),
        standing=queries.standing,
        asked=queries.asked_now,
        on_done=finish_if_done,
        names=queries.names,
    )
)

for _name, _label, _icon in (
    ("created", _("Added"), "plus"),
    ("changed", _("Changed"), "edit"),
    ("trashed", _("Put in the trash"), "trash"),
    ("restored", _("Taken out of the trash"), "restore"),
    ("written", _("Text saved"), "edit"),
    ("tested", _("Test sent"), "mail"),
    ("scheduled", _("Scheduled"), "clock"),
    ("unscheduled", _("Made a draft again"), "edit"),
    ("set_up", _("Recipients set up"), "users"),
    ("bottom_tier_included", _("Bottom tier included"), "users"),
    ("started", _("Began"), "send"),
    ("paused", _("Paused"), "player-pause"),
    ("resumed", _("Went on"), "player-play"),
    ("stopped", _("Stopped"), "player-stop"),
    ("finished", _("Finished"), "check"),
    ("result_asked", _("Result asked for"), "refresh"),
    ("measured", _("Measured"), "chart-dots"),
):
    register_title(f"campaign.{_name}", EventTitle(_label, _icon))
register_filter("person", Field(FIELD, _("Campaign"), "custom", to_q=people_behind, is_fact=False))
register_panel(
    "segment", Panel("campaigns", _("Campaigns"), "marketing/campaigns/segment_panel.html", segment_panel, order=40)
)
register_kind(StoryKind("campaigns", _("Campaigns"), "speakerphone", order=60, needs="campaign"))
register_story("person", campaign_story, kinds=["campaigns"])
register_presence("person", "campaigns", Recipient, "person_id")
writing.register_source(queries.SOURCE, previewed)
