"""The queue of likely duplicates in the sidebar, and the words of its events."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dangol.core.identity.merging.models import MERGED
from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.ui.navigation import item, register, register_command
from dangol.platform.ui.viewer import Viewer


def may_merge(viewer: Viewer) -> bool:
    """Whether the viewer may merge records of some object."""
    return any(viewer.may("merge", name) for name in MERGED)


register_title("matching.asked", EventTitle(_("Matching asked for"), "users"))
register_title("matching.finished", EventTitle(_("Matching finished"), "users"))
register_title("matching.set", EventTitle(_("Matching set anew"), "adjustments"))
register_title("pair.said_different", EventTitle(_("Said not to be the same"), "users"))
register("customers", item("duplicates", _("Duplicates"), "arrow-merge", "matching:queue", 80, is_open=may_merge))
register_command(
    _("Duplicates"), "/identity/duplicates", "arrow-merge", _("merge same twice double"), ("merge", "person")
)
