from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from dangol.backoffice.webhooks.endpoints.models import Endpoint
from dangol.platform.access.guard import GuardedModel, Link
from dangol.platform.access.policies import Everyone
from dangol.platform.db.models import uuid7


class Message(GuardedModel):
    """One message to one endpoint. `body` is sent as it is, each time.

    `next_at` is when it is due; while it is being sent it is some time ahead, so that another worker takes it up when
    this one dies.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Given up")

    access_name = "webhook"
    row_policy = Everyone()

    id = models.UUIDField(primary_key=True, default=uuid7)
    endpoint = Link(Endpoint, models.CASCADE, db_index=False)
    event_id = models.UUIDField(null=True)
    type = models.TextField()
    body = models.TextField()
    state = models.TextField(choices=State, default=State.WAITING)
    attempts = models.IntegerField(default=0)
    next_at = models.DateTimeField(db_default=Now())
    created_at = models.DateTimeField(db_default=Now())
    last_at = models.DateTimeField(null=True)
    last_status = models.IntegerField(null=True)
    last_error = models.TextField(default="")

    class Meta(GuardedModel.Meta):
        abstract = False
        indexes = [
            models.Index(fields=["endpoint", "-id"], name="webhook_log"),
            models.Index(fields=["next_at"], name="webhook_due", condition=models.Q(state="waiting")),
            models.Index(fields=["created_at"], name="webhook_by_age"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint", "event_id"], name="webhook_once", condition=models.Q(event_id__isnull=False)
            )
        ]  # fmt: skip

    @property
    def webhook_id(self) -> str:
        """Its name for the receiver, the same at each attempt."""
        return f"msg_{self.id.hex}"


class Attempt(GuardedModel):
    """One attempt to deliver a message, and what came back (cut short, without cookies)."""

    access_name = "webhook"
    row_policy = Everyone()

    message = Link(Message, models.CASCADE)
    number = models.IntegerField()
    at = models.DateTimeField(db_default=Now())
    milliseconds = models.IntegerField(default=0)
    status = models.IntegerField(null=True)
    error = models.TextField(default="")
    request_headers = models.JSONField(default=dict)
    response_headers = models.JSONField(default=dict)
    response_body = models.TextField(default="")

    class Meta(GuardedModel.Meta):
        abstract = False
