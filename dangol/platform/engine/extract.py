"""Taking what changed since the last load from Postgres to the lake.

All datasets are read in one snapshot, so they agree with each other. A load takes every row whose last write was not
visible in the snapshot of the load before: a transaction with an older number that committed later is found, and
nothing is taken twice. Deletes come from `db_tombstone`. Everything is loaded anew when the table, the database or
the columns are not those of the last load.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from dangol.platform.db.connections import libpq_parameters
from dangol.platform.engine import merging
from dangol.platform.engine.datasets import Dataset, registered
from dangol.platform.engine.lake import Lake, Writer
from dangol.platform.engine.manifest import Layer, Manifest
from dangol.platform.engine.models import Load
from dangol.platform.engine.source import Snapshot, batches, snapshot, write_parquet

LOADS_REMEMBERED = 1000
Listener = Callable[[str, int], None]


@dataclass
class Taken:
    """What a load took of one dataset; `rows` is what the lake holds of it now."""

    is_full: bool = False
    changed: int = 0
    gone: int = 0
    rows: int = 0
    is_compacted: bool = False


@dataclass
class Loaded:
    """What a load did, by dataset, and how long it took."""

    version: int = 0
    seconds: float = 0.0
    datasets: dict[str, Taken] = field(default_factory=dict)


def extract(
    lake: Lake | None = None,
    *,
    datasets: Iterable[Dataset] | None = None,
    alias: str = "default",
    listener: Listener | None = None,
) -> Loaded:
    """Bring the lake up to date with the database `alias`; it holds `datasets` (default: all registered) afterwards.

    `listener(dataset, rows)` is told when a dataset is done. Raises LakeBusy while another process loads.
    """
    started = time.monotonic()
    lake = lake or Lake()
    with lake.write() as writer:
        token = _leave_mark(alias)
        with snapshot(_parameters(alias)) as view:
            before = _trusted(writer.manifest, view)
            loaded = Loaded()
            layers = {}
            for dataset in registered() if datasets is None else datasets:
                layers[dataset.name], loaded.datasets[dataset.name] = _load(view, writer, dataset, before)
                if listener:
                    listener(dataset.name, loaded.datasets[dataset.name].changed)
        published = writer.publish(_next(before, view, token, layers))
    loaded.version, loaded.seconds = published.version, time.monotonic() - started
    return loaded


def _next(before: Manifest, view: Snapshot, token: str, layers: dict[str, Layer]) -> Manifest:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return replace(before, server=view.server, token=token, moment=view.moment, loaded_at=now, datasets=layers)


def _leave_mark(alias: str) -> str:
    """Write the load's mark into the database, committed before the snapshot is taken; forget the oldest marks."""
    mark = Load.objects.using(alias).create(token=uuid.uuid4())
    kept = Load.objects.using(alias).order_by("-started_at").values("token")[:LOADS_REMEMBERED]
    Load.objects.using(alias).exclude(token__in=list(kept.values_list("token", flat=True))).delete()
    return str(mark.token)


def _parameters(alias: str) -> dict[str, Any]:
    from django.db import connections

    return libpq_parameters(connections[alias].settings_dict)


def _trusted(manifest: Manifest, view: Snapshot) -> Manifest:
    """What may be built upon: nothing of another database, or of a later state of this one."""
    is_same = manifest.server == view.server and manifest.watermark <= int(view.moment.partition(":")[0])
    if is_same and manifest.token and view.knows(manifest.token):
        return manifest
    return Manifest(version=manifest.version)


def _load(view: Snapshot, writer: Writer, dataset: Dataset, before: Manifest) -> tuple[Layer, Taken]:
    source = view.source_of(dataset.table)
    known = before.datasets.get(dataset.name)
    if known is None or (known.signature, known.source) != (dataset.signature, source):
        return _load_all(view, writer, dataset, source)
    return _load_changes(view, writer, dataset, known, before)


def _load_all(view: Snapshot, writer: Writer, dataset: Dataset, source: str) -> tuple[Layer, Taken]:
    query = f"SELECT {dataset.select()} FROM {dataset.table} WHERE {dataset.where}"
    names, rows = _write(view, writer, dataset, "base", query, dataset.schema)
    layer = Layer(
        signature=dataset.signature, source=source, columns=tuple(dataset.columns), key=dataset.key,
        base=names, base_rows=rows,
    )  # fmt: skip
    return layer, Taken(is_full=True, changed=rows, rows=rows)


def _load_changes(
    view: Snapshot, writer: Writer, dataset: Dataset, known: Layer, before: Manifest
) -> tuple[Layer, Taken]:
    since, lost_since = _unseen("changed_xid", before), _unseen("xid", before)
    changed = f"SELECT {dataset.select()} FROM {dataset.table} WHERE {since} AND ({dataset.where})"
    gone = (
        f"SELECT key FROM db_tombstone WHERE table_name = '{dataset.table}' AND {lost_since}"
        f" UNION SELECT {dataset.key} FROM {dataset.table} WHERE {since} AND ({dataset.where}) IS NOT TRUE"
    )
    new, new_rows = _write(view, writer, dataset, "new", changed, dataset.schema)
    lost, lost_rows = _write(view, writer, dataset, "gone", gone, pa.schema([("key", pa.int64())]))
    layer, is_compacted = merging.merge(writer, dataset.name, known, new, lost)
    return layer, Taken(changed=new_rows, gone=lost_rows, rows=merging.count(writer, layer), is_compacted=is_compacted)


def _unseen(column: str, before: Manifest) -> str:
    """The condition for rows that the load before could not see; its first half is what the index finds."""
    seen = f"pg_visible_in_snapshot({column}, '{before.moment}'::pg_snapshot)"
    return f"{column} >= '{before.watermark}'::xid8 AND NOT {seen}"


def _write(
    view: Snapshot, writer: Writer, dataset: Dataset, kind: str, query: str, schema: pa.Schema
) -> tuple[tuple[str, ...], int]:
    name, path = writer.new_file(dataset.name, kind)
    rows = write_parquet(path, batches(view.connection, query, schema), schema)
    return ((name,) if rows or kind == "base" else ()), rows
