from __future__ import annotations

from collections.abc import Collection, Mapping

from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from dangol.collaborative.channels.notices.queries import SOURCE, asked_of
from dangol.collaborative.channels.notices.services import note_outcome
from dangol.collaborative.channels.sources import SourceName, SourceRules, register_source
from dangol.platform.access.actor import Actor


def _names(actor: Actor, ids: Collection[int]) -> Mapping[int, SourceName]:
    return {pk: SourceName(translate("Notice about consent")) for pk in ids}


register_source(
    SourceRules(
        name=SOURCE,
        label=_("Notice about consent"),
        standing=lambda content_id: "go",
        asked=asked_of,
        on_done=lambda content_id: note_outcome(actor=Actor.system("a notice was sent"), content_id=content_id),
        names=_names,
        is_tracked=False,
        is_bulk=False,
    )
)
