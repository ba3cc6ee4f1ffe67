from __future__ import annotations

from typing import Any, ClassVar

from dangol.core.customers.people.services import create_person
from dangol.core.purchases.orders.services.writing import create_order
from dangol.platform.access.actor import Actor
from tests.contract import ObjectContract


class TestOrderContract(ObjectContract):
    __test__ = True
    name = "order"
    change: ClassVar[tuple[str, Any]] = ("note", "leave at the door")

    def values(self, n: int) -> dict[str, Any]:
        return {
            "number": f"H-{20418 + n}",
            "ordered_at": f"2026-10-{n + 1:02}T09:15:00+09:00",
            "currency": "KRW",
            "lines": [{"code": "YIRGA", "quantity": "4", "unit_price": "43000"}],
        }

    def make(self, actor: Actor, n: int = 1) -> Any:
        person = create_person(actor=actor, values={"name": "김지우"})
        return create_order(actor=actor, values={**self.values(n), "person": person.pk})
