from __future__ import annotations

from typing import Any, ClassVar

from tests.contract import EVERYONE, ObjectContract


class TestProductContract(ObjectContract):
    __test__ = True
    name = "product"
    change: ClassVar[tuple[str, Any]] = ("category", "Beans")
    seen_by: ClassVar[set[str]] = set(EVERYONE)

    def values(self, n: int) -> dict[str, Any]:
        return {"code": f"YIRGA-{n}", "name": f"Ethiopia Yirgacheffe {n}", "price": "43000.0000"}
