"""What the frame shows of the audit log: its entry, its commands, the words of its events."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dangol.platform.audit.words import renew_words
from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.objects.holders import Holder, register_holder
from dangol.platform.ui.navigation import item, register, register_command

NEEDS = ("see", "audit")

register("setup", item("audit", _("Audit log"), "history", "audit:page", 85, is_open=lambda v: v.may(*NEEDS)))
register_command(_("Audit log"), "/audit", "history", _("who did what when changes history"), NEEDS)
register_command(_("How long the audit log is kept"), "/audit/settings", "history", _("retention"), ("change", "audit"))

register_title("audit.exported", EventTitle(_("Audit log exported"), "file-export"))
register_title("audit.kept_for", EventTitle(_("Time set for which the audit log is kept"), "history"))
register_holder(
    Holder("audit_words", _("Words of the audit log"), lambda subject: 0,
           after=lambda subject: renew_words(subject.person_id), order=850)
)  # fmt: skip
register_title("audit.removed", EventTitle(_("Old entries of the audit log removed"), "history-off"))
