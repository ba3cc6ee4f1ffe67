"""Notes of any record, for programs. Annotations are evaluated here, because the API makes its description of them."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Path, Query, Router, Schema, Status

from dangol.collaborative.activities.hanging import declared_at, record_of
from dangol.collaborative.activities.notes import queries, services
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.api.answers import actor_of
from dangol.platform.api.problems import Problem
from dangol.platform.objects.types import ObjectType
from dangol.platform.objects.writing import NotFound

router = Router(tags=["note"])
ERRORS: dict[int, Any] = {400: Problem, 401: Problem, 403: Problem, 404: Problem, 422: Problem}
_ALL, _ONE = "/{slug}/{record_id}/notes", "/{slug}/{record_id}/notes/{note_id}"
MOST_ID = 2**63 - 1


class OnRecord(Schema):
    """Which record."""

    slug: str = Field(max_length=50, pattern=r"^[a-z][a-z0-9_-]*$", description="The object's address, e.g. people")
    record_id: int = Field(ge=1, le=MOST_ID)

    @property
    def declared(self) -> ObjectType:
        """The object. Raises Http404."""
        return declared_at(self.slug)


class OneNote(OnRecord):
    """Which note of which record."""

    note_id: int = Field(ge=1, le=MOST_ID)


class Paging(Schema):
    """Which page of a list, newest first."""

    after: str = Field("", pattern=r"^[0-9]{0,18}$", description="`next` of the page before")
    limit: int = Field(50, ge=1, le=200)


class NoteRead(Schema):
    """A note."""

    id: int
    body: str
    is_pinned: bool
    author: str
    author_id: int | None
    created_at: datetime
    edited_at: datetime | None


class NotePage(Schema):
    """Notes, newest first; `next` is empty at the end."""

    rows: list[NoteRead]
    next: str


class NoteWrite(Schema):
    """What is written; plain text."""

    body: str = Field(max_length=20_000)
    is_pinned: bool = False


class NoteChange(Schema):
    """What is changed; what is left out stays."""

    body: str = Field(None, max_length=20_000)  # type: ignore[assignment]
    is_pinned: bool = Field(None)  # type: ignore[assignment]


@router.get(_ALL, response={200: NotePage, **ERRORS}, operation_id="list_notes", summary="Notes of a record")
def list_notes(request: HttpRequest, at: Path[OnRecord], paging: Query[Paging]) -> Any:
    """Newest first."""
    actor = actor_of(request)
    require(actor, "see", "note")
    record_of(actor, at.declared.name, at.record_id)
    found = queries.page_of(actor, at.declared.name, at.record_id, int(paging.after or 0), paging.limit + 1)
    more = len(found) > paging.limit
    rows = found[: paging.limit]
    return {"rows": [_answer(note) for note in rows], "next": str(rows[-1].pk) if more else ""}


@router.post(_ALL, response={201: NoteRead, **ERRORS}, operation_id="create_note", summary="Write a note")
def create_note(request: HttpRequest, at: Path[OnRecord], values: NoteWrite) -> Any:
    """On any record that one sees."""
    actor = actor_of(request)
    made = services.add_note(
        actor=actor, object_name=at.declared.name, record_id=at.record_id, body=values.body, is_pinned=values.is_pinned
    )
    return Status(201, _answer(_found(actor, OneNote(slug=at.slug, record_id=at.record_id, note_id=made.pk))))


@router.get(_ONE, response={200: NoteRead, **ERRORS}, operation_id="get_note", summary="One note")
def get_note(request: HttpRequest, at: Path[OneNote]) -> Any:
    """As it stands now."""
    return _answer(_found(actor_of(request), at))


@router.patch(_ONE, response={200: NoteRead, **ERRORS}, operation_id="change_note", summary="Change or pin a note")
def change_note(request: HttpRequest, at: Path[OneNote], values: NoteChange) -> Any:
    """What is left out stays."""
    actor = actor_of(request)
    _found(actor, at)
    services.change_note(actor=actor, record_id=at.note_id, values=values.model_dump(exclude_unset=True))
    return _answer(_found(actor, at))


@router.delete(_ONE, response={204: None, **ERRORS}, operation_id="trash_note", summary="Put a note in the trash")
def trash_note(request: HttpRequest, at: Path[OneNote]) -> Any:
    """It can be taken out again."""
    _found(actor_of(request), at)
    services.trash_note(actor=actor_of(request), record_id=at.note_id)
    return Status(204, None)


@router.post(
    f"{_ONE}/restore", response={204: None, **ERRORS}, operation_id="restore_note",
    summary="Take a note out of the trash",
)  # fmt: skip
def restore_note(request: HttpRequest, at: Path[OneNote]) -> Any:
    """Nothing happens to one that is not there."""
    _found(actor_of(request), at, in_trash=True)
    services.restore_note(actor=actor_of(request), record_id=at.note_id)
    return Status(204, None)


def _found(actor: Actor, at: OneNote, *, in_trash: bool = False) -> Any:
    note = queries.find_note(actor, at.declared.name, at.record_id, at.note_id)
    if note is None or (note.deleted_at is not None and not in_trash):
        raise NotFound(_("There is no such note, or you may not see it."))
    return note


def _answer(note: Any) -> dict[str, Any]:
    return {
        "id": note.pk, "body": note.body, "is_pinned": note.is_pinned, "author": note.author_name or "",
        "author_id": note.author_id, "created_at": note.created_at, "edited_at": note.edited_at,
    }  # fmt: skip
