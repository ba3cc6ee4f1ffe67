from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from dangol.platform.search.models import SearchEntry
from dangol.platform.search.rules import asked, grams_of_search


def matching(text: str, *, object_name: str = "", hidden: bool = False) -> QuerySet[SearchEntry]:
    """Entries that contain every word of `text`; with `hidden`, in their titles only. The caller judges the records."""
    words = asked(text)
    if not words:
        return SearchEntry.objects.none()
    found = SearchEntry.objects.filter(grams__contains=grams_of_search(words))
    for word in words:
        if len(word) > 1:
            found = found.filter(**{"title_text__contains" if hidden else "text__contains": word})
    return found.filter(object_name=object_name) if object_name else found


def matching_ids(object_name: str, text: str, *, hidden: bool = False) -> Any:
    """The ids of records that match, as a subquery."""
    return matching(text, object_name=object_name, hidden=hidden).values("record_id")
