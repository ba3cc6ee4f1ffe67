"""The REST of the company's own objects: the same operations, made when the first call of an object comes.

Django's addresses are fixed when a process begins, so one address under them takes every call that is not for a
declared object, and finds the operation itself.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLResolver
from django.urls.exceptions import Resolver404
from django.urls.resolvers import RoutePattern
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

from dangol.platform.api.door import Api, nowhere
from dangol.platform.api.routers import router_for
from dangol.platform.objects.custom_objects import known
from dangol.platform.objects.types import ObjectType

KEPT = 200


@csrf_exempt  # as every operation is: who comes by a browser's session is asked for the token where it is read
def call(request: HttpRequest, path: str) -> HttpResponse:
    """Answer a call under the API that is for no declared object."""
    declared = known.at(path.partition("/")[0])
    if declared is None:
        return nowhere(request)
    try:
        found = _resolver(declared.name, declared.slug, known.mark()).resolve(path)
    except Resolver404:
        return nowhere(request)
    request.resolver_match = found
    answer: HttpResponse = found.func(request, *found.args, **found.kwargs)
    return answer


@lru_cache(maxsize=KEPT)
def _api(name: str, slug: str, mark: str) -> Api:
    """The API of one object alone, with the manners of the house; its labels are English, as the whole file."""
    declared = _declared(slug)
    api = Api(is_house=False)
    with translation.override("en"):
        api.add_router(f"/{slug}", router_for(declared))
    return api


@lru_cache(maxsize=KEPT)
def _resolver(name: str, slug: str, mark: str) -> URLResolver:
    patterns: list[Any] = [path for bound in _api(name, slug, mark)._get_bound_routers()
                           for path in bound.urls_paths(bound.prefix)]  # fmt: skip
    return URLResolver(RoutePattern(""), patterns)


def _declared(slug: str) -> ObjectType:
    found = known.at(slug)
    assert found is not None
    return found


def _all() -> tuple[str, list[Api]]:
    mark = known.mark()
    return mark, [_api(declared.name, declared.slug, mark) for declared in known.types()]


Api.describe_also(_all)
