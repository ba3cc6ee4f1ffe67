from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.ui.navigation import item, register, register_command

register("setup", item("rates", _("Exchange rates"), "coins", "prices:rates", 60, "order"))
register_command(_("Exchange rates"), "/rates", "coins", _("currency rate money"), ("see", "order"))
register_title("exchange_rate.set", EventTitle(_("Exchange rate set"), "coins"))
