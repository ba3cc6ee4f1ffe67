"""REST of taking a list out of the house: one streamed answer, CSV or JSON lines, noted as an export.

Annotations are evaluated here (no postponed evaluation), because the API makes its description of them.
"""

from typing import Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import Field

from dangol.platform.api.answers import actor_of, asked_fields
from dangol.platform.api.problems import Problem, problem
from dangol.platform.api.schemas import Sieve
from dangol.platform.objects.export_page import as_file
from dangol.platform.objects.export_places import TooManyExports
from dangol.platform.objects.exporting import Form, begin_export
from dangol.platform.objects.filters import FilterError, parse
from dangol.platform.objects.listing import ListQuery
from dangol.platform.objects.registry import fields_for
from dangol.platform.objects.types import ObjectType
from dangol.platform.ui.viewer import Viewer

ERRORS: dict[int, Any] = {400: Problem, 401: Problem, 403: Problem, 422: Problem}
TEXT = {"schema": {"type": "string"}}
DESCRIBED = {"responses": {200: {"description": "The file", "content": {"text/csv": TEXT, "application/jsonl": TEXT}}}}


class Taking(Sieve):
    """Which records, and in which form."""

    sort: str = Field("", max_length=100, description="A sortable field; a minus sign before it turns the order round")
    fields: str = Field("", max_length=2_000, description="Names of fields, separated by commas; empty: all")
    format: Literal["csv", "jsonl"] = "jsonl"
    separator: Literal["comma", "semicolon", "tab"] = Field("comma", description="Of a CSV file")
    values: Literal["codes", "sheet", "words"] = Field("codes", description="Of a CSV file: for programs or for people")
    bom: bool = Field(False, description="Begin a CSV file with a byte order mark")


def hang(router: Router, declared: ObjectType) -> None:
    """Add the export of an object's records to its router."""

    @router.get("/export", response={200: None, **ERRORS}, operation_id=f"export_{declared.name}",
                summary=f"Export: {declared.plural}", openapi_extra=DESCRIBED)  # fmt: skip
    def export_records(request: HttpRequest, asked: Query[Taking]) -> Any:
        actor = actor_of(request)
        known = fields_for(declared, actor)
        names = [name for name in asked_fields(declared, actor, asked.fields) if name in known]
        if not names:
            raise FilterError("fields", _("Name at least one field."))
        query = ListQuery(filter=parse(asked.filter), sort=asked.sort, search=asked.search, columns=names,
                          in_trash=asked.trash)  # fmt: skip
        form = Form(kind=asked.format, separator=asked.separator, has_bom=asked.bom, values=asked.values)
        viewer = Viewer(actor=actor, language=actor.language, time_zone=actor.time_zone)
        try:
            found = begin_export(actor=actor, declared=declared, query=query, form=form, viewer=viewer)
        except TooManyExports as error:
            return problem(429, str(error), headers={"Retry-After": str(error.seconds)})
        return as_file(request, declared, found)
