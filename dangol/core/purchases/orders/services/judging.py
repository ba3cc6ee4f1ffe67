"""What of a file its taker may write: others' orders and customers are put aside, what is closed is left as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dangol.core.catalog.products.models import Product
from dangol.core.customers.people.models import Person
from dangol.core.purchases.orders.models import Order
from dangol.core.purchases.orders.rules.gathering import Aside, Gathering
from dangol.core.purchases.orders.rules.reading import Fault
from dangol.core.purchases.orders.services.matching import PRODUCTS
from dangol.core.purchases.orders.services.staging import Stage
from dangol.core.purchases.orders.services.statements import fetch, fetch_one, run
from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.exchange.reader import Table
from dangol.platform.exchange.values.numbers import EXACT

NOT_YOURS, NOT_YOUR_CUSTOMER = "not_yours", "not_your_customer"
WRITES: dict[str, tuple[tuple[str, str], ...]] = {
    "number": (("order", "number"),),
    "date": (("order", "ordered_at"),),
    "customer_number": (("person", "customer_number"), ("order", "person")),
    "customer_name": (("person", "name"),),
    "email": (("person", "email"), ("order", "person")),
    "phone": (("person", "phone"), ("order", "person")),
    "price": (("order", "amount"), ("order", "value")),
    "amount": (("order", "amount"), ("order", "value")),
    "total": (("order", "amount"), ("order", "value")),
    "currency": (("order", "currency"),),
    "country": (("order", "country"), ("person", "country")),
}
"""The fields of objects into which a column of the file is written. What lines say of products is the lines' own."""


def may_fill(actor: Actor, name: str) -> bool:
    """Whether `actor` may write what this column of a file holds."""
    return all(actor.field_right(object_name, field) == "edit" for object_name, field in WRITES.get(name, ()))


def refuse_closed(actor: Actor, columns: Mapping[str, int], labels: Mapping[str, Any]) -> None:
    """Raise Forbidden with a sentence for columns that `actor` may not write."""
    closed = [str(labels.get(name, name)) for name in columns if not may_fill(actor, name)]
    if closed:
        sentence = _("You may not write these fields: %(names)s. Set their columns to “not used”.")
        raise Forbidden("change", "order", sentence % {"names": ", ".join(closed)})


def put_others_aside(actor: Actor, table: Table, gathering: Gathering) -> None:
    """Put aside the rows of orders that differ and are not the actor's to change, or whose customer is not theirs."""
    orders = _others_orders(actor)
    customers = _others_customers(actor) - orders
    if not (orders or customers):
        return
    reasons = dict.fromkeys(orders, NOT_YOURS) | dict.fromkeys(customers, NOT_YOUR_CUSTOMER)
    asked = [sorted(reasons)]
    lines = fetch(
        "DELETE FROM staged_line WHERE order_no = ANY(%s) RETURNING order_no, row_number, position, amount", asked
    )
    for name in ("staged_diff", "staged_gone"):
        run(f"DELETE FROM {name} WHERE order_no = ANY(%s)", asked)
    buyers = [no for (no,) in fetch("DELETE FROM staged_order WHERE no = ANY(%s) RETURNING person_no", asked)]
    nobody = "NOT EXISTS (SELECT 1 FROM staged_order o WHERE o.person_no = p.no)"
    run(f"DELETE FROM staged_person p WHERE no = ANY(%s) AND {nobody}", [[n for n in buyers if n is not None]])
    run("DELETE FROM staged_product p WHERE NOT EXISTS (SELECT 1 FROM staged_line l WHERE l.product_no = p.no)")
    gathering.orders = {number: head for number, head in gathering.orders.items() if head.index not in reasons}
    for no, _row, _position, amount in lines:
        gathering.reasons[reasons[no]] += 1
        gathering.amount_imported = EXACT.subtract(gathering.amount_imported, amount)
        gathering.amount_aside = EXACT.add(gathering.amount_aside, amount)
    _keep_rows(table, {row: (reasons[no], position) for no, row, position, _amount in lines})


def _keep_rows(table: Table, wanted: Mapping[int, tuple[str, int]]) -> None:
    """Read the file once more for what stood in the rows."""
    stage = Stage()
    for row in table.rows():
        if row.number in wanted:
            reason, position = wanted[row.number]
            stage.put_aside(Aside(row, Fault(reason, ""), position))
    stage.flush()


def _others_orders(actor: Actor) -> set[int]:
    rows = fetch("""
        SELECT no, order_id FROM staged_order WHERE NOT is_new AND is_changed
        UNION SELECT o.no, o.order_id FROM staged_order o JOIN staged_diff d ON d.order_no = o.no
          WHERE d.line_id IS NULL OR d.is_changed
        UNION SELECT o.no, o.order_id FROM staged_order o JOIN staged_gone g ON g.order_no = o.no""")
    return _but(rows, Order, actor, "change")


def _others_customers(actor: Actor) -> set[int]:
    return _but(fetch("""
        SELECT o.no, o.person_id FROM staged_order o JOIN staged_person p ON p.no = o.person_no
        WHERE NOT p.is_new AND (o.is_new OR o.is_changed)"""), Person, actor, "see")  # fmt: skip


def _but(rows: Sequence[tuple[int, int]], model: Any, actor: Actor, action: str) -> set[int]:
    """The first of each pair whose second is a record to which `actor` may not do `action`."""
    scopes = {actor.scope(a, model.access_name) for a in ("see", action)}
    if not rows or scopes == {"all"}:
        return set()
    found = model.objects.visible_to(actor, action).filter(pk__in={pk for _no, pk in rows})
    mine = set(found.values_list("pk", flat=True))
    return {no for no, pk in rows if pk not in mine}


def leave_closed(actor: Actor) -> list[str]:
    """Take out of the temporary tables what the actor may not write; returns sentences about it."""
    said = [*_without_new_people(actor), *_without_new_products(actor)]
    texts = "email = '', phone = '', name = '', country = '', customer_number = NULL"
    _keep_as_they_are("staged_person", "person_id", Person, actor, texts)
    kind = f"coalesce((SELECT p.kind FROM {PRODUCTS} p WHERE p.id = s.product_id), s.kind)"
    _keep_as_they_are("staged_product", "product_id", Product, actor, f"name = '', price = NULL, kind = {kind}")
    for name, blank in (("name", "''"), ("price", "NULL")):
        if actor.field_right("product", name) != "edit":
            run(f"UPDATE staged_product SET {name} = {blank}")
    return said


def _without_new_people(actor: Actor) -> list[str]:
    """Orders of people whom nobody knows stand without a customer, where the actor may add none."""
    if actor.may("create", "person"):
        return []
    (count,) = fetch_one("SELECT count(*) FROM staged_person WHERE is_new")
    run("UPDATE staged_order o SET person_no = NULL FROM staged_person p WHERE p.no = o.person_no AND p.is_new")
    run("DELETE FROM staged_person WHERE is_new")
    return [ngettext(
        "%(count)d customer is not known here, and you may not add people: the orders stand without one.",
        "%(count)d customers are not known here, and you may not add people: their orders stand without one.", count,
    ) % {"count": count}] if count else []  # fmt: skip


def _without_new_products(actor: Actor) -> list[str]:
    """Lines of products that nobody knows keep code and text alone, where the actor may add none."""
    if actor.may("create", "product") and actor.field_right("product", "code") == "edit":
        return []
    count = run("UPDATE staged_product SET is_new = false WHERE is_new")
    return [ngettext(
        "%(count)d product is not known here, and you may not add products: its lines keep code and text alone.",
        "%(count)d products are not known here, and you may not add products: their lines keep code and text alone.",
        count,
    ) % {"count": count}] if count else []  # fmt: skip


def _keep_as_they_are(staged: str, key: str, model: Any, actor: Actor, blank: str) -> None:
    """Of known records that the actor may not change nothing is filled in."""
    if {actor.scope(a, model.access_name) for a in ("see", "change")} == {"all"}:
        return
    known = {pk for (pk,) in fetch(f"SELECT {key} FROM {staged} WHERE NOT is_new AND {key} IS NOT NULL")}
    mine = model.objects.visible_to(actor, "change").filter(pk__in=known).values_list("pk", flat=True)
    run(f"UPDATE {staged} s SET {blank} WHERE NOT s.is_new AND s.{key} = ANY(%s)", [sorted(known - set(mine))])
