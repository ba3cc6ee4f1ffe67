"""What the frame shows of the gate: its page in the set-up, and the words of its event."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.ui.navigation import item, register, register_command

NEEDS = ("change", "workspace")

register_title("gate_policy.set", EventTitle(_("Rules of advertising set"), "shield-check"))
register("setup", item("gate", _("Rules of advertising"), "shield-check", "gate:rules", 45,
                       is_open=lambda viewer: viewer.may(*NEEDS)))  # fmt: skip
register_command(
    _("Rules of advertising"), "/setup/gate", "shield-check", _("gate cap limit law night bottom tier"), NEEDS
)
