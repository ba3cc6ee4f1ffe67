from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dangol.backoffice.webhooks.deliveries.services.erasing import count_bodies, erase_bodies
from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.objects.holders import Holder, register_holder

register_title("webhook.pinged", EventTitle(_("Test message sent to a webhook"), "send", is_quiet=True))
register_title("webhook.replayed", EventTitle(_("Webhook's messages sent again"), "reload"))
register_holder(Holder("webhooks", _("Messages to other systems"), erase_bodies, count=count_bodies, order=300))
