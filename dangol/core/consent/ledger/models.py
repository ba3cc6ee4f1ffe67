from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from dangol.platform.access.guard import GuardedModel, Link
from dangol.platform.access.policies import Through
from dangol.platform.db.models import Tracked


class Channel(models.TextChoices):
    """Where a person can be reached."""

    EMAIL = "email", _("E-mail")
    SMS = "sms", _("Text message")
    KAKAO = "kakao", _("KakaoTalk")
    PHONE = "phone", _("Phone")
    POST = "post", _("Letter by post")


class State(models.TextChoices):
    """What a person said: yes, no from the start, or no after a yes."""

    GIVEN = "given", _("Given")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Method(models.TextChoices):
    """How it came to us."""

    FORM = "form", _("Form")
    STAFF = "staff", _("Told to staff")
    IMPORT = "import", _("Import")
    PREFERENCES = "preferences", _("Preferences page")
    UNSUBSCRIBE = "unsubscribe", _("Unsubscribe link")
    ONE_CLICK = "one_click", _("One-click unsubscribe")
    COMPLAINT = "complaint", _("Complaint")
    PAPER = "paper", _("Paper")
    API = "api", _("Program")


class Purpose(models.Model):
    """What we write for: a reason of advertising to which people say yes or no, each on its own.

    `goods` is the one category of products that it is about, "" for several: where the law lets advertising pass after
    a transaction of the same kind of goods, this is the kind.
    """

    code = models.SlugField(unique=True)
    label_en = models.TextField()
    label_ko = models.TextField()
    description_en = models.TextField(blank=True, default="")
    description_ko = models.TextField(blank=True, default="")
    goods = models.TextField(blank=True, default="", db_default="")
    place = models.IntegerField(default=100)
    is_active = models.BooleanField(default=True)

    class Meta:
        db_table = "consent_purpose"
        ordering = ["place", "id"]

    def __str__(self) -> str:
        return self.label_ko if (get_language() or "").startswith("ko") else self.label_en


class Wording(models.Model):
    """The words under which people say yes; a new version is a new row, since each yes belongs to its own words."""

    purpose = models.ForeignKey(Purpose, models.PROTECT, related_name="+")
    version = models.IntegerField()
    language = models.CharField(max_length=2)
    text = models.TextField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "consent_wording"
        constraints = [models.UniqueConstraint(fields=["purpose", "language", "version"], name="wording_version_once")]


class ConsentRecord(GuardedModel):
    """One line of the ledger: `person` said `state` to `purpose` on `channel` at `at`.

    `is_for_night` marks the separate consent to be written to between 21:00 and 08:00 (Korea, Network Act 50(3)).
    `wording` is what was agreed to, `evidence` what proves it (address, agent, message, form; ids and short texts).
    `recorded_at` is when we wrote it down, which may be later than `at` (paper, import). Never changed, never deleted
    but with the person.
    """

    access_name = "consent"
    row_policy = Through("person")

    person = Link("customers.Person", models.CASCADE)
    purpose = models.ForeignKey(Purpose, models.PROTECT, related_name="+")
    channel = models.TextField(choices=Channel)
    is_for_night = models.BooleanField(default=False, db_default=False)
    state = models.TextField(choices=State)
    at = models.DateTimeField()
    method = models.TextField(choices=Method)
    wording = models.ForeignKey(Wording, models.PROTECT, null=True, related_name="+")
    evidence = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    recorded_at = models.DateTimeField(db_default=Now())
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta(GuardedModel.Meta):
        abstract = False
        db_table = "consent_record"
        indexes = [
            models.Index(fields=["person", "purpose", "channel", "-at", "-id"], name="consent_record_by_person"),
            models.Index(fields=["recorded_at"], name="consent_record_by_moment"),
        ]


class ConsentState(GuardedModel, Tracked):
    """What holds now: the line of the ledger with the latest `at` (the later line where two are of one moment).

    Written by a trigger of the database when a line is added, so it cannot lag or differ. `confirmed_at` is when the
    person was last told that her consent holds (every two years in Korea), written by the notices.
    """

    access_name = "consent"
    row_policy = Through("person")

    person = Link("customers.Person", models.CASCADE, db_index=False)
    purpose = models.ForeignKey(Purpose, models.PROTECT, related_name="+", db_index=False)
    channel = models.TextField(choices=Channel)
    is_for_night = models.BooleanField(default=False)
    state = models.TextField(choices=State)
    at = models.DateTimeField()
    record = Link(ConsentRecord, models.CASCADE, db_index=False)
    confirmed_at = models.DateTimeField(null=True)

    class Meta(GuardedModel.Meta):
        abstract = False
        db_table = "consent_state"
        constraints = [
            models.UniqueConstraint(fields=["person", "purpose", "channel", "is_for_night"], name="consent_state_once")
        ]
