"""What the house asks of advertising beyond the law."""

from __future__ import annotations

from django.db.models import QuerySet

from dangol.core.consent.gate.models import GatePolicy
from dangol.core.consent.gate.rules.asking import HouseRules


def gate_policy() -> HouseRules:
    """The house's rules in force; the defaults until somebody sets them."""
    found = GatePolicy.objects.order_by("-pk").first()
    return HouseRules(found.cap_messages, found.cap_days, found.is_bottom_left_out) if found else HouseRules()


def gate_policy_history() -> QuerySet[GatePolicy]:
    """Every setting, newest first."""
    return GatePolicy.objects.order_by("-pk")
