"""All records of an object: out of PostgreSQL in one snapshot, into a table of DuckDB, as texts that compare well."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from django.db import connections

from dangol.core.identity.likeness.rules.names import firm_name, plain_name, sound_key
from dangol.core.identity.matching.estimators.linkage import Pairs
from dangol.platform.db.connections import libpq_parameters
from dangol.platform.engine.source import batches, snapshot
from dangol.platform.jobs.progress import Tracker

KEY = "unique_id"
ALIKE_NAMES = 0.85
Clean = Callable[[str], str]


@dataclass(frozen=True)
class Source:
    """What is read of an object: `query` selects its columns as texts, the number first; `clean` {column: how}.

    `compared` are the columns that are compared; `keys` {column: (of which, how)} further ones, by which pairs are only
    looked for. `own` are those that hardly two share: where names differ, one of them must agree.
    """

    query: str
    compared: tuple[str, ...]
    clean: dict[str, Clean]
    keys: dict[str, tuple[str, Clean]]
    own: tuple[str, ...]


def _mailbox(email: str) -> str:
    """The part before the @, where it is long enough to tell somebody."""
    box = email.split("@")[0].replace(".", "")
    return box if len(box) > 5 else ""


SOURCES = {
    "person": Source(
        "SELECT id, coalesce(nullif(name, ''), latin_name) AS name, email, phone, born_on::text AS born_on,"
        " address FROM customers_person WHERE deleted_at IS NULL",
        ("name", "email", "phone", "born_on", "address"),
        {"name": sound_key, "address": plain_name},
        {"mailbox": ("email", _mailbox)},
        ("email", "phone"),
    ),
    "company": Source(
        "SELECT id, name, registration_number, phone, website, address FROM customers_company"
        " WHERE deleted_at IS NULL",
        ("name", "registration_number", "phone", "website", "address"),
        {"name": firm_name, "address": plain_name},
        {},
        ("registration_number", "phone", "website"),
    ),
}  # fmt: skip


def read(connection: Any, object_name: str, tracker: Tracker, alias: str = "default") -> str:
    """Fill the table `records` of an open DuckDB connection; returns its name. Raises Stopped."""
    source = SOURCES[object_name]
    schema = pa.schema([(KEY, pa.int64()), *((name, pa.string()) for name in source.compared)])
    names = [KEY, *source.compared, *source.keys]
    columns = ", ".join(f'"{name}" {"BIGINT" if name == KEY else "VARCHAR"}' for name in names)
    connection.execute(f"CREATE TABLE records ({columns})")
    with snapshot(libpq_parameters(connections[alias].settings_dict)) as view:
        for batch in batches(view.connection, source.query, schema):
            connection.register("batch", _cleaned(pa.Table.from_batches([batch]), source))
            connection.execute("INSERT INTO records SELECT * FROM batch")
            connection.unregister("batch")
            tracker.advance(batch.num_rows)
    return "records"


def _cleaned(table: pa.Table, source: Source) -> pa.Table:
    found = {KEY: table[KEY]}
    for name in source.compared:
        found[name] = _each(table[name], source.clean.get(name, str.lower))
    for name, (origin, clean) in source.keys.items():
        found[name] = _each(table[origin], clean)
    return pa.table(found)


def _each(column: pa.ChunkedArray, clean: Clean) -> pa.Array:
    """Each text cleaned, once for each different one; an empty one is not known."""
    known: dict[str | None, str | None] = {None: None}
    found = []
    for text in column.to_pylist():
        if text not in known:
            known[text] = clean(text) or None
        found.append(known[text])
    return pa.array(found, pa.string())


def plausible(connection: Any, table: str, object_name: str, pairs: Pairs) -> Pairs:
    """Without the pairs of people of one house: names that are known and differ, and nothing that is one's own agrees.

    A model that learns without examples may take neighbours for the same, since an address agrees as seldom as they do.
    """
    found = pa.table({"l": pairs.left, "r": pairs.right, "p": pairs.probability})
    connection.register("found", found)
    agree = " OR ".join(f"coalesce(a.{name} = b.{name}, false)" for name in SOURCES[object_name].own)
    rows = connection.execute(
        f"SELECT l, r, p FROM found JOIN {table} a ON a.{KEY} = l JOIN {table} b ON b.{KEY} = r WHERE"
        f" coalesce(jaro_winkler_similarity(a.name, b.name) >= {ALIKE_NAMES}, true) OR {agree}"
        " ORDER BY p DESC, l, r"
    ).fetchnumpy()
    connection.unregister("found")
    return Pairs(rows["l"], rows["r"], rows["p"])
