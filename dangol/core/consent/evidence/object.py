from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.ui.navigation import register_command

register_title("consent.evidence_taken", EventTitle(_("Evidence of consent taken out"), "file-zip"))
register_command(
    _("Evidence of consent"), "/consent/evidence", "file-zip", _("proof archive permits gate"), ("export", "privacy")
)
