"""What the frame and the editor of roles show of custom fields."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dangol.platform.accounts.roles.registry import Right, register_right
from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.objects.custom_fields import current  # noqa: F401 - hangs the fields into the registry
from dangol.platform.ui.navigation import item, register, register_command

NEEDS = ("change", "custom_field")

register_right(
    Right("custom_field", _("Custom fields"), ("see", "create", "change", "delete"), has_rows=False, order=215)
)
register(
    "setup", item("custom-fields", _("Fields"), "forms", "custom_fields:list", 20, is_open=lambda v: v.may(*NEEDS))
)
register_command(_("Custom fields"), "/setup/fields", "forms", _("column property attribute select formula"), NEEDS)
register_title("custom_field.created", EventTitle(_("Field added"), "forms"))
register_title("custom_field.changed", EventTitle(_("Field changed"), "forms"))
register_title("custom_field.removed", EventTitle(_("Field removed"), "trash"))
register_title("custom_field.restored", EventTitle(_("Field brought back"), "restore"))
register_title("custom_field.purged", EventTitle(_("Values of a field deleted"), "trash-x"))
