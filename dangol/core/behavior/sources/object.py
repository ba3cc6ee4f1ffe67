from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dangol.platform.accounts.roles.registry import Right, register_right
from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.ui.navigation import item, register, register_command

NEEDS = ("change", "event_source")
WORDS = _("segment analytics track website app write key")

register(
    "setup",
    item("event_sources", _("Event sources"), "route", "event_sources:list", 68, is_open=lambda v: v.may(*NEEDS)),
)
register_command(_("Event sources"), "/setup/sources", "route", WORDS, NEEDS)
register_command(_("New event source"), "/setup/sources/new", "plus", WORDS, NEEDS)
register_title("event_source.created", EventTitle(_("Event source added"), "route"))
register_title("event_source.changed", EventTitle(_("Event source changed"), "route"))
register_title("event_source.key_made", EventTitle(_("Write key made"), "key"))
register_title("event_source.key_revoked", EventTitle(_("Write key revoked"), "key"))
register_title("event_source.trashed", EventTitle(_("Event source deleted"), "trash"))
register_right(
    Right("event_source", _("Event sources"), ("see", "create", "change", "delete"), has_rows=False, order=222)
)
