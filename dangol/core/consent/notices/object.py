"""What the frame shows of notices: their page, and the words of the events."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.ui.navigation import item, register, register_command

NEEDS = ("see", "privacy")

register_title("notice.sent", EventTitle(_("Told of the consent"), "mail-check", "messages"))
register_title("notice.failed", EventTitle(_("Could not be told of the consent"), "mail-x", "messages"))
register_title("notice.told_by_hand", EventTitle(_("Told of the consent by staff"), "user-check", "messages"))
register_title("notices.gathered", EventTitle(_("Notices about consent came due"), "hourglass", is_quiet=True))
register_title("notices.asked", EventTitle(_("Notices about consent asked for"), "send"))
register_title("notice_policy.set", EventTitle(_("Notices about consent set"), "settings"))
register("marketing", item("notices", _("Notices about consent"), "mail-check", "notices:list", 92,
                           is_open=lambda viewer: viewer.may(*NEEDS)))  # fmt: skip
register_command(
    _("Notices about consent"), "/consent/notices", "mail-check", _("result two years confirm due late"), NEEDS
)
