from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dangol.platform.access.guard import GuardedModel, Link
from dangol.platform.access.policies import Through


class Touch(GuardedModel):
    """One product, search, basket, order or film that a visitor touched, as one event told it.

    `product` is the catalog's, None where the catalog knows none of the names told; `code` and `name` are kept then.
    `words` are what was searched for, `title` what was watched, `category` the list looked at. An order is one row of
    kind `ordered` (its total in `value`) and one `bought` for each product; `order_number` as told, `order` the one
    that is known by it. `value` is price times quantity in `currency`, exact. The person is the visitor's.
    """

    class Kind(models.TextChoices):
        VIEWED = "viewed", _("Viewed")
        LISTED = "listed", _("Browsed a list")
        SEARCHED = "searched", _("Searched")
        CARTED = "carted", _("Put into the basket")
        UNCARTED = "uncarted", _("Taken out of the basket")
        CART = "cart", _("Looked into the basket")
        CHECKOUT = "checkout", _("Went to the checkout")
        ORDERED = "ordered", _("Ordered")
        BOUGHT = "bought", _("Bought")
        REFUNDED = "refunded", _("Order refunded")
        CANCELLED = "cancelled", _("Order cancelled")
        WISHED = "wished", _("Put on the wish list")
        UNWISHED = "unwished", _("Taken off the wish list")
        SHARED = "shared", _("Shared")
        REVIEWED = "reviewed", _("Reviewed")
        PLAYED = "played", _("Began to play")
        PLAYED_OUT = "played_out", _("Played to the end")
        WATCHED = "watched", _("Began to watch")
        WATCHED_OUT = "watched_out", _("Watched to the end")

    access_name = "visit"
    row_policy = Through("visitor")

    visitor = Link("behavior.Visitor", models.CASCADE, db_index=False, db_constraint=False)
    at = models.DateTimeField()
    kind = models.TextField(choices=Kind)
    product = Link("catalog.Product", models.SET_NULL, null=True, db_index=False)
    code = models.TextField(blank=True, default="", db_default="")
    name = models.TextField(blank=True, default="", db_default="")
    category = models.TextField(blank=True, default="", db_default="")
    words = models.TextField(blank=True, default="", db_default="")
    title = models.TextField(blank=True, default="", db_default="")
    order_number = models.TextField(blank=True, default="", db_default="")
    order = Link("purchases.Order", models.SET_NULL, null=True, db_index=False)
    quantity = models.DecimalField(max_digits=14, decimal_places=3, null=True)
    value = models.DecimalField(max_digits=22, decimal_places=6, null=True)
    currency = models.CharField(max_length=3, blank=True, default="", db_default="")

    class Meta(GuardedModel.Meta):
        abstract = False
        db_table = "behavior_touch"
        indexes = [
            models.Index(fields=["visitor", "-at", "id"], name="touch_by_visitor"),
            models.Index(fields=["product", "-at"], name="touch_by_product", condition=Q(product__isnull=False)),
            models.Index(fields=["order"], name="touch_by_order", condition=Q(order__isnull=False)),
            models.Index(
                fields=["order_number", "id"], name="touch_to_link", condition=Q(order=None) & ~Q(order_number="")
            ),
            models.Index(fields=["code"], name="touch_to_meet", condition=Q(product=None) & ~Q(code="")),
        ]
