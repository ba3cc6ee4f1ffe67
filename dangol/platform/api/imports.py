"""Files of records may hold what other systems call them, as programs do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from django.db import connection

from dangol.platform.api import upserting
from dangol.platform.api.models import ExternalId
from dangol.platform.exchange.records.outside_names import OutsideNames, register_outside_names


def _hold(object_name: str, system: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 5501))", [upserting.all_of(object_name, system)]
        )


def _find(object_name: str, system: str, ids: Collection[str]) -> dict[str, int]:
    rows = ExternalId.objects.filter(object_name=object_name, system=system, external_id__in=list(ids))
    return dict(rows.values_list("external_id", "record_id"))


def _of(object_name: str, system: str, records: Collection[int]) -> Mapping[int, set[str]]:
    rows = ExternalId.objects.filter(object_name=object_name, system=system, record_id__in=list(records))
    found: dict[int, set[str]] = defaultdict(set)
    for record, name in rows.values_list("record_id", "external_id"):
        found[record].add(name)
    return found


def _note(object_name: str, system: str, names: Mapping[str, int]) -> None:
    ExternalId.objects.bulk_create(
        [ExternalId(object_name=object_name, system=system, external_id=n, record_id=pk) for n, pk in names.items()],
        update_conflicts=True, unique_fields=["object_name", "system", "external_id"], update_fields=["record_id"],
    )  # fmt: skip


register_outside_names(OutsideNames(_hold, _find, _of, _note))
