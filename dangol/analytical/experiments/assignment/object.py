"""How a change of the lasting control group reads in the history."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dangol.platform.events.titles import EventTitle, register_title

register_title("global_control.set", EventTitle(_("Lasting control group set"), "adjustments"))
