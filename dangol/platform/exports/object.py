from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.exports.queries import has_any, unseen
from dangol.platform.ui.navigation import item, register, register_command

register("", item("exports", _("My exports"), "file-export", "exports:list", 30, is_open=has_any, count=unseen))
register_command(_("My exports"), "/exports", "file-export", _("download file csv excel parquet"))
register_command(
    _("Export the whole company"), "/exports/company", "package-export", _("move out everything"),
    ("export", "workspace"),
)  # fmt: skip
register_title("export.made", EventTitle(_("Export ready"), "file-export", is_quiet=True))
register_title("export.downloaded", EventTitle(_("Export downloaded"), "download"))
register_title("export.removed", EventTitle(_("Export removed"), "trash"))
register_title("workspace.exported", EventTitle(_("Whole company exported"), "package-export"))
register_title("workspace.restored", EventTitle(_("Whole company read back"), "package-import"))
