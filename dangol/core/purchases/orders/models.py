from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dangol.platform.access.guard import GuardedModel, Link
from dangol.platform.access.policies import Through
from dangol.platform.db.models import Tracked
from dangol.platform.objects.added.columns import HasCustom


class Order(GuardedModel, Tracked, HasCustom):
    """One invoice of one shop.

    `source` and `number` together name it. `ordered_at` is its first time stamp (some tills stamp one invoice twice).
    `amount` is the sum of its lines in `currency`; `value` the same in the company's own currency by `rate`, the one
    known on `rate_on`; both are None while no rate is known. A cancellation is an order of its own with negative
    lines. Without `person` the shop did not know who bought.
    """

    class Kind(models.TextChoices):
        ORDER = "order", _("Order")
        CANCELLATION = "cancellation", _("Cancellation")
        ADJUSTMENT = "adjustment", _("Adjustment")

    access_name = "order"
    row_policy = Through("person")

    source = models.TextField(_("Shop"), default="manual", db_default="manual")
    number = models.TextField(_("Number"))
    kind = models.TextField(_("Kind"), choices=Kind, default=Kind.ORDER, db_default=Kind.ORDER)
    person = Link("customers.Person", models.PROTECT, null=True, blank=True, verbose_name=_("Customer"))
    ordered_at = models.DateTimeField(_("Ordered"))
    country = models.CharField(_("Country"), max_length=2, blank=True, default="", db_default="")
    currency = models.CharField(_("Currency"), max_length=3)
    rate = models.DecimalField(_("Rate"), max_digits=20, decimal_places=10, null=True, blank=True)
    rate_on = models.DateField(_("Rate of"), null=True, blank=True)
    amount = models.DecimalField(_("Amount"), max_digits=22, decimal_places=6, default=0, db_default=0)
    value = models.DecimalField(_("Value"), max_digits=19, decimal_places=4, null=True, blank=True)
    line_count = models.IntegerField(_("Lines"), default=0, db_default=0)
    note = models.TextField(_("Note"), blank=True, default="", db_default="")
    is_demo = models.BooleanField(default=False, db_default=False, editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)

    class Meta(GuardedModel.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["source", "number"], name="order_number_once")]
        indexes = [
            models.Index(fields=["ordered_at", "id"], name="order_by_day"),
            models.Index(fields=["person", "ordered_at", "id"], name="order_by_person"),
            models.Index(fields=["number", "id"], name="order_by_number"),
            models.Index(fields=["value", "id"], name="order_by_value"),
            models.Index(fields=["amount", "id"], name="order_by_amount"),
            models.Index(fields=["country", "id"], name="order_by_country"),
            models.Index(fields=["kind", "id"], name="order_by_kind"),
            models.Index(fields=["changed_at", "id"], name="order_by_change"),
            models.Index(fields=["currency"], name="order_without_rate", condition=Q(rate=None)),
            # Who bought what in the last days, asked of everybody: answered from the index alone.
            models.Index(
                fields=["ordered_at"],
                name="order_in_days",
                include=["person", "kind", "value"],
                condition=Q(deleted_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Line(GuardedModel, Tracked):
    """One line of an order. Its key is the order and its place in it, so exact repeats on an invoice stay two lines.

    `amount` = quantity x unit price in the order's currency, exact; `value` in the company's currency. `kind` tells
    goods from fees. `occurred_at` keeps the line's own time stamp.
    """

    class Kind(models.TextChoices):
        GOODS = "goods", _("Goods")
        FEE = "fee", _("Fee or charge")

    access_name = "order"
    row_policy = Through("order")

    order = Link(Order, models.CASCADE)
    position = models.IntegerField()
    product = Link("catalog.Product", models.PROTECT, null=True)
    code = models.TextField(blank=True, default="", db_default="")
    description = models.TextField(blank=True, default="", db_default="")
    kind = models.TextField(choices=Kind, default=Kind.GOODS, db_default=Kind.GOODS)
    quantity = models.DecimalField(max_digits=14, decimal_places=3)
    unit_price = models.DecimalField(max_digits=19, decimal_places=4)
    amount = models.DecimalField(max_digits=22, decimal_places=6)
    value = models.DecimalField(max_digits=19, decimal_places=4, null=True)
    occurred_at = models.DateTimeField()

    class Meta(GuardedModel.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["order", "position"], name="line_place_once")]
        indexes = [
            models.Index(fields=["product", "order"], name="line_by_product", include=["quantity", "kind", "value"])
        ]
