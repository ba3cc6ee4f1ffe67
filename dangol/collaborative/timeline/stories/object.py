"""The story as a part of every record's page, and the kind of entries that every record has."""

from __future__ import annotations

from collections.abc import Mapping
from time import time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from dangol.collaborative.timeline.stories import queries
from dangol.collaborative.timeline.stories.rules.asking import Asked, AskedWrong, asked
from dangol.platform.objects.filters import FilterError
from dangol.platform.objects.record_page import RecordPage
from dangol.platform.objects.registry import StoryKind, Storyteller, register_kind, register_storyteller


def context(page: RecordPage, sent: Mapping[str, str]) -> dict[str, Any]:
    """What the record page's story shows. Raises FilterError for an address that cannot be understood."""
    wish = read(sent)
    drawn_at = int(time() * 1000)  # before anything is read, so that a page hears of all that it does not show
    return {
        "drawn_at": drawn_at,
        "asked": wish,
        "kinds": [(kind, _link(page, wish, kind=kind.name)) for kind in queries.kinds_of(page.declared, page.actor)],
        "all_link": _link(page, wish, kind=""),
        "newest_link": _link(page, wish, on=None),
        "people_link": _link(page, wish, has_people=not wish.has_people)
        if queries.has_people(page.declared, page.actor)
        else "",
        "today": timezone.localdate().isoformat(),
        **lines_context(page, wish),
    }


def lines_context(page: RecordPage, wish: Asked) -> dict[str, Any]:
    """The entries alone, and the way to earlier ones."""
    told = queries.draw(page, wish)
    more = f"{page.url}/story?{wish.address(after=told.after, on=None)}" if told.after else ""
    return {"days": told.days, "more_link": more, "asked": wish}


def read(sent: Mapping[str, str]) -> Asked:
    """What an address asks of a story. Raises FilterError."""
    try:
        return asked(sent)
    except AskedWrong as error:
        words = {
            "on": translate("This needs a day such as 2026-03-01."),
            "after": translate("This page of the story cannot be found. Begin with the newest entries."),
        }
        raise FilterError(error.field, words[error.field]) from error


def _link(page: RecordPage, wish: Asked, **other: Any) -> str:
    address = wish.address(after=None, **other)
    return f"{page.url}?{address}#story" if address else f"{page.url}#story"


register_storyteller(Storyteller("timeline/story.html", context))
register_kind(
    StoryKind(
        queries.CHANGES, _("Changes"), "edit", order=900, fold_from=3,
        many=ngettext_lazy("%(count)s change", "%(count)s changes", "count"),
    )
)  # fmt: skip
