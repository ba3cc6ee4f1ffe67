"""Asking the gate, and telling it of further rules."""

from dangol.core.consent.gate.queries.asking import may_send, may_send_many
from dangol.core.consent.gate.queries.policy import gate_policy, gate_policy_history
from dangol.core.consent.gate.queries.registry import GateRule, SqlRule, register_gate_rule
from dangol.core.consent.gate.queries.statement import GateSql, decision_sql
from dangol.core.consent.gate.queries.telling import Reason, reason_label, reasons

__all__ = [
    "GateRule",
    "GateSql",
    "Reason",
    "SqlRule",
    "decision_sql",
    "gate_policy",
    "gate_policy_history",
    "may_send",
    "may_send_many",
    "reason_label",
    "reasons",
    "register_gate_rule",
]
