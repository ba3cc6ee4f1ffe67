from __future__ import annotations

from dangol.platform.db.models import uuid7


def test_ids_of_one_process_rise_and_are_well_formed() -> None:
    found = [uuid7() for _ in range(5_000)]
    assert found == sorted(set(found))
    assert {(one.version, one.variant) for one in found} == {(7, "specified in RFC 4122")}
