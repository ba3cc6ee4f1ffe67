from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from dangol.platform.access.guard import GuardedModel, Link
from dangol.platform.access.policies import Through


class Guardian(GuardedModel):
    """That a guardian agreed that we hold and use what belongs to a child; without one the gate refuses advertising.

    `guardian` is the guardian where she is a customer herself. `method` is how it was made sure that it was the
    guardian (PIPA Decree art. 17-2 names them), `evidence` what proves it (number of a document, where it is kept).
    """

    class Method(models.TextChoices):
        SIGNED = "signed", _("Signed on paper")
        PHONE = "phone", _("Mobile phone in the guardian's name")
        CARD = "card", _("Card of the guardian")
        MAIL = "mail", _("Answered by e-mail after a call")
        CALL = "call", _("Told on the telephone")
        ONLINE = "online", _("Confirmed online, told by message")

    access_name = "consent"
    row_policy = Through("person")

    person = Link("customers.Person", models.CASCADE, db_index=False)
    guardian = Link("customers.Person", models.SET_NULL, null=True, blank=True)
    name = models.TextField(_("Guardian's name"))
    relation = models.TextField(_("Relation"), blank=True, default="")
    method = models.TextField(_("How it was confirmed"), choices=Method)
    evidence = models.TextField(_("Proof"))
    agreed_at = models.DateTimeField(_("Agreed on"))
    recorded_at = models.DateTimeField(db_default=Now())
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta(GuardedModel.Meta):
        abstract = False
        db_table = "consent_guardian"
        indexes = [models.Index(fields=["person"], name="guardian_of_child")]
