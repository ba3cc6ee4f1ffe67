from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dangol.collaborative.channels.letters.queries import SOURCE, asked_of, composer, writers
from dangol.collaborative.channels.sources import SourceRules, register_source
from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.objects.registry import register_panel
from dangol.platform.objects.types import Panel

register_source(
    SourceRules(
        name=SOURCE,
        label=_("Letter"),
        standing=lambda content_id: "go",
        asked=asked_of,
        on_done=lambda content_id: None,
        names=writers,
        is_tracked=False,
        is_bulk=False,
    )
)
register_panel("person", Panel("letter", _("Letter"), "channels/letters/composer.html", composer, place="story"))
register_title("letter.written", EventTitle(_("Letter written"), "mail-forward", "messages"))
