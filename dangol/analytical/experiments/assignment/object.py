"""The lasting control group as a rule of the gate, and how a change of it reads in the history."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dangol.analytical.experiments.assignment.queries import global_control
from dangol.analytical.experiments.assignment.rules import control_sql
from dangol.core.consent.gate.queries import GateRule, SqlRule, register_gate_rule
from dangol.core.consent.gate.rules import Asked
from dangol.platform.events.titles import EventTitle, register_title

register_title("global_control.set", EventTitle(_("Lasting control group set"), "adjustments"))


def in_global_control(asked: Asked) -> SqlRule:
    """Whether the person `p` belongs to the lasting control group, as SQL."""
    setting = global_control()
    if not setting.percent:
        return SqlRule("FALSE")
    return SqlRule(control_sql("%s", "p.id", setting.percent), params=(setting.programme,))


register_gate_rule(
    GateRule(
        name="global_control",
        label=_("Lasting control group"),
        order=800,
        one=lambda person_id, asked: global_control().holds(person_id),
        sql=in_global_control,
        meaning=_(
            "Some customers, chosen by chance, get no advertising at all, so that all of it together can be measured."
        ),
    )
)
