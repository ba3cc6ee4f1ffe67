from django.utils.translation import gettext_lazy as _

from dangol.platform.accounts.roles.registry import Right, register_right
from dangol.platform.ui.navigation import item, register, register_command

register("insight", item("overview", _("Overview"), "chart-dots", "insight:start", 10, "insight", on_phone=True))
register_command(_("Overview"), "/", "chart-dots", _("figures revenue tiers start"), ("see", "insight"))
register_right(Right("insight", _("Insight"), ("see", "change"), has_rows=False, order=150))
