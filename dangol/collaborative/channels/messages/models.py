from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from dangol.core.consent.ledger.models import Channel
from dangol.platform.access.guard import GuardedModel, Link
from dangol.platform.access.policies import Everyone, Through
from dangol.platform.db.models import Tracked

PENDING_STATES = ("pending", "held", "handing")


class Content(GuardedModel):
    """What is sent, as it stood when sending began; never changed afterwards.

    `subject`, `html` and `text` are in the language of `writing` (merge fields) when `is_template`, else plain.
    `links` are the addresses found in it, in the order by which signed links number them.
    """

    access_name = "message"
    row_policy = Everyone()

    message_class = models.TextField()
    purpose = models.ForeignKey("consent.Purpose", models.PROTECT, null=True, related_name="+")
    language = models.CharField(max_length=2, default="ko")
    subject = models.TextField(blank=True, default="")
    preheader = models.TextField(blank=True, default="")
    html = models.TextField(blank=True, default="")
    text = models.TextField(blank=True, default="")
    is_template = models.BooleanField(default=False)
    links = ArrayField(models.TextField(), default=list)
    from_name = models.TextField(blank=True, default="")
    reply_to = models.TextField(blank=True, default="")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta(GuardedModel.Meta):
        abstract = False
        db_table = "channels_content"


class Batch(GuardedModel):
    """Messages that one worker has in hand, with the journal that says how far it came.

    `host` and `pid` name the worker; a batch of a dead one is read from its journal and closed by the next.
    """

    access_name = "message"
    row_policy = Everyone()

    source = models.TextField()
    source_id = models.BigIntegerField()
    host = models.TextField()
    pid = models.IntegerField()
    journal = models.TextField()
    claimed_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True)

    class Meta(GuardedModel.Meta):
        abstract = False
        db_table = "channels_batch"
        indexes = [models.Index(fields=["id"], name="batch_open", condition=Q(closed_at=None))]


class Message(GuardedModel, Tracked):
    """One message to one person. `source`, `source_id` and `person` together are its idempotency key.

    It is `pending` until a worker has it in hand (`handing`, in `batch`), then `sent`, `failed` (`reason` says what the
    server said), `refused` (the gate said no at the moment of sending; `reason` is the gate's) or `cancelled` (stopped
    by a person). `held` waits until `not_before` (night, a temporary failure). `is_unconfirmed`: handed over, but the
    worker died before the server's answer came. Opens and clicks count people's; machines' are counted apart. The links
    to person and content have no constraint in the database, since a million rows at once would wait for it.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting")
        HELD = "held", _("Held back")
        HANDING = "handing", _("Being handed over")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        REFUSED = "refused", _("Left out")
        CANCELLED = "cancelled", _("Stopped")

    access_name = "message"
    row_policy = Through("person")

    source = models.TextField()
    source_id = models.BigIntegerField()
    person = Link("customers.Person", models.CASCADE, db_index=False, db_constraint=False)
    channel = models.TextField(choices=Channel, default=Channel.EMAIL, db_default=Channel.EMAIL)
    content = Link(Content, models.PROTECT, db_index=False, db_constraint=False)
    address = models.TextField(default="", db_default="")
    state = models.TextField(choices=State, default=State.PENDING, db_default=State.PENDING)
    reason = models.TextField(default="", db_default="")
    attempts = models.SmallIntegerField(default=0, db_default=0)
    not_before = models.DateTimeField(null=True)
    batch = Link(Batch, models.SET_NULL, null=True, db_index=False)
    is_unconfirmed = models.BooleanField(default=False, db_default=False)
    sent_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    clicked_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)
    complained_at = models.DateTimeField(null=True)
    unsubscribed_at = models.DateTimeField(null=True)
    open_count = models.IntegerField(default=0, db_default=0)
    click_count = models.IntegerField(default=0, db_default=0)
    machine_open_count = models.IntegerField(default=0, db_default=0)
    machine_click_count = models.IntegerField(default=0, db_default=0)

    class Meta(GuardedModel.Meta):
        abstract = False
        db_table = "channels_message"
        constraints = [models.UniqueConstraint(fields=["source", "source_id", "person"], name="message_once")]
        indexes = [
            models.Index(fields=["person", "sent_at"], name="message_by_person"),
            models.Index(
                fields=["source", "source_id", "id"], name="message_waiting", condition=Q(state__in=PENDING_STATES)
            ),
            models.Index(fields=["batch"], name="message_by_batch", condition=Q(state="handing")),
            models.Index(fields=["not_before"], name="message_held", condition=Q(state="held")),
        ]


class Touch(GuardedModel):
    """Something that came back for a message: an open, a click, a bounce, a complaint, an unsubscribe. Only added.

    `is_machine` marks what no person did (a gateway that fetches every link, a known agent, the hidden link);
    `machine_sign` says by what it was known. `link` is the place in `Content.links`.
    """

    class Kind(models.TextChoices):
        OPEN = "open", _("Opened")
        CLICK = "click", _("Clicked")
        BOUNCE = "bounce", _("Bounced")
        COMPLAINT = "complaint", _("Complained")
        UNSUBSCRIBE = "unsubscribe", _("Unsubscribed")

    access_name = "message"
    row_policy = Through("message")

    message = Link(Message, models.CASCADE)
    kind = models.TextField(choices=Kind)
    at = models.DateTimeField(db_default=Now())
    link = models.IntegerField(null=True)
    is_machine = models.BooleanField(default=False)
    machine_sign = models.TextField(default="")
    agent = models.TextField(default="")
    detail = models.JSONField(default=dict)

    class Meta(GuardedModel.Meta):
        abstract = False
        db_table = "channels_touch"


class Pace(models.Model):
    """How many messages may still go at this moment: a bucket that fills by the second, one row for each limit.

    `name` is `mail` for the way out, or a source and its id. `tokens` is what was in it at `filled_at`.
    """

    name = models.TextField(primary_key=True)
    tokens = models.FloatField(default=0)
    filled_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "channels_pace"


class MailAside(models.Model):
    """A mail that came back and was put aside with its `reason`, so that it blocks no other; `error` says more."""

    class Reason(models.TextChoices):
        NOT_OURS = "not_ours", _("It belongs to no message of ours")
        UNREADABLE = "unreadable", _("It cannot be read")
        TOO_LARGE = "too_large", _("It is too large")
        FAULT = "fault", _("It could not be worked off")

    received_for = models.TextField(blank=True, default="")
    reason = models.TextField(choices=Reason)
    error = models.TextField(blank=True, default="")
    raw = models.BinaryField()
    digest = models.TextField(unique=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "channels_mail_aside"
        indexes = [models.Index(fields=["-at", "-id"], name="mail_aside_by_moment")]
