"""What the frame and the editor of roles show of pick lists."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dangol.platform.accounts.roles.registry import Right, register_right
from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.objects.pick_lists import current, own_places  # noqa: F401 - keep the lists, name the places
from dangol.platform.ui.navigation import item, register, register_command

NEEDS = ("change", "pick_list")

register_right(Right("pick_list", _("Pick lists"), ("see", "change", "merge"), has_rows=False, order=217))
register("setup", item("pick-lists", _("Pick lists"), "list-check", "pick_lists:list", 22,
                       is_open=lambda v: v.may(*NEEDS)))  # fmt: skip
register_command(_("Pick lists"), "/setup/lists", "list-check", _("values choices colours merge rename order"), NEEDS)
register_title("pick_list.changed", EventTitle(_("Pick list changed"), "list-check"))
register_title("pick_list.merged", EventTitle(_("Values merged"), "arrow-merge"))
register_title("pick_list.unmerged", EventTitle(_("Values taken apart again"), "restore"))
