"""What the frame and the editor of roles show of rules."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dangol.platform.accounts.roles.registry import Right, register_right
from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.objects.record_rules import known  # noqa: F401 - has the rules obeyed
from dangol.platform.ui.navigation import item, register, register_command

NEEDS = ("change", "rule")

register_right(Right("rule", _("Rules"), ("see", "create", "change", "delete"), has_rows=False, order=216))
register("setup", item("rules", _("Rules"), "checklist", "record_rules:list", 21, is_open=lambda v: v.may(*NEEDS)))
register_command(_("Rules"), "/setup/rules", "checklist", _("validation required locked shown condition"), NEEDS)
register_title("rule.created", EventTitle(_("Rule added"), "checklist"))
register_title("rule.changed", EventTitle(_("Rule changed"), "checklist"))
register_title("rule.removed", EventTitle(_("Rule removed"), "trash"))
