from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dangol.platform.accounts.roles.registry import Right, register_right
from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.exports.company.closed import close_columns
from dangol.platform.ui.navigation import item, register, register_command

NEEDS = ("change", "webhook")

register("setup", item("webhooks", _("Webhooks"), "webhook", "webhook_forms:list", 70, is_open=lambda v: v.may(*NEEDS)))
register_command(_("Webhooks"), "/setup/webhooks", "webhook", _("api event endpoint signed notify"), NEEDS)
register_command(_("New webhook"), "/setup/webhooks/new", "plus", _("api event endpoint signed notify"), NEEDS)
register_title("webhook.created", EventTitle(_("Webhook added"), "webhook"))
register_title("webhook.changed", EventTitle(_("Webhook changed"), "webhook"))
register_title("webhook.rotated", EventTitle(_("Webhook's secret exchanged"), "key"))
register_title("webhook.secret_shown", EventTitle(_("Webhook's secret shown"), "eye"))
register_title("webhook.disabled", EventTitle(_("Webhook switched off by the house"), "alert-triangle"))
register_title("webhook.trashed", EventTitle(_("Webhook deleted"), "trash"))
register_right(Right("webhook", _("Webhooks"), ("see", "create", "change", "delete"), has_rows=False, order=220))
close_columns(
    "webhooks_endpoint",
    {"secret": "''", "old_secret": "''", "old_secret_until": "NULL", "is_active": "false"},
)
