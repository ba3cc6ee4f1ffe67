"""Reading the lasting control group: how large it is, and who belongs to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from dangol.analytical.experiments.assignment.models import GlobalControl
from dangol.analytical.experiments.assignment.rules import (
    GLOBAL_PROGRAMME,
    is_control,
)


@dataclass(frozen=True)
class Setting:
    """The lasting control group in force: `percent` of all people, by the hash of `programme`.

    `set_at` is None while nobody has set it: then nobody belongs to it.
    """

    percent: Decimal = Decimal(0)
    programme: str = GLOBAL_PROGRAMME
    set_at: datetime | None = None

    def holds(self, person_id: int) -> bool:
        """Whether a person belongs to it."""
        return is_control(self.programme, person_id, self.percent)


def global_control() -> Setting:
    """The setting in force."""
    found = GlobalControl.objects.order_by("-pk").first()
    return Setting(found.percent, found.programme, found.set_at) if found else Setting()
