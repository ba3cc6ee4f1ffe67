from __future__ import annotations

from typing import Any, ClassVar

from tests.contract import ObjectContract


class TestHouseholdContract(ObjectContract):
    __test__ = True
    name = "household"
    change: ClassVar[tuple[str, Any]] = ("city", "부산")

    def values(self, n: int) -> dict[str, Any]:
        return {"name": f"남궁 씨네 {n}", "city": "서울", "country": "KR"}
