"""What the frame and the editor of roles show of the company's own objects."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dangol.platform.accounts.roles.registry import Right, register_right
from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.objects.custom_objects import known  # noqa: F401 - brings the objects into the registry
from dangol.platform.ui.navigation import item, register, register_command

NEEDS = ("change", "custom_object")

register_right(
    Right("custom_object", _("Custom objects"), ("see", "create", "change", "delete"), has_rows=False, order=214)
)
register(
    "setup", item("custom-objects", _("Objects"), "cube", "custom_objects:list", 19, is_open=lambda v: v.may(*NEEDS))
)
register_command(_("Custom objects"), "/setup/objects", "cube", _("table entity module pet contract"), NEEDS)
register_title("custom_object.created", EventTitle(_("Object added"), "cube"))
register_title("custom_object.changed", EventTitle(_("Object changed"), "cube"))
register_title("custom_object.removed", EventTitle(_("Object removed"), "trash"))
register_title("custom_object.restored", EventTitle(_("Object brought back"), "restore"))
register_title("custom_object.purged", EventTitle(_("Object purged"), "trash-x"))
