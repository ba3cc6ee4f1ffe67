from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dangol.platform.events.titles import EventTitle, register_title

register_title("wish.set", EventTitle(_("Wishes about messages set"), "adjustments"))
