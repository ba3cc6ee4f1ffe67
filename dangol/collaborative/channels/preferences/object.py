from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dangol.collaborative.channels.preferences.queries import request_text
from dangol.collaborative.channels.preferences.services import SOURCE
from dangol.collaborative.channels.sources import SourceRules, register_source

register_source(
    SourceRules(
        name=SOURCE,
        label=_("Confirmation of a request"),
        standing=lambda content_id: "go",
        asked=request_text,
        on_done=lambda content_id: None,
        is_tracked=False,
        is_bulk=False,
    )
)
