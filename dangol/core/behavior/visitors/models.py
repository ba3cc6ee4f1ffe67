from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dangol.platform.access.guard import GuardedModel, Link, OneLink
from dangol.platform.access.policies import Through
from dangol.platform.db.models import Tracked


class Visitor(GuardedModel, Tracked):
    """Somebody who was seen by a source, and whose name may not be known.

    `anonymous_id` is what the browser or app calls itself ("" where only a server spoke), `user_id` the name by which
    the source says who it is ("" until somebody signed in and the source's word is believed). A device that a second
    person signs in on gets a second row. `person` is found by `user_id`, by a verified address, by a signed link or
    set by staff (`how`); the row is known from `known_at`, its person was last proved at `proved_at`. `traits` are
    what was told of somebody who is not found yet; nothing of them is written into a person unless the source says
    so. `is_doubtful`: another person signed in on a device that only a link had made known, so the link may have been
    forwarded. `split` is 0, or the row's own number once it was cut, so that two rows of a device without a person may
    stand beside each other. Times are those of the events, so they do not depend on the order of arrival.
    """

    class How(models.TextChoices):
        SIGN_IN = "sign_in", _("Signed in")
        ADDRESS = "address", _("Gave an address that was verified")
        LINK = "link", _("Opened a signed link")
        ORDER = "order", _("Ordered")
        STAFF = "staff", _("Set by hand")

    access_name = "visit"
    row_policy = Through("person")

    source = Link("behavior.Source", models.CASCADE, db_index=False)
    anonymous_id = models.TextField(blank=True, default="", db_default="")
    user_id = models.TextField(blank=True, default="", db_default="")
    person = Link("customers.Person", models.SET_NULL, null=True, blank=True, db_index=False)
    how = models.TextField(choices=How, blank=True, default="", db_default="")
    known_at = models.DateTimeField(null=True)
    proved_at = models.DateTimeField(null=True)
    traits = models.JSONField(default=dict, db_default={})
    is_doubtful = models.BooleanField(default=False, db_default=False)
    split = models.BigIntegerField(default=0, db_default=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta(GuardedModel.Meta):
        abstract = False
        db_table = "behavior_visitor"
        constraints = [
            models.UniqueConstraint(
                fields=["source", "anonymous_id", "user_id", "person", "split"],
                name="visitor_once",
                nulls_distinct=False,
            )
        ]
        indexes = [
            models.Index(fields=["person", "id"], name="visitor_by_person", condition=Q(person__isnull=False)),
            models.Index(
                fields=["source", "user_id"], name="visitor_to_find", condition=Q(person=None) & ~Q(user_id="")
            ),
        ]

    def __str__(self) -> str:
        return self.user_id or self.anonymous_id


class Cut(GuardedModel):
    """That a visitor was cut from a person: the same evidence never joins them again, until the cut is undone.

    Kept apart from the visitor, so that it outlives the row: it names the device (`source`, `anonymous_id`), the name
    it was signed in with, and the person.
    """

    access_name = "visit"
    row_policy = Through("person")

    source = Link("behavior.Source", models.CASCADE, db_index=False)
    anonymous_id = models.TextField(blank=True, default="", db_default="")
    user_id = models.TextField(blank=True, default="", db_default="")
    person = Link("customers.Person", models.CASCADE)
    visitor = Link(Visitor, models.SET_NULL, null=True)
    how = models.TextField(choices=Visitor.How, blank=True, default="", db_default="")
    known_at = models.DateTimeField(null=True)
    reason = models.TextField(_("Reason"), blank=True, default="", db_default="")
    cut_at = models.DateTimeField()
    cut_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta(GuardedModel.Meta):
        abstract = False
        db_table = "behavior_cut"
        constraints = [
            models.UniqueConstraint(
                fields=["source", "anonymous_id", "user_id", "person"],
                condition=Q(undone_at=None),
                name="cut_once",
            )
        ]


class Trust(models.Model):
    """What is believed of a source, and what it may make. Without a row: only names signed with its secret, and links.

    `secret_turn` counts how often the secret was renewed: it is worked out from the house's own key, so that it is
    stored nowhere. `shop` is the name of the shop behind it: of its orders (`Order.source`; "" for any) and of the
    external ids by which it knows people.
    """

    class Believes(models.TextChoices):
        NOTHING = "nothing", _("Nobody: visitors stay without a name")
        SIGNED = "signed", _("Only names that your server has signed")
        EVERYTHING = "everything", _("Every name: only your own servers know the key")

    source = OneLink("behavior.Source", models.CASCADE, primary_key=True)
    believes = models.TextField(
        _("Who is believed"), choices=Believes, default=Believes.SIGNED, db_default=Believes.SIGNED
    )
    secret_turn = models.IntegerField(default=0, db_default=0)
    believes_address = models.BooleanField(
        _("A believed name may be an e-mail address"), default=False, db_default=False
    )
    believes_links = models.BooleanField(_("Links of our mails make known"), default=True, db_default=True)
    makes_people = models.BooleanField(_("Names that nobody has become people"), default=False, db_default=False)
    makes_orders = models.BooleanField(_("Completed orders become orders"), default=False, db_default=False)
    shop = models.TextField(_("Name of the shop in orders and external ids"), blank=True, default="", db_default="")

    class Meta:
        db_table = "behavior_trust"
