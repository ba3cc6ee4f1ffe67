from __future__ import annotations

from django.db import models

from dangol.platform.access.guard import GuardedModel, Link
from dangol.platform.access.policies import Everyone


class ProductPair(GuardedModel):
    """That people who bought `product` bought `other` too, more often than chance explains.

    Of `people` customers `buyers` bought the product, `other_buyers` the other, `together` both; support is
    together / people, confidence together / buyers, lift confidence / (other_buyers / people). `p` is the chance of
    that many if the two had nothing to do with each other. Derived: made anew by every analysis, without constraints to
    the products in the database; nothing about a person can be read from them, since they count ten people or more.
    """

    access_name = "product"
    row_policy = Everyone()

    product = Link("catalog.Product", models.CASCADE, db_constraint=False, db_index=False)
    other = Link("catalog.Product", models.CASCADE, db_constraint=False, db_index=False)
    together = models.IntegerField()
    buyers = models.IntegerField()
    other_buyers = models.IntegerField()
    people = models.IntegerField()
    p = models.FloatField()

    class Meta(GuardedModel.Meta):
        abstract = False
        db_table = "recommendations_pair"
        constraints = [models.UniqueConstraint(fields=["product", "other"], name="product_pair_once")]
