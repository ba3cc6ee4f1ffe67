from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dangol.core.catalog.products.models import Product
from dangol.core.catalog.products.services import (
    change_product,
    create_product,
    create_products,
    restore_product,
    trash_product,
)
from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.objects.registry import register
from dangol.platform.objects.types import ObjectType, fields_of

PRODUCTS = register(
    ObjectType(
        name="product",
        model=Product,
        label=_("Product"),
        plural=_("Products"),
        slug="products",
        icon="package",
        section="sales",
        order=40,
        fields=fields_of(
            Product,
            ("name", "code", "kind", "category", "price", "cost", "created_at", "changed_at"),
            category={"is_list": True},
            created_at={"label": _("Known since"), "is_sortable": False},
            changed_at={"label": _("Last change")},
        ),
        columns=("name", "code", "kind", "category", "price"),
        default_sort="name",
        title=str,
        subtitle=lambda product: product.code,
        search=("name", "code", "category"),
        create=create_product,
        create_many=create_products,
        change=change_product,
        trash=trash_product,
        restore=restore_product,
        new_label=_("New product"),
        empty_hint=_("Products come with your orders, or add one by hand."),
    )
)

register_title("product.created", EventTitle(_("Added"), "package"))
register_title("product.changed", EventTitle(_("Changed"), "edit", is_quiet=True))
register_title("product.trashed", EventTitle(_("Put in the trash"), "trash"))
register_title("product.restored", EventTitle(_("Taken out of the trash"), "restore"))
