from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dangol.core.catalog.products import events
from dangol.core.catalog.products.models import Product
from dangol.platform.access.actor import Actor
from dangol.platform.objects.making_many import create_many
from dangol.platform.objects.writing import RecordWriter


def _clean(values: dict[str, Any], product: Any) -> dict[str, Any]:
    if "code" in values:
        values["code"] = str(values["code"] or "").strip().upper()
    return values


PRODUCTS = RecordWriter(
    model=Product,
    writable=("code", "name", "kind", "category", "price", "cost"),
    created=events.ProductCreated,
    changed=events.ProductChanged,
    trashed=events.ProductTrashed,
    restored=events.ProductRestored,
    clean=_clean,
    search=lambda product: (str(product), {n: getattr(product, n) for n in ("name", "code", "category")}),
)  # fmt: skip


def create_product(*, actor: Actor, values: Mapping[str, Any]) -> Product:
    """Add a product. Raises Forbidden, ValidationError by field."""
    return PRODUCTS.create(actor=actor, values=values)  # type: ignore[no-any-return]


def create_products(*, actor: Actor, values: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Add many products: for each the record, or the error for which it was left out. Raises Forbidden."""
    return create_many(PRODUCTS, actor=actor, values=values)


def change_product(
    *, actor: Actor, record_id: int, values: Mapping[str, Any], expected: Mapping[str, Any] | None = None
) -> Product:
    """Change some fields of a product. Raises NotFound, Forbidden, Conflict, ValidationError by field."""
    return PRODUCTS.change(actor=actor, record_id=record_id, values=values, expected=expected)  # type: ignore[no-any-return]


def trash_product(*, actor: Actor, record_id: int) -> Product:
    """Put a product in the trash. Raises NotFound, Forbidden."""
    return PRODUCTS.trash(actor=actor, record_id=record_id)  # type: ignore[no-any-return]


def restore_product(*, actor: Actor, record_id: int) -> Product:
    """Take a product out of the trash. Raises NotFound, Forbidden."""
    return PRODUCTS.restore(actor=actor, record_id=record_id)  # type: ignore[no-any-return]
