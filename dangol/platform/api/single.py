"""One record as an answer: its tag, and the conditions under which it may be written."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.translation import gettext as _

from dangol.platform.api.answers import actor_of, asked_fields, one, whole
from dangol.platform.api.conditions import PreconditionFailed, etag, is_known, matches
from dangol.platform.objects import reading
from dangol.platform.objects.former import now_called
from dangol.platform.objects.types import ObjectType
from dangol.platform.objects.writing import NotFound


def shown(request: HttpRequest, declared: ObjectType, record_id: int, response: HttpResponse, fields: str = "") -> Any:
    """One record with its tag; 304 when the asker has this state already, 307 when it went up in another record.

    The tag is that of the whole record also where some fields are asked for, so that it serves for If-Match.
    """
    actor = actor_of(request)
    names = asked_fields(declared, actor, fields)
    try:
        record = reading.find(declared, actor, record_id)
    except NotFound:
        record = None
    if record is None or getattr(record, "deleted_at", None) is not None:
        now = now_called(declared.name, record_id)
        if now is not None:
            way = request.get_full_path().replace(f"/{record_id}", f"/{now}", 1)
            return HttpResponse(status=307, headers={"Location": way})
    if record is None:
        raise NotFound(_("There is no such record, or you may not see it."))
    answer = whole(declared, actor, record)
    tag = etag(answer)
    response["ETag"] = tag
    if is_known(request, tag):
        return HttpResponseNotModified(headers={"ETag": tag})
    return {name: answer[name] for name in ("id", "title", *names) if name in answer}


def tagged(declared: ObjectType, request: HttpRequest, record_id: int, response: HttpResponse) -> dict[str, Any]:
    """The record as it stands now; its tag goes into the answer's head."""
    answer = one(declared, actor_of(request), record_id)
    response["ETag"] = etag(answer)
    return answer


def require_match(request: HttpRequest, declared: ObjectType, record_id: int) -> None:
    """Lock the record and compare it with If-Match, where that was sent. Raises NotFound, PreconditionFailed."""
    header = request.headers.get("If-Match", "")
    if not header:
        return
    actor = actor_of(request)
    rows = declared.model.objects.visible_to(actor).select_for_update()
    record = rows.filter(pk=record_id).first() if 0 < record_id < 2**63 else None
    if record is None:
        raise NotFound(_("There is no such record, or you may not see it."))
    answer = whole(declared, actor, record)
    if not matches(header, etag(answer)):
        raise PreconditionFailed(answer)
