"""Finding what is known already: the people, products, orders and lines behind those of a file."""

from __future__ import annotations

from dangol.core.catalog.products.models import Product
from dangol.core.customers.people.models import Person
from dangol.core.purchases.orders.models import Line, Order
from dangol.core.purchases.orders.services.statements import fetch_one, half_even, run, table
from dangol.platform.exchange.trash import put_there_by_undo

PEOPLE, PRODUCTS, ORDERS, LINES = table(Person), table(Product), table(Order), table(Line)

LINE_COLUMNS = (
    "product_id", "code", "description", "kind", "quantity", "unit_price", "amount", "value", "occurred_at",
)  # fmt: skip
ORDER_COLUMNS = ("kind", "person_id", "ordered_at", "country", "currency", "rate", "rate_on", "amount", "value",
                 "line_count")  # fmt: skip

STAGED_LINES = """
FROM staged_line s
JOIN staged_order o ON o.no = s.order_no
LEFT JOIN staged_product p ON p.no = s.product_no
"""
STAGED_VALUES = {
    "product_id": "p.product_id",
    "code": "coalesce(p.code, '')",
    "description": "s.description",
    "kind": "coalesce(p.kind, CASE WHEN s.is_fee THEN 'fee' ELSE 'goods' END)",
    "quantity": "s.quantity",
    "unit_price": "s.unit_price",
    "amount": "s.amount",
    "value": half_even("s.amount", "o.rate"),
    "occurred_at": "s.occurred_at",
}


def match_people() -> None:
    """By customer number; else by e-mail, else by telephone, where nobody with another number stands behind it.

    Somebody in the trash is found by customer number only, since that is unique.
    """
    run(f"UPDATE staged_person s SET person_id = p.id FROM {PEOPLE} p WHERE p.customer_number = s.customer_number")
    for column in ("email", "phone"):
        run(f"""
            UPDATE staged_person s SET person_id = found.id FROM (
              SELECT DISTINCT ON (p.id) p.id, s.no FROM staged_person s JOIN {PEOPLE} p ON p.{column} = s.{column}
              WHERE s.person_id IS NULL AND s.customer_number IS NOT NULL AND s.{column} <> ''
                AND p.customer_number IS NULL AND p.deleted_at IS NULL
                AND NOT EXISTS (SELECT 1 FROM staged_person t WHERE t.person_id = p.id)
              ORDER BY p.id, s.customer_number) found
            WHERE s.no = found.no AND s.person_id IS NULL""")
        run(f"""
            UPDATE staged_person s SET person_id = found.id FROM (
              SELECT s.no, min(p.id) AS id FROM staged_person s JOIN {PEOPLE} p ON p.{column} = s.{column}
              WHERE s.person_id IS NULL AND s.customer_number IS NULL AND s.{column} <> ''
                AND p.deleted_at IS NULL GROUP BY s.no) found
            WHERE s.no = found.no""")
    run("UPDATE staged_person SET is_new = person_id IS NULL")


def match_products(*, is_kind_chosen: bool) -> None:
    """By code. A product keeps the kind that it has, unless the person said which codes are fees."""
    run(f"UPDATE staged_product s SET product_id = p.id FROM {PRODUCTS} p WHERE p.code = s.code")
    run("UPDATE staged_product SET is_new = product_id IS NULL")
    if not is_kind_chosen:
        run(f"UPDATE staged_product s SET kind = p.kind FROM {PRODUCTS} p WHERE p.id = s.product_id")


def match_orders(*, shop: str, currency: str, time_zone: str) -> None:
    """By shop and number; with the rate known on each order's day into `currency`, the company's."""
    run(
        f"UPDATE staged_order s SET order_id = o.id FROM {ORDERS} o WHERE o.source = %s AND o.number = s.number", [shop]
    )
    run("UPDATE staged_order SET is_new = order_id IS NULL")
    run("UPDATE staged_order s SET person_id = p.person_id FROM staged_person p WHERE p.no = s.person_no")
    run(
        """
        UPDATE staged_order s SET rate = found.rate, rate_on = found.on FROM (
          SELECT s.no, day.day, coalesce(r.rate, CASE WHEN s.currency = %(ours)s THEN 1 END) AS rate,
                 coalesce(r."on", CASE WHEN s.currency = %(ours)s THEN day.day END) AS "on"
          FROM staged_order s
          CROSS JOIN LATERAL (SELECT (s.ordered_at AT TIME ZONE %(zone)s)::date AS day) day
          LEFT JOIN LATERAL (
            SELECT r.rate, r."on" FROM staged_rate r WHERE r.currency = s.currency AND r."on" <= day.day
            ORDER BY r."on" DESC LIMIT 1) r ON true) found
        WHERE s.no = found.no""",
        {"ours": currency, "zone": time_zone},
    )


def sum_orders() -> None:
    """Amount and value of the orders by their lines in the file."""
    run("""
        UPDATE staged_order s SET amount = found.amount, line_count = found.count FROM (
          SELECT order_no, sum(amount) AS amount, count(*) AS count FROM staged_line GROUP BY order_no) found
        WHERE s.no = found.order_no""")
    run(f"UPDATE staged_order s SET value = {half_even('s.amount', 's.rate')}")


def compare_lines(*, is_partial: bool) -> None:
    """Lay down which lines of known orders are new, which differ, and which are gone from the file.

    The file is the truth for the orders that it holds: a line beyond the last one of its order in the file is gone.
    A row that was put aside keeps its place, so what stands there is left alone. Files whose rows name their own
    places (a file of put-aside rows, mended) tell about those places only.
    """
    differs = " OR ".join(f"l.{name} IS DISTINCT FROM {STAGED_VALUES[name]}" for name in LINE_COLUMNS)
    run(f"""
        CREATE TEMP TABLE staged_diff AS
        SELECT s.order_no, s.position, l.id AS line_id, (l.id IS NOT NULL AND ({differs})) AS is_changed
        {STAGED_LINES} LEFT JOIN {LINES} l ON l.order_id = o.order_id AND l.position = s.position
        WHERE NOT o.is_new""")
    run("CREATE TEMP TABLE staged_gone (order_no int4, line_id int8)")
    if not is_partial:
        run(f"""
            INSERT INTO staged_gone SELECT o.no, l.id FROM staged_order o JOIN {LINES} l ON l.order_id = o.order_id
            WHERE NOT o.is_new AND l.position > o.last_position""")
    run("ANALYZE staged_diff")


def compare_orders(*, is_partial: bool) -> None:
    """Mark known orders of which more than lines differ. What the file leaves blank stays as it is."""
    run(f"""
        UPDATE staged_order s SET person_id = coalesce(s.person_id, o.person_id),
          country = CASE WHEN s.country = '' THEN o.country ELSE s.country END
        FROM {ORDERS} o WHERE o.id = s.order_id""")
    if is_partial:
        run(f"""
            UPDATE staged_order s SET kind = o.kind, ordered_at = o.ordered_at, currency = o.currency
            FROM {ORDERS} o WHERE o.id = s.order_id""")
    names = [name for name in ORDER_COLUMNS if name not in ("amount", "value", "line_count")]
    differs = " OR ".join(f"o.{name} IS DISTINCT FROM s.{name}" for name in names)
    run(f"UPDATE staged_order s SET is_changed = true FROM {ORDERS} o WHERE o.id = s.order_id AND ({differs})")


def count_differences() -> dict[str, int]:
    """How many lines are new, changed, unchanged and gone; a line of a changed order counts as changed."""
    (new_orders,) = fetch_one("SELECT coalesce(sum(line_count), 0) FROM staged_order WHERE is_new")
    new, changed, same = fetch_one("""
        SELECT count(*) FILTER (WHERE d.line_id IS NULL),
               count(*) FILTER (WHERE d.line_id IS NOT NULL AND (d.is_changed OR o.is_changed)),
               count(*) FILTER (WHERE d.line_id IS NOT NULL AND NOT (d.is_changed OR o.is_changed))
        FROM staged_diff d JOIN staged_order o ON o.no = d.order_no""")
    (gone,) = fetch_one("SELECT count(*) FROM staged_gone")
    return {"rows_new": int(new_orders) + new, "rows_changed": changed, "rows_unchanged": same, "rows_removed": gone}


def count_trashed() -> tuple[int, int]:
    """How many people and orders of the file stand in the trash by hand; imports leave those there."""
    return (
        int(fetch_one(f"""
            SELECT count(DISTINCT p.id) FROM staged_person s JOIN {PEOPLE} p ON p.id = s.person_id
            WHERE p.deleted_at IS NOT NULL AND NOT ({put_there_by_undo("p", "person")})""")[0]),
        int(fetch_one(f"""
            SELECT count(*) FROM staged_order s JOIN {ORDERS} o ON o.id = s.order_id
            WHERE o.deleted_at IS NOT NULL AND NOT ({put_there_by_undo("o", "order")})""")[0]),
    )  # fmt: skip
