"""REST of the feed. Annotations are evaluated here, because the API makes its description of them."""

from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import ConfigDict, Field

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.api.answers import actor_of
from dangol.platform.api.feed_reading import page
from dangol.platform.api.problems import Problem
from dangol.platform.objects.filters import FilterError
from dangol.platform.objects.hung import all_hung
from dangol.platform.objects.registry import object_types

router = Router(tags=["changes"])
ERRORS: dict[int, Any] = dict.fromkeys((400, 401, 403, 422), Problem)


class Asked(Schema):
    """From where, of what, how many."""

    model_config = ConfigDict(extra="ignore")

    after: str = Field("", max_length=200, description="`next` of the page before; empty: from the very first; "
                       "`latest`: only what comes from now on")  # fmt: skip
    objects: str = Field("", max_length=500, description="Names of objects (person,order), note and file; empty: all "
                         "that one may see")  # fmt: skip
    limit: int = Field(100, ge=1, le=500)
    records: bool = Field(False, description="Send each record along as it stands now")


class By(Schema):
    """Who did it."""

    id: int | None
    name: str


class On(Schema):
    """The record on which a note or a file hangs."""

    object: str
    record_id: int


class Change(Schema):
    """One change of one record. `gone`: you can see it no more, and it is not said why."""

    id: str
    cursor: str
    at: datetime
    kind: Literal["created", "changed", "trashed", "restored", "removed", "gone"]
    object: str
    record_id: int
    event: str
    changes: dict[str, list[Any]] = Field(description="{field: [old, new]}, as far as you may see the field")
    by: By | None
    source: str
    on: On | None = Field(None, description="Of a note or a file: the record on which it hangs")
    record: dict[str, Any] | None = None


class Feed(Schema):
    """Changes in the order in which they became final. `next` goes on after them, `has_more` says whether at once."""

    rows: list[Change]
    next: str
    has_more: bool


@router.get("", response={200: Feed, **ERRORS}, operation_id="list_changes", summary="What changed", exclude_unset=True)
def list_changes(request: HttpRequest, asked: Query[Asked], response: HttpResponse) -> Any:
    """Each change is told once and none is left out. One that takes long is told when it is done."""
    actor = actor_of(request)
    found = page(actor, asked.after, _names(actor, asked.objects), asked.limit, with_records=asked.records)
    again = {**request.GET.dict(), "after": found.next}
    response["Link"] = f'<{request.path}?{urlencode(again)}>; rel="next"'
    return {"rows": found.changes, "next": found.next, "has_more": found.has_more}


def _names(actor: Actor, text: str) -> list[str]:
    known = [declared.name for declared in object_types()] + [hung.name for hung in all_hung()]
    wanted = [name.strip() for name in text.split(",") if name.strip()]
    for name in wanted:
        if name not in known:
            raise FilterError("objects", _("There is no object “%(name)s”. Possible: %(known)s.") % {
                "name": name, "known": ", ".join(known)})  # fmt: skip
        require(actor, "see", name)
    return wanted or [name for name in known if actor.may("see", name)]
