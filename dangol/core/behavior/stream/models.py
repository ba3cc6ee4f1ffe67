from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from dangol.core.behavior.sources.models import Source
from dangol.platform.access.guard import GuardedModel, Link
from dangol.platform.access.policies import Everyone


class Inbox(GuardedModel):
    """One accepted request that is still to be worked off: its body as it came, compressed.

    `kind` is what the address said (`track`, `batch`, ...). `address` is the sender's, as much of it as the source may
    keep; `agent` what its browser called itself. Foreign keys have no constraint here: checking them would lock the
    source's row at every request.
    """

    access_name = "event_source"
    row_policy = Everyone()

    source = Link(Source, models.DO_NOTHING, db_constraint=False, db_index=False)
    received_at = models.DateTimeField(db_default=Now())
    kind = models.TextField()
    events = models.IntegerField()
    size = models.IntegerField()
    body = models.BinaryField()
    address = models.TextField(default="", db_default="")
    agent = models.TextField(default="", db_default="")
    attempts = models.SmallIntegerField(default=0, db_default=0)

    class Meta(GuardedModel.Meta):
        abstract = False
        db_table = "behavior_inbox"
        indexes = [models.Index(fields=["id"], name="inbox_failed", condition=Q(attempts__gt=0))]


class Event(GuardedModel):
    """Something that somebody did. Partitioned by month of `at`; never changed, dropped by the month.

    `at` is when it happened by our clock, `received_at` when it came. `properties` are what the sender told of it (of
    `identify` and `group` the traits). Who did it is found by `visitor_id`; no person stands here, so that merging,
    cutting and erasing touch few rows.
    """

    class Kind(models.TextChoices):
        IDENTIFY = "identify", _("Identify")
        TRACK = "track", _("Event")
        PAGE = "page", _("Page")
        SCREEN = "screen", _("Screen")
        GROUP = "group", _("Group")
        ALIAS = "alias", _("Alias")

    access_name = "event_source"
    row_policy = Everyone()

    id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    source = Link(Source, models.DO_NOTHING, db_constraint=False, db_index=False)
    kind = models.TextField(choices=Kind)
    name = models.TextField(default="")
    message_id = models.TextField(default="")
    visitor_id = models.BigIntegerField(null=True)
    visit_id = models.BigIntegerField(null=True)
    path = models.TextField(default="")
    title = models.TextField(default="")
    referrer = models.TextField(default="")
    properties = models.JSONField(default=dict)
    context = models.JSONField(default=dict)

    class Meta(GuardedModel.Meta):
        abstract = False
        db_table = "behavior_event"


class EventName(GuardedModel):
    """A name that a source's events have. `flag` says what is strange about it, `state` whether it may come in."""

    class State(models.TextChoices):
        OPEN = "open", _("Comes in")
        BLOCKED = "blocked", _("Kept out")

    class Flag(models.TextChoices):
        NONE = "", ""
        NEW = "new", _("New name")

    access_name = "event_source"
    row_policy = Everyone()

    source = Link(Source, models.CASCADE, db_index=False)
    kind = models.TextField(choices=Event.Kind)
    name = models.TextField()
    count = models.BigIntegerField(default=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    flag = models.TextField(choices=Flag, default=Flag.NONE, blank=True)
    state = models.TextField(choices=State, default=State.OPEN)

    class Meta(GuardedModel.Meta):
        abstract = False
        db_table = "behavior_name"
        constraints = [models.UniqueConstraint(fields=["source", "kind", "name"], name="event_name_once")]

    def __str__(self) -> str:
        return self.name or self.kind


class EventProperty(GuardedModel):
    """A property that events of a name carry, with the types that its values had."""

    class Flag(models.TextChoices):
        NONE = "", ""
        NEW = "new", _("New property")
        TYPE = "type", _("New type")

    access_name = "event_source"
    row_policy = Everyone()

    event_name = Link(EventName, models.CASCADE, db_index=False)
    name = models.TextField()
    types = ArrayField(models.TextField(), default=list)
    count = models.BigIntegerField(default=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    flag = models.TextField(choices=Flag, default=Flag.NONE, blank=True)

    class Meta(GuardedModel.Meta):
        abstract = False
        db_table = "behavior_property"
        constraints = [models.UniqueConstraint(fields=["event_name", "name"], name="event_property_once")]

    def __str__(self) -> str:
        return self.name


class EventAside(GuardedModel):
    """An event, or a whole body, that could not be worked off, with the reason."""

    access_name = "event_source"
    row_policy = Everyone()

    source = Link(Source, models.DO_NOTHING, db_constraint=False)
    at = models.DateTimeField(db_default=Now())
    received_at = models.DateTimeField()
    kind = models.TextField()
    reason = models.TextField()
    detail = models.TextField(default="", db_default="")
    body = models.TextField()

    class Meta(GuardedModel.Meta):
        abstract = False
        db_table = "behavior_aside"


class Tally(GuardedModel):
    """What became of a source's events on a day. The door counts in a row of its own, so that neither waits."""

    access_name = "event_source"
    row_policy = Everyone()

    source = Link(Source, models.CASCADE, db_index=False, db_constraint=False)
    on_day = models.DateField()
    at_door = models.BooleanField(default=False)
    kept = models.BigIntegerField(default=0, db_default=0)
    repeated = models.BigIntegerField(default=0, db_default=0)
    late = models.BigIntegerField(default=0, db_default=0)
    blocked = models.BigIntegerField(default=0, db_default=0)
    aside = models.BigIntegerField(default=0, db_default=0)
    declined = models.BigIntegerField(default=0, db_default=0)
    refused = models.BigIntegerField(default=0, db_default=0)

    class Meta(GuardedModel.Meta):
        abstract = False
        db_table = "behavior_tally"
        constraints = [models.UniqueConstraint(fields=["source", "on_day", "at_door"], name="tally_once")]


class StreamPolicy(models.Model):
    """How long events are kept. One row."""

    months_kept = models.PositiveSmallIntegerField(_("Months kept"), default=25)

    class Meta:
        db_table = "behavior_policy"
