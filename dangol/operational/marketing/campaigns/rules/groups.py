"""The groups of people behind a campaign's numbers, as they stand in an address. Pure."""

from __future__ import annotations

from dataclasses import dataclass

DECIDED = ("members", "treated", "control", "left_out")
MESSAGED = (
    "sent", "opened", "clicked", "bounced", "complained", "unsubscribed", "failed", "refused", "cancelled", "waiting",
    "machine_opened", "machine_clicked",
)  # fmt: skip
BOUGHT = ("bought", "control_bought", "missed")
KINDS = (*DECIDED, *MESSAGED, *BOUGHT)
WITH_REASON = ("left_out", "refused", "failed")


@dataclass(frozen=True)
class Behind:
    """People behind a number: of which campaign, of what kind, for which reason and of which tier ("" = any)."""

    campaign_id: int
    kind: str
    reason: str = ""
    tier: str = ""

    def __str__(self) -> str:
        parts = [str(self.campaign_id), self.kind, self.reason, self.tier]
        while not parts[-1]:
            parts.pop()
        return ":".join(parts)


def read(text: str) -> Behind:
    """Read `12:treated`, `12:left_out:no_address` or `12:control::top`. Raises ValueError."""
    parts = text.split(":")
    if not 2 <= len(parts) <= 4 or not parts[0].isdigit() or len(parts[0]) > 18 or parts[1] not in KINDS:
        raise ValueError(text)
    found = Behind(int(parts[0]), *parts[1:])
    if found.reason and found.kind not in WITH_REASON:
        raise ValueError(text)
    return found
