"""How what happened to the demo company is called."""

from django.utils.translation import gettext_lazy as _

from dangol.platform.events.titles import EventTitle, register_title

register_title("demo.loaded", EventTitle(_("Came with the demo company"), "coffee", is_quiet=True))
register_title("demo.removed", EventTitle(_("Demo company removed"), "trash", is_quiet=True))
