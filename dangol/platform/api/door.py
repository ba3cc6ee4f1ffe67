"""The API itself: ninja's, with our manners (problems, media types, callers) and a whole description."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.parser import Parser

from dangol.platform.api.added import with_added
from dangol.platform.api.callers import ByBearer, ByKey, BySession
from dangol.platform.api.description import complete
from dangol.platform.api.problems import problem
from dangol.platform.api.refusals import install
from dangol.platform.objects.custom_fields import current

ROOT = "/api/v1/"
Others = Callable[[], tuple[str, "list[Api]"]]


class JsonOnly(Parser):
    """Bodies are JSON and say so. Why one cannot be taken is left on the request: ninja itself says only that."""

    def parse_body(self, request: HttpRequest) -> Any:
        try:
            return _read(request)
        except (HttpError, RequestDataTooBig) as error:
            request.api_refusal = error  # type: ignore[attr-defined]
            raise


def _read(request: HttpRequest) -> Any:
    kind = request.content_type or ""
    if kind != "application/json" and not kind.endswith("+json"):
        raise HttpError(415, _("Send the body as Content-Type: application/json."))
    try:
        return json.loads(request.body, parse_constant=_no_number)
    except RecursionError as error:
        raise HttpError(400, _("The body lies too deep in itself.")) from error
    except ValueError as error:
        raise HttpError(400, _("The body is not JSON: %(what)s.") % {"what": error}) from error


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number in JSON")


class Api(NinjaAPI):
    """All operations under one roof; its description says every status that each can answer. There is one a house."""

    _house: ClassVar[Api | None] = None
    _others: ClassVar[Others] = staticmethod(lambda: ("", []))

    def __init__(self, *, is_house: bool = True, **more: Any) -> None:
        super().__init__(
            title="Dangol", version="1", auth=[ByKey(), ByBearer(), BySession()], urls_namespace="api", docs_url=None,
            parser=JsonOnly(), docs_decorator=_for_who_is_known, **more,
        )  # fmt: skip
        self._described: Any = None
        self._whole: tuple[str, Any] = ("", None)
        if is_house:
            Api._house = self
        install(self)

    @classmethod
    def describe_also(cls, others: Others) -> None:
        """Let the description hold what APIs beside this one answer: `others()` returns what stands for them as they
        are now, and them."""
        cls._others = staticmethod(others)

    @classmethod
    def told(cls) -> Any:
        """The OpenAPI file of this house, made once a process."""
        assert cls._house is not None
        return cls._house.get_openapi_schema(path_prefix=ROOT)

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> Any:
        """The description, in English whoever asks, so that it is one file; made once a process, and anew when the
        company changes its own fields."""
        if self._described is None:
            with translation.override("en"):
                self._described = complete(super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params))
        mark, others = Api._others() if self is Api._house else ("", [])
        mark = f"{current.mark()}/{mark}".strip("/")
        if mark != self._whole[0]:
            with translation.override("en"):
                told = [other.get_openapi_schema(path_prefix=path_prefix) for other in others]
                self._whole = (mark, with_added(_joined(self._described, told)))
        return self._whole[1] or self._described


def _joined(description: Any, others: Sequence[Any]) -> Any:
    """One description of several."""
    found = copy.deepcopy(description)
    for other in others:
        found["paths"] |= other["paths"]
        found["components"]["schemas"] = {**other["components"]["schemas"], **found["components"]["schemas"]}
    return found


def _for_who_is_known(view: Any) -> Any:
    def shown(request: HttpRequest, **more: Any) -> HttpResponse:
        if request.method != "GET":
            return problem(405, headers={"Allow": "GET"})
        if request.api_caller.actor is None:  # type: ignore[attr-defined]
            return problem(401, headers={"WWW-Authenticate": 'Bearer realm="Dangol"'})
        found: HttpResponse = view(request, **more)
        return found

    return shown


def nowhere(request: HttpRequest) -> HttpResponse:
    """An address under the API that leads nowhere."""
    return problem(404)
