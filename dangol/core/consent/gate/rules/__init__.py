"""What is asked of the gate, what it answers, and the law as data. Pure."""

from dangol.core.consent.gate.rules.asking import ADVERTISING, SERVICE, Answer, Asked, HouseRules

__all__ = ["ADVERTISING", "SERVICE", "Answer", "Asked", "HouseRules"]
