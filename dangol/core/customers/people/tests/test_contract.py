from __future__ import annotations

from typing import Any, ClassVar

from tests.contract import ObjectContract


class TestPersonContract(ObjectContract):
    __test__ = True
    name = "person"
    change: ClassVar[tuple[str, Any]] = ("city", "부산")

    def values(self, n: int) -> dict[str, Any]:
        return {"name": f"김지우{n}", "latin_name": f"Kim Jiwoo{n}", "email": f"jiwoo{n}@narae.test", "country": "KR"}
