from __future__ import annotations

from typing import Any

from tests.contract import ObjectContract


class TestSegments(ObjectContract):
    __test__ = True
    name = "segment"
    change = ("name", "Best of Busan")
    hidden = ("description", "Zugvogel")

    def values(self, n: int) -> dict[str, Any]:
        return {"name": f"Segment {n}", "description": "Made for a test"}
