from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dangol.collaborative.activities.mentions.models import Mention
from dangol.collaborative.activities.mentions.queries import waiting_for
from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.ui.navigation import item, register, register_command

register("", item("mentions", _("Mentions"), "at", "mentions:list", 20, Mention.access_name, count=waiting_for))
register_command(_("Notes that mention me"), "/mentions", "at", _("mentions @ inbox"), ("see", Mention.access_name))
register_title("mention.told", EventTitle(_("Colleagues told of a note"), "at", "notes", is_quiet=True))
register_title("mention.seen", EventTitle(_("Mention opened"), "at", "notes", is_quiet=True))
