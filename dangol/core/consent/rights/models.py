from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from dangol.platform.access.guard import GuardedModel, Link
from dangol.platform.access.policies import Everyone


class RightsRequest(GuardedModel):
    """What one person asked for. `due_on` is the last day that the law gives.

    One that came in by the customer's own page waits as `unconfirmed` until the link in a letter was followed. After an
    erasure it stays without its person, as proof that it was done in time. `note` is what was asked, `answer` what was
    done or why not.
    """

    class Kind(models.TextChoices):
        ACCESS = "access", _("See the data")
        CORRECTION = "correction", _("Correct the data")
        ERASURE = "erasure", _("Erase the data")
        RESTRICTION = "restriction", _("Restrict their use")

    class State(models.TextChoices):
        UNCONFIRMED = "unconfirmed", _("Not confirmed yet")
        OPEN = "open", _("To be answered")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")

    class Way(models.TextChoices):
        PAGE = "page", _("Own page")
        MAIL = "mail", _("E-mail")
        PHONE = "phone", _("Telephone")
        PAPER = "paper", _("Paper")
        COUNTER = "counter", _("In person")

    access_name = "privacy"
    row_policy = Everyone()

    kind = models.TextField(_("What is asked for"), choices=Kind)
    person = Link("customers.Person", models.SET_NULL, null=True)
    person_number = models.BigIntegerField()
    way = models.TextField(_("How it came"), choices=Way, default=Way.PAGE)
    state = models.TextField(choices=State, default=State.OPEN)
    note = models.TextField(_("What was said"), blank=True, default="")
    asked_at = models.DateTimeField(db_default=Now())
    due_on = models.DateField()
    answer = models.TextField(blank=True, default="")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta(GuardedModel.Meta):
        abstract = False
        db_table = "consent_request"
        indexes = [
            models.Index(fields=["due_on", "id"], name="request_open", condition=Q(state="open")),
            models.Index(fields=["-asked_at", "-id"], name="request_by_moment"),
        ]


class Erasure(GuardedModel):
    """That a person was erased: when, by whom, why, and how many things went, by place. Nothing of the person.

    `mark` tells the person from another with the same number after a backup was restored: a digest of number and moment
    of creation. `pending` holds, encrypted, by what the last traces are found; it is emptied when `finished_at` is set.
    """

    access_name = "privacy"
    row_policy = Everyone()

    person_number = models.BigIntegerField()
    mark = models.CharField(max_length=64)
    reason = models.TextField()
    counts = models.JSONField(default=dict)
    pending = models.TextField(blank=True, default="")
    is_replay = models.BooleanField(default=False)
    erased_at = models.DateTimeField(db_default=Now())
    erased_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    finished_at = models.DateTimeField(null=True)

    class Meta(GuardedModel.Meta):
        abstract = False
        db_table = "consent_erasure"
        indexes = [models.Index(fields=["person_number"], name="erasure_by_person")]
