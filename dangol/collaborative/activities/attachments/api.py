"""Files of any record, for programs. Annotations are evaluated here, because the API makes its description of them."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, File, Path, Query, Router, Schema, Status, UploadedFile

from dangol.collaborative.activities.attachments import queries
from dangol.collaborative.activities.attachments.services import adding
from dangol.collaborative.activities.attachments.services.handing import sent_out
from dangol.collaborative.activities.hanging import declared_at, record_of
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.api.answers import actor_of
from dangol.platform.api.problems import Problem
from dangol.platform.objects.types import ObjectType
from dangol.platform.objects.writing import NotFound

router = Router(tags=["file"])
ERRORS: dict[int, Any] = {400: Problem, 401: Problem, 403: Problem, 404: Problem, 422: Problem}
_ALL, _ONE = "/{slug}/{record_id}/files", "/{slug}/{record_id}/files/{file_id}"
_CONTENT = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
_BYTES = {
    "200": {"description": "The file as it came", "content": _CONTENT},
    "206": {"description": "The part that Range asked for (one range of bytes)", "content": _CONTENT},
    "304": {"description": "It has not changed (If-None-Match)"},
    "416": {"description": "Range lies beyond the end; Content-Range says how long the file is"},
}
MOST_ID = 2**63 - 1


class FileOn(Schema):
    """Which record."""

    slug: str = Field(max_length=50, pattern=r"^[a-z][a-z0-9_-]*$", description="The object's address, e.g. people")
    record_id: int = Field(ge=1, le=MOST_ID)

    @property
    def declared(self) -> ObjectType:
        """The object. Raises Http404."""
        return declared_at(self.slug)


class OneFile(FileOn):
    """Which file of which record."""

    file_id: int = Field(ge=1, le=MOST_ID)


class FilePaging(Schema):
    """Which page of a list, newest first."""

    after: str = Field("", pattern=r"^[0-9]{0,18}$", description="`next` of the page before")
    limit: int = Field(50, ge=1, le=200)


class FileRead(Schema):
    """A file. `media_type` is what was found in it; `width` and `height` are a picture's pixels, else 0."""

    id: int
    name: str
    size: int
    media_type: str
    sha256: str
    width: int
    height: int
    is_face: bool
    author: str
    author_id: int | None
    created_at: datetime


class FilePage(Schema):
    """Files, newest first; `next` is empty at the end."""

    rows: list[FileRead]
    next: str


class FileChange(Schema):
    """Another name, or the record's picture; what is left out stays."""

    name: str = Field(None, min_length=1, max_length=200)  # type: ignore[assignment]
    is_face: bool = Field(None)  # type: ignore[assignment]


@router.get(_ALL, response={200: FilePage, **ERRORS}, operation_id="list_files", summary="Files of a record")
def list_files(request: HttpRequest, at: Path[FileOn], paging: Query[FilePaging]) -> Any:
    """Newest first."""
    actor = actor_of(request)
    require(actor, "see", "file")
    record_of(actor, at.declared.name, at.record_id)
    found = queries.page_of(actor, at.declared.name, at.record_id, int(paging.after or 0), paging.limit + 1)
    more = len(found) > paging.limit
    rows = found[: paging.limit]
    return {"rows": [_answer(file) for file in rows], "next": str(rows[-1].pk) if more else ""}


@router.post(_ALL, response={201: FileRead, **ERRORS}, operation_id="create_file", summary="Add a file")
def create_file(request: HttpRequest, at: Path[FileOn], file: File[UploadedFile]) -> Any:
    """As multipart/form-data. Its type is what we find in it; it must agree with the ending of its name."""
    actor = actor_of(request)
    made = adding.add_file(
        actor=actor, object_name=at.declared.name, record_id=at.record_id, name=file.name or "", chunks=file.chunks()
    )
    return Status(201, _answer(_found(actor, OneFile(slug=at.slug, record_id=at.record_id, file_id=made.pk))))


@router.get(_ONE, response={200: FileRead, **ERRORS}, operation_id="get_file", summary="What is known of one file")
def get_file(request: HttpRequest, at: Path[OneFile]) -> Any:
    """Its content lies under `/content`."""
    return _answer(_found(actor_of(request), at))


@router.get(
    f"{_ONE}/content", response=ERRORS, operation_id="get_file_content", summary="The content of a file",
    openapi_extra={"responses": _BYTES},
)  # fmt: skip
def get_content(request: HttpRequest, at: Path[OneFile]) -> Any:
    """As a download; a part of it by Range (RFC 9110), so that sound and film can be sought."""
    return sent_out(request, _found(actor_of(request), at))


@router.patch(_ONE, response={200: FileRead, **ERRORS}, operation_id="change_file", summary="Rename a file")
def change_file(request: HttpRequest, at: Path[OneFile], values: FileChange) -> Any:
    """The ending of the name stays. `is_face` lets a picture stand for its record."""
    actor, given = actor_of(request), values.model_dump(exclude_unset=True)
    _found(actor, at)
    if "name" in given:
        adding.change_file(actor=actor, record_id=at.file_id, values={"name": given["name"]})
    if "is_face" in given:
        adding.choose_face(actor=actor, record_id=at.file_id, is_face=given["is_face"])
    return _answer(_found(actor, at))


@router.delete(_ONE, response={204: None, **ERRORS}, operation_id="trash_file", summary="Put a file in the trash")
def trash_file(request: HttpRequest, at: Path[OneFile]) -> Any:
    """It can be taken out again for some days; then it is deleted for good."""
    _found(actor_of(request), at)
    adding.trash_file(actor=actor_of(request), record_id=at.file_id)
    return Status(204, None)


@router.post(
    f"{_ONE}/restore", response={204: None, **ERRORS}, operation_id="restore_file",
    summary="Take a file out of the trash",
)  # fmt: skip
def restore_file(request: HttpRequest, at: Path[OneFile]) -> Any:
    """Nothing happens to one that is not there."""
    _found(actor_of(request), at, in_trash=True)
    adding.restore_file(actor=actor_of(request), record_id=at.file_id)
    return Status(204, None)


def _found(actor: Actor, at: OneFile, *, in_trash: bool = False) -> Any:
    file = queries.find_file(actor, at.declared.name, at.record_id, at.file_id, in_trash=in_trash)
    if file is None:
        raise NotFound(_("There is no such file, or you may not see it."))
    return file


def _answer(file: Any) -> dict[str, Any]:
    return {
        "id": file.pk, "name": file.name, "size": file.size, "media_type": file.media_type, "sha256": file.sha256,
        "width": file.width, "height": file.height, "is_face": file.is_face, "author": file.author_name or "",
        "author_id": file.author_id, "created_at": file.created_at,
    }  # fmt: skip
