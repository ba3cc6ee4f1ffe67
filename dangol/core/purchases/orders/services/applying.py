"""Writing what a file tells: only rows that are new or differ, each with what it was and became."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from dangol.core.catalog.products.models import Product
from dangol.core.customers.people.models import Person
from dangol.core.customers.people.services import search_texts
from dangol.core.purchases.orders.models import Line, Order
from dangol.core.purchases.orders.services.matching import (
    LINE_COLUMNS,
    LINES,
    ORDER_COLUMNS,
    ORDERS,
    PEOPLE,
    PRODUCTS,
    STAGED_LINES,
    STAGED_VALUES,
)
from dangol.core.purchases.orders.services.staging import refresh_statistics
from dangol.core.purchases.orders.services.statements import fetch, fetch_one, half_even, insert, new_ids, run
from dangol.platform.search.services import Texts, remember_many

CHUNK_LINES = 40_000
_PERSON_TEXTS = ("email", "phone", "name", "country")
_PERSON_JSON = ("customer_number", *_PERSON_TEXTS)
_PRODUCT_JSON = ("code", "name", "kind", "price")
_NEW_PERSON_JSON = (*_PERSON_JSON, "latin_name", "company_id", "job_title", "city", "address", "language", "born_on",
                    "source", "owner_id")  # fmt: skip
_NEW_PRODUCT_JSON = (*_PRODUCT_JSON, "category")


def write_people(*, shop: str, owner_id: int | None) -> None:
    """Add people nobody knew; of known ones fill in what is blank, and never overwrite."""
    new_ids(Person, "staged_person", "person_id")
    insert(
        Person,
        {"id": "person_id", "customer_number": "customer_number", "owner_id": "%(owner)s::bigint", "source": "%(shop)s"}
        | {name: name for name in _PERSON_TEXTS},
        "FROM staged_person WHERE is_new ORDER BY no",
        {"owner": owner_id, "shop": shop},
    )
    _note_before(
        "person",
        PEOPLE,
        _PERSON_JSON,
        f"""
        SELECT DISTINCT p.id FROM staged_person s JOIN {PEOPLE} p ON p.id = s.person_id WHERE NOT s.is_new AND (
          (p.customer_number IS NULL AND s.customer_number IS NOT NULL)
          OR {" OR ".join(f"(p.{n} = '' AND s.{n} <> '')" for n in _PERSON_TEXTS)})""",
    )
    fills = ", ".join(f"{n} = CASE WHEN p.{n} = '' THEN s.{n} ELSE p.{n} END" for n in _PERSON_TEXTS)
    run(f"""
        UPDATE {PEOPLE} p SET customer_number = coalesce(p.customer_number, s.customer_number), {fills}
        FROM (SELECT DISTINCT ON (person_id) * FROM staged_person ORDER BY person_id, customer_number, no) s
        WHERE s.person_id = p.id
          AND p.id IN (SELECT subject_id FROM staged_before WHERE subject = 'person')""")
    run("UPDATE staged_order o SET person_id = p.person_id FROM staged_person p WHERE p.no = o.person_no AND p.is_new")


def write_products(*, is_kind_chosen: bool, has_prices: bool) -> None:
    """Add products nobody knew; of known ones fill in what is blank, and the kind if the person chose the fees."""
    if not has_prices:
        run("UPDATE staged_product SET price = NULL")
    new_ids(Product, "staged_product", "product_id")
    insert(
        Product,
        {"id": "product_id", "code": "code", "name": "name", "kind": "kind", "price": "price"},
        "FROM staged_product WHERE is_new ORDER BY no",
        {},
    )
    kind = "OR p.kind <> s.kind" if is_kind_chosen else ""
    _note_before(
        "product",
        PRODUCTS,
        _PRODUCT_JSON,
        f"""
        SELECT p.id FROM staged_product s JOIN {PRODUCTS} p ON p.id = s.product_id WHERE NOT s.is_new AND (
          (p.name = '' AND s.name <> '') OR (p.price IS NULL AND s.price IS NOT NULL) {kind})""",
    )
    run(f"""
        UPDATE {PRODUCTS} p SET name = CASE WHEN p.name = '' THEN s.name ELSE p.name END,
          price = coalesce(p.price, s.price), kind = s.kind
        FROM staged_product s WHERE s.product_id = p.id
          AND p.id IN (SELECT subject_id FROM staged_before WHERE subject = 'product')""")


def write_new_orders(*, shop: str, tell: Callable[[int], None]) -> None:
    """Add orders nobody knew, with their lines; `tell(lines)` hears of every block."""
    new_ids(Order, "staged_order", "order_id")
    given = {"id": "order_id", "source": "%(shop)s", "number": "number"} | {name: name for name in ORDER_COLUMNS}
    insert(Order, given, "FROM staged_order WHERE is_new ORDER BY no", {"shop": shop})
    refresh_statistics()
    columns = {"order_id": "o.order_id", "position": "s.position"} | STAGED_VALUES
    for first, last in _blocks():
        tell(insert(
            Line, columns,
            f"{STAGED_LINES} WHERE o.is_new AND s.order_no BETWEEN %(first)s AND %(last)s"
                " ORDER BY s.order_no, s.position",
            {"first": first, "last": last},
        ))  # fmt: skip


def _blocks() -> Iterator[tuple[int, int]]:
    """Ranges of new orders with about `CHUNK_LINES` lines each."""
    start, lines = None, 0
    number = -1
    for number, count in fetch("SELECT no, line_count FROM staged_order WHERE is_new ORDER BY no"):
        start = number if start is None else start
        lines += count or 0
        if lines >= CHUNK_LINES:
            yield start, number
            start, lines = None, 0
    if start is not None:
        yield start, number


def write_known_orders() -> None:
    """Bring known orders to what the file says: lines added, changed, removed; then the orders themselves."""
    run("""
        CREATE TEMP TABLE staged_touched AS
        SELECT order_no FROM staged_diff WHERE line_id IS NULL OR is_changed UNION SELECT order_no FROM staged_gone
        UNION SELECT no FROM staged_order WHERE NOT is_new AND is_changed""")
    _note_before("order", ORDERS, ("source", "number", *ORDER_COLUMNS),
                 "SELECT o.order_id FROM staged_touched t JOIN staged_order o ON o.no = t.order_no",
                 _changed_lines("d.line_id IS NOT NULL AND d.is_changed"))  # fmt: skip
    insert(
        Line,
        {"order_id": "o.order_id", "position": "s.position"} | STAGED_VALUES,
        f"{STAGED_LINES} JOIN staged_diff d ON d.order_no = s.order_no AND d.position = s.position"
        " WHERE d.line_id IS NULL ORDER BY s.order_no, s.position",
        {},
    )
    run(f"""
        UPDATE {LINES} l SET {", ".join(f"{name} = v.{name}" for name in LINE_COLUMNS)} FROM (
          SELECT d.line_id, {", ".join(f"{sql} AS {name}" for name, sql in STAGED_VALUES.items())}
          {STAGED_LINES} JOIN staged_diff d ON d.order_no = s.order_no AND d.position = s.position
          WHERE d.is_changed) v WHERE v.line_id = l.id""")
    run(f"DELETE FROM {LINES} WHERE id IN (SELECT line_id FROM staged_gone)")
    _sum_touched_orders()


def _sum_touched_orders() -> None:
    heads = ", ".join(f"{n} = s.{n}" for n in ORDER_COLUMNS if n not in ("amount", "value", "line_count"))
    run(f"""
        UPDATE {ORDERS} o SET {heads}, amount = v.amount, line_count = v.count,
          value = {half_even("v.amount", "s.rate")}
        FROM staged_order s JOIN (
          SELECT l.order_id, sum(l.amount) AS amount, count(*) AS count FROM {LINES} l
          WHERE l.order_id IN (SELECT o.order_id FROM staged_touched t JOIN staged_order o ON o.no = t.order_no)
          GROUP BY l.order_id) v ON v.order_id = s.order_id
        WHERE o.id = s.order_id""")
    run(f"""
        UPDATE {LINES} l SET value = {half_even("l.amount", "s.rate")} FROM staged_order s
        WHERE s.is_changed AND l.order_id = s.order_id
          AND l.value IS DISTINCT FROM {half_even("l.amount", "s.rate")}""")


def _note_before(subject: str, name: str, columns: tuple[str, ...], ids: str, lines: str = "") -> None:
    """Keep what rows that are about to change are now."""
    run(f"""
        INSERT INTO staged_before (subject, subject_id, before)
        SELECT '{subject}', r.id, {_json("r", columns)} {lines} FROM {name} r WHERE r.id IN ({ids})""")


def _changed_lines(which: str) -> str:
    """SQL that adds to an order's JSON the lines that are about to change or go, as compact lists."""
    return f"""|| jsonb_build_object('lines', coalesce((
        SELECT jsonb_agg({_line_json("l")} ORDER BY l.position) FROM {LINES} l WHERE l.id IN (
          SELECT d.line_id FROM staged_diff d JOIN staged_order o ON o.no = d.order_no
          WHERE o.order_id = r.id AND {which}
          UNION SELECT g.line_id FROM staged_gone g JOIN staged_order o ON o.no = g.order_no WHERE o.order_id = r.id
        )), '[]'::jsonb))"""


def _lines_after() -> str:
    """SQL that adds to a known order's JSON the lines that were added or changed."""
    return f"""jsonb_build_object('lines', coalesce((
        SELECT jsonb_agg({_line_json("l")} ORDER BY l.position) FROM {LINES} l
        JOIN staged_diff d ON d.position = l.position JOIN staged_order o ON o.no = d.order_no
        WHERE l.order_id = r.id AND o.order_id = r.id AND (d.line_id IS NULL OR d.is_changed)), '[]'::jsonb))"""


def _line_json(alias: str) -> str:
    texts = ", ".join(f"{alias}.{name}::text" for name in LINE_COLUMNS)
    return f"jsonb_build_array({alias}.position, {texts})"


def _json(alias: str, columns: tuple[str, ...]) -> str:
    """Columns as a JSON object that reads back without loss: numbers and moments as text, ids as numbers."""
    pairs = []
    for name in columns:
        is_number = name in ("person_id", "line_count")
        pairs.append(f"'{name}', {alias}.{name}" + ("" if is_number else "::text"))
    return f"jsonb_build_object({', '.join(pairs)})"


def is_anything_different() -> bool:
    """Whether there is anything to write at all for orders, people or products (rows noted so far included)."""
    return bool(fetch_one("""
        SELECT EXISTS (SELECT 1 FROM staged_before) OR EXISTS (SELECT 1 FROM staged_back)
            OR EXISTS (SELECT 1 FROM staged_order WHERE is_new)
            OR EXISTS (SELECT 1 FROM staged_person WHERE is_new) OR EXISTS (SELECT 1 FROM staged_product WHERE is_new)
            """)[0])  # fmt: skip


def write_changes(event_id: UUID) -> None:
    """Write beside the event what every row was and became."""
    target = "INSERT INTO event_change (event_id, subject, subject_id, about_id, before, after)"
    run(
        f"""{target} SELECT %s, 'order', r.id, r.person_id, NULL, {_json("r", ("source", "number", *ORDER_COLUMNS))}
        FROM {ORDERS} r WHERE r.id IN (SELECT order_id FROM staged_order WHERE is_new)""",
        [event_id],
    )
    for subject, name, columns, all_columns, staged, key in (
        ("person", PEOPLE, _PERSON_JSON, _NEW_PERSON_JSON, "staged_person", "person_id"),
        ("product", PRODUCTS, _PRODUCT_JSON, _NEW_PRODUCT_JSON, "staged_product", "product_id"),
    ):
        about = "r.id" if subject == "person" else "NULL"
        run(
            f"""{target} SELECT %s, '{subject}', r.id, {about}, NULL, {_json("r", all_columns)}
            FROM {name} r WHERE r.id IN (SELECT {key} FROM {staged} WHERE is_new)""",
            [event_id],
        )
        run(
            f"""{target} SELECT %s, '{subject}', r.id, {about}, b.before, {_json("r", columns)}
            FROM {name} r JOIN staged_before b ON b.subject = '{subject}' AND b.subject_id = r.id""",
            [event_id],
        )
    run(
        f"""{target} SELECT %s, 'order', r.id, r.person_id, b.before,
          {_json("r", ("source", "number", *ORDER_COLUMNS))} || {_lines_after()}
        FROM {ORDERS} r JOIN staged_before b ON b.subject = 'order' AND b.subject_id = r.id""",
        [event_id],
    )


def refresh_search() -> None:
    """Make new and changed people, products and orders findable."""
    written = "staged_person WHERE is_new", "staged_product WHERE is_new"
    noted = (
        "(SELECT subject, subject_id FROM staged_before UNION SELECT subject, subject_id FROM staged_back) t"
        " WHERE subject"
    )
    people = f"SELECT person_id FROM {written[0]} UNION SELECT subject_id FROM {noted} = 'person'"
    products = f"SELECT product_id FROM {written[1]} UNION SELECT subject_id FROM {noted} = 'product'"
    orders = "SELECT subject_id FROM staged_back WHERE subject = 'order'"
    remember_many("person", (_person_entry(row) for row in fetch(
        f"SELECT id, name, latin_name, customer_number, email, phone, also FROM {PEOPLE}"
        f" WHERE deleted_at IS NULL AND id IN ({people})")))  # fmt: skip
    remember_many("product", (
        (key, name or code, {"name": name, "code": code, "category": category}) for key, code, name, category in fetch(
            f"SELECT id, code, name, category FROM {PRODUCTS} WHERE deleted_at IS NULL AND id IN ({products})")
    ))  # fmt: skip
    remember_many("order", (
        (key, number, {"number": number}) for key, number in fetch(
            f"SELECT order_id, number FROM staged_order WHERE is_new OR order_id IN ({orders}) ORDER BY no")
    ))  # fmt: skip


def _person_entry(row: tuple[Any, ...]) -> tuple[int, str, Texts]:
    names = ("id", "name", "latin_name", "customer_number", "email", "phone", "also")
    title, texts = search_texts(Person(**dict(zip(names, row, strict=True))))
    return row[0], title, texts
