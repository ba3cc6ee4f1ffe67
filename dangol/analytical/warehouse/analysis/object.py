from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dangol.platform.events.titles import EventTitle, register_title

register_title("analysis.asked", EventTitle(_("Analysis asked for"), "refresh", is_quiet=True))
register_title("analysis.finished", EventTitle(_("Analysis finished"), "chart-dots", is_quiet=True))
