from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dangol.platform.events.titles import EventTitle, register_title

register_title("webhook.pinged", EventTitle(_("Test message sent to a webhook"), "send", is_quiet=True))
register_title("webhook.replayed", EventTitle(_("Webhook's messages sent again"), "reload"))
