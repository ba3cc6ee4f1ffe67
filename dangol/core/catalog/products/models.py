from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from dangol.platform.access.guard import GuardedModel
from dangol.platform.access.policies import Everyone
from dangol.platform.db.models import Tracked
from dangol.platform.objects.added.columns import HasCustom


class Product(GuardedModel, Tracked, HasCustom):
    """Something that is sold, or a fee that is charged with it.

    `code` is the seller's own stock code, unique. `kind` tells goods from fees (postage, bank charges, manual
    corrections): fees are money but no products, so they count in revenue and not in recommendations or baskets.
    `price` and `cost` (what one costs us) are in the company's currency.
    """

    class Kind(models.TextChoices):
        GOODS = "goods", _("Goods")
        FEE = "fee", _("Fee or charge")

    access_name = "product"
    row_policy = Everyone()

    code = models.TextField(_("Code"), unique=True)
    name = models.TextField(_("Name"), blank=True, default="", db_default="")
    kind = models.TextField(_("Kind"), choices=Kind, default=Kind.GOODS, db_default=Kind.GOODS)
    category = models.TextField(_("Category"), blank=True, default="", db_default="")
    price = models.DecimalField(_("Price"), max_digits=19, decimal_places=4, null=True, blank=True)
    cost = models.DecimalField(_("Cost price"), max_digits=19, decimal_places=4, null=True, blank=True)
    is_demo = models.BooleanField(default=False, db_default=False, editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)

    class Meta(GuardedModel.Meta):
        abstract = False
        indexes = [
            models.Index(fields=["name", "id"], name="product_by_name"),
            models.Index(fields=["category", "id"], name="product_by_category"),
            models.Index(fields=["kind", "id"], name="product_by_kind"),
            models.Index(fields=["price", "id"], name="product_by_price"),
            models.Index(fields=["changed_at", "id"], name="product_by_change"),
        ]

    def __str__(self) -> str:
        return self.name or self.code
