from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from dangol.core.consent.ledger.models import Channel
from dangol.platform.access.guard import GuardedModel, Link, OneLink
from dangol.platform.access.policies import Owned, Through
from dangol.platform.db.models import Tracked, uuid7


def new_programme() -> str:
    """A name of its own for each campaign's split, so that no two campaigns share their control groups."""
    return f"campaign:{uuid7()}"


class Campaign(GuardedModel, Tracked):
    """One message to one segment.

    `message_class` must be chosen by a person. `control_percent` of those whom the gate lets pass get nothing, by the
    hash of `programme`. `horizon_days` after the set-up are counted when the lift is measured; `least_that_matters` is
    the smallest difference of money per customer worth speaking of (empty: two per cent of what the control group
    spends). All three are fixed once recipients are set up. `is_bottom_included` sets the bottom tier's rule aside
    (logged). `counts` are the newest totals by group and state. `repeat_of` is the campaign whose buyers this one goes
    to.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SCHEDULED = "scheduled", _("Scheduled")
        SENDING = "sending", _("Sending")
        PAUSED = "paused", _("Paused")
        STOPPED = "stopped", _("Stopped")
        FINISHED = "finished", _("Finished")

    class MessageClass(models.TextChoices):
        ADVERTISING = "advertising", _("Advertising")
        SERVICE = "service", _("Information the customer needs")

    access_name = "campaign"
    row_policy = Owned()

    name = models.TextField(_("Name"))
    segment = Link("segments.Segment", models.PROTECT, null=True, blank=True, verbose_name=_("Segment"))
    channel = models.TextField(_("Channel"), choices=Channel, default=Channel.EMAIL, db_default=Channel.EMAIL)
    message_class = models.TextField(
        _("Class of message"), choices=MessageClass, blank=True, default=MessageClass.ADVERTISING
    )
    purpose = models.ForeignKey(
        "consent.Purpose", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Purpose")
    )
    language = models.CharField(_("Language"), max_length=2, default="ko")
    from_name = models.TextField(_("Sender's name"), blank=True, default="")
    reply_to = models.TextField(_("Replies go to"), blank=True, default="")
    programme = models.TextField(unique=True, default=new_programme, editable=False)
    control_percent = models.DecimalField(_("Control group, percent"), max_digits=5, decimal_places=2,
                                          default=Decimal(10))  # fmt: skip
    horizon_days = models.IntegerField(_("Days that count"), default=30)
    least_that_matters = models.DecimalField(
        _("A difference matters from"), max_digits=19, decimal_places=4, null=True, blank=True
    )
    is_bottom_included = models.BooleanField(_("Write to the bottom tier too"), default=False)
    state = models.TextField(_("State"), choices=State, default=State.DRAFT, db_default=State.DRAFT, editable=False)
    starts_at = models.DateTimeField(_("Begins"), null=True, blank=True, editable=False)
    set_up_at = models.DateTimeField(null=True, editable=False)
    started_at = models.DateTimeField(_("Started"), null=True, editable=False)
    ended_at = models.DateTimeField(_("Ended"), null=True, editable=False)
    counts = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()), editable=False)
    repeat_of = Link("self", models.SET_NULL, null=True, blank=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("Owner")
    )
    is_demo = models.BooleanField(default=False, db_default=False, editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)

    class Meta(GuardedModel.Meta):
        abstract = False
        db_table = "marketing_campaign"
        constraints = [
            models.CheckConstraint(condition=Q(control_percent__range=(0, 90)), name="campaign_control_in_range"),
            models.CheckConstraint(condition=Q(horizon_days__range=(1, 366)), name="campaign_horizon_in_range"),
            models.CheckConstraint(
                condition=Q(least_that_matters=None) | Q(least_that_matters__gt=0), name="campaign_least_above_zero"
            ),
        ]
        indexes = [
            models.Index(fields=["name", "id"], name="campaign_by_name"),
            models.Index(fields=["state", "id"], name="campaign_by_state"),
            models.Index(fields=["started_at", "id"], name="campaign_by_start"),
            models.Index(fields=["changed_at", "id"], name="campaign_by_change"),
        ]

    def __str__(self) -> str:
        return self.name


class Text(GuardedModel):
    """What a campaign says in one language; people without a text in theirs get the campaign's own language.

    `content` is the snapshot that is sent, made when recipients are set up.
    """

    access_name = "campaign"
    row_policy = Through("campaign")

    campaign = Link(Campaign, models.CASCADE)
    language = models.CharField(max_length=2)
    subject = models.TextField(blank=True, default="")
    preheader = models.TextField(blank=True, default="")
    html = models.TextField(blank=True, default="")
    text = models.TextField(blank=True, default="")
    content = Link("channels.Content", models.SET_NULL, null=True)

    class Meta(GuardedModel.Meta):
        abstract = False
        db_table = "marketing_text"
        constraints = [models.UniqueConstraint(fields=["campaign", "language"], name="text_language_once")]


class Recipient(GuardedModel, Tracked):
    """What was decided for one member of the segment: treated, control, or left out for `reason` (the gate's).

    `tier` is the customer's at that moment. All rows of a campaign are written by one statement, out of the people's
    own rows; the database does not check each link again, which would take as long as the statement itself.
    """

    class Group(models.TextChoices):
        TREATED = "treated", _("Written to")
        CONTROL = "control", _("Control group")
        LEFT_OUT = "left_out", _("Left out")

    access_name = "campaign"
    row_policy = Through("person")

    campaign = Link(Campaign, models.CASCADE, db_index=False, db_constraint=False)
    person = Link("customers.Person", models.CASCADE, db_constraint=False)
    group = models.TextField(choices=Group)
    reason = models.TextField(default="", db_default="")
    tier = models.TextField(null=True)
    decided_at = models.DateTimeField(db_default=Now())

    class Meta(GuardedModel.Meta):
        abstract = False
        db_table = "marketing_recipient"
        constraints = [models.UniqueConstraint(fields=["campaign", "person"], name="recipient_once")]


class CampaignResult(GuardedModel):
    """What a campaign brought, as the last analysis worked it out (`analytical/experiments/lift`), in total and by
    tier."""

    access_name = "campaign"
    row_policy = Through("campaign")

    campaign = OneLink(Campaign, models.CASCADE, primary_key=True)
    as_of = models.DateField()
    is_final = models.BooleanField(default=False)
    result = models.JSONField(default=dict)
    measured_at = models.DateTimeField(db_default=Now())

    class Meta(GuardedModel.Meta):
        abstract = False
        db_table = "marketing_campaign_result"


class CampaignFigures(GuardedModel):
    """A campaign's totals for lists: counted every few minutes while something comes back; `verdict` is the analysis'.

    The page of a campaign counts for itself, so it may be a little ahead of these.
    """

    access_name = "campaign"
    row_policy = Through("campaign")

    campaign = OneLink(Campaign, models.CASCADE, primary_key=True, related_query_name="figures_row")
    treated = models.IntegerField(_("Written to"), default=0)
    sent = models.IntegerField(_("Sent"), default=0)
    opened = models.IntegerField(_("Opened"), default=0)
    clicked = models.IntegerField(_("Clicked"), default=0)
    verdict = models.TextField(_("What it brought"), null=True)
    counted_at = models.DateTimeField(db_default=Now())

    class Meta(GuardedModel.Meta):
        abstract = False
        db_table = "marketing_campaign_figures"
        indexes = [
            models.Index(fields=["sent", "campaign"], name="campaign_by_sent"),
            models.Index(fields=["opened", "campaign"], name="campaign_by_opened"),
            models.Index(fields=["clicked", "campaign"], name="campaign_by_clicked"),
        ]
