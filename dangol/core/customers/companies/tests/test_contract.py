from __future__ import annotations

from typing import Any, ClassVar

from tests.contract import ObjectContract


class TestCompanyContract(ObjectContract):
    __test__ = True
    name = "company"
    change: ClassVar[tuple[str, Any]] = ("industry", "카페")

    def values(self, n: int) -> dict[str, Any]:
        return {"name": f"Narae Studio {n}", "city": "Seoul", "country": "KR", "registration_number": f"10{n}"}
