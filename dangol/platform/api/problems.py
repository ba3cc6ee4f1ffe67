"""What is said when a call does not work (RFC 9457): one shape, the field named, a sentence for people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Schema

from dangol.platform.db.asking import now_asking

MEDIA_TYPE = "application/problem+json"
DOCS = "/api/docs"


class Fault(Schema):
    """One thing that is wrong: a place in the body (JSON pointer, RFC 6901), or a parameter of the address."""

    detail: str
    field: str
    pointer: str = ""
    parameter: str = ""


class Problem(Schema):
    """What is wrong, and with which field (RFC 9457). `current`: the record as it stands, where it was changed.

    `request_id` is the number under which the call stands in the log of the house.
    """

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    errors: list[Fault] = []
    current: dict[str, Any] | None = None
    request_id: str = ""


KINDS: dict[int, tuple[str, Any, Any]] = {
    400: ("not-understood", gettext_lazy("Not understood"),
          gettext_lazy("The call could not be read: a filter, a cursor, a header or the JSON itself.")),
    401: ("not-signed-in", gettext_lazy("Not signed in"),
          gettext_lazy("No key, a wrong, expired or revoked key, and nobody signed in.")),
    403: ("forbidden", gettext_lazy("Forbidden"),
          gettext_lazy("The owner of the key, or the key itself, has no right to this.")),
    404: ("not-found", gettext_lazy("Not found"),
          gettext_lazy("There is no such record or address, or you may not see it.")),
    405: ("method-not-allowed", gettext_lazy("Method not allowed"),
          gettext_lazy("The address is right, the method is not; Allow names those that are.")),
    406: ("not-acceptable", gettext_lazy("Not acceptable"), gettext_lazy("Answers are JSON; Accept must allow it.")),
    409: ("conflict", gettext_lazy("Conflict"),
          gettext_lazy("Somebody else changed or wrote the same, or the same call is still under way.")),
    412: ("precondition-failed", gettext_lazy("Changed in the meantime"),
          gettext_lazy("If-Match or If-None-Match does not hold; the record as it stands is in “current”.")),
    413: ("too-large", gettext_lazy("Too large"), gettext_lazy("The body is larger than what is taken.")),
    415: ("unsupported-media-type", gettext_lazy("Unsupported media type"),
          gettext_lazy("The body must be sent as application/json.")),
    416: ("range-not-satisfiable", gettext_lazy("No such part"),
          gettext_lazy("The file is shorter than the part that Range asks for; Content-Range says how long it is.")),
    422: ("not-valid", gettext_lazy("Not valid"), gettext_lazy("A value cannot be taken; “errors” names each field.")),
    429: ("too-many-calls", gettext_lazy("Too many calls"),
          gettext_lazy("The calls of this minute are used up; Retry-After says how many seconds to wait.")),
    500: ("broken", gettext_lazy("Something broke on our side"),
          gettext_lazy("A fault of the program. It was logged; nothing was changed.")),
    503: ("not-ready", gettext_lazy("Not ready"),
          gettext_lazy("The database did not answer. Try again in a moment; nothing was changed.")),
}  # fmt: skip
"""By status: the end of the type's address, the title, what it means."""


def problem(
    status: int,
    detail: str = "",
    errors: Iterable[Mapping[str, Any]] = (),
    *,
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> JsonResponse:
    """An answer of the kind of `status`; `more` are further members (`current`)."""
    body = {**described(status, detail, errors), **more}
    return JsonResponse(body, status=status, content_type=MEDIA_TYPE, headers=headers)


def described(status: int, detail: str = "", errors: Iterable[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """The members of a problem; `request_id` is the number under which it stands in the log."""
    name, title, meaning = KINDS.get(status, ("about:blank", _("That did not work"), ""))
    kind = name if ":" in name else f"{DOCS}#{name}"
    text = detail or str(meaning)
    body = {"type": kind, "title": str(title), "status": status, "detail": text, "errors": list(errors)}
    who = now_asking()
    return {**body, "request_id": who.request_id} if who and who.request_id else body


def faults(error: ValidationError, root: str = "#") -> list[dict[str, str]]:
    """What a ValidationError says, one entry a sentence; `root` is the pointer to the values it was about."""
    if not hasattr(error, "error_dict"):
        return [fault(str(message), "", root) for message in error.messages]
    found = []
    for name, sentences in error.message_dict.items():
        field = "" if name == "__all__" else name
        pointer = f"{root}/{escaped(field)}" if field else root
        found += [fault(str(sentence), field, pointer) for sentence in sentences]
    return found


def fault(detail: str, field: str, pointer: str = "", parameter: str = "") -> dict[str, str]:
    """One entry of `errors`, without what it does not have."""
    places = {"pointer": pointer, "parameter": parameter}
    return {"detail": detail, "field": field, **{name: value for name, value in places.items() if value}}


def request_faults(request: HttpRequest, errors: Iterable[Mapping[str, Any]], root: str = "#") -> list[dict[str, str]]:
    """What pydantic says of a call: body by pointer, the rest by parameter."""
    found = []
    for item in errors:
        source, *path = item["loc"]
        if source == "body":
            path = path[1:]  # the name of the view's argument
            name = str(path[0]) if path else ""
            found.append(fault(str(item["msg"]), name, "/".join([root, *(escaped(str(p)) for p in path)])))
        else:
            name = str(path[-1]) if path else str(source)
            found.append(fault(str(item["msg"]), name, parameter=name))
    return found


def place_of_filter(request: HttpRequest, where: str, detail: str) -> dict[str, str]:
    """A fault of a filter: a parameter of the address, or a place in the body (`filter.and[0].value`)."""
    name = re.split(r"[.\[]", where, maxsplit=1)[0]
    if request.method in ("GET", "HEAD"):
        return fault(detail, where, parameter=name)
    pointer = "#/" + "/".join(p for p in re.split(r"[.\[\]]", where) if p)
    return fault(detail, where, pointer)


def escaped(name: str) -> str:
    """A name as one part of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")
