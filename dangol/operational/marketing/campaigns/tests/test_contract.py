from __future__ import annotations

from typing import Any, ClassVar

from tests.contract import ObjectContract


class TestCampaignContract(ObjectContract):
    __test__ = True
    name = "campaign"
    change: ClassVar[tuple[str, Any]] = ("name", "Spring sale")
    hidden: ClassVar[tuple[str, Any] | None] = ("from_name", "Zugvogel")

    def values(self, n: int) -> dict[str, Any]:
        return {"name": f"Autumn {n}", "horizon_days": 20}
