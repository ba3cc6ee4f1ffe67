"""Relations between people and companies, for programs. Annotations are evaluated here."""

from typing import Any, Literal

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Field, Path, Router, Schema, Status

from dangol.core.customers.ends.queries import record_of
from dangol.core.customers.relations import queries, services
from dangol.platform.access.actor import Actor
from dangol.platform.api.answers import actor_of
from dangol.platform.api.problems import Problem
from dangol.platform.objects.writing import NotFound

router = Router(tags=["relation"])
ERRORS: dict[int, Any] = {400: Problem, 401: Problem, 403: Problem, 404: Problem, 409: Problem, 422: Problem}
_ALL, _ONE = "/{slug}/{record_id}/relations", "/{slug}/{record_id}/relations/{relation_id}"
MOST_ID = 2**63 - 1
_OBJECTS = {"people": "person", "companies": "company"}


class RelationsOf(Schema):
    """Of which person or company."""

    slug: Literal["people", "companies"]
    record_id: int = Field(ge=1, le=MOST_ID)

    @property
    def object_name(self) -> str:
        """The object."""
        return _OBJECTS[self.slug]


class OneRelation(RelationsOf):
    """Which of them."""

    relation_id: int = Field(ge=1, le=MOST_ID)


class RelationRead(Schema):
    """A relation as read from the record that was asked: `word` is what the other one is, in the key's language."""

    id: int
    kind: str
    word: str
    object: str
    record_id: int
    title: str
    note: str


class RelationChange(Schema):
    """What is changed; what is left out stays."""

    note: str = Field("", max_length=services.MOST_NOTE)


class RelationWrite(RelationChange):
    """The other one, and what it is: of `kind`, or (`is_back`) the other way round."""

    kind: str = Field(max_length=60, pattern=r"^[a-z0-9_]+$")
    object: Literal["person", "company"]
    other_id: int = Field(ge=1, le=MOST_ID)
    is_back: bool = False


@router.get(_ALL, response={200: list[RelationRead], **ERRORS}, operation_id="list_relations",
            summary="To whom a person or company is related")  # fmt: skip
def list_relations(request: HttpRequest, at: Path[RelationsOf]) -> Any:
    """Only to whom one may see; oldest first."""
    actor = actor_of(request)
    return [_answer(tie) for tie in _ties(actor, at)]


@router.post(_ALL, response={201: RelationRead, **ERRORS}, operation_id="create_relation", summary="Add a relation")
def create_relation(request: HttpRequest, at: Path[RelationsOf], values: RelationWrite) -> Any:
    """What stands there already is returned as it is."""
    actor = actor_of(request)
    made = services.add_relation(
        actor=actor, object_name=at.object_name, record_id=at.record_id, other_name=values.object,
        other_id=values.other_id, kind=values.kind, note=values.note, is_back=values.is_back,
    )  # fmt: skip
    return Status(201, _answer(_found(actor, at, made.pk)))


@router.patch(_ONE, response={200: RelationRead, **ERRORS}, operation_id="change_relation", summary="Change the note")
def change_relation(request: HttpRequest, at: Path[OneRelation], values: RelationChange) -> Any:
    """What is left out stays."""
    actor = actor_of(request)
    _found(actor, at, at.relation_id)
    services.change_relation(actor=actor, record_id=at.relation_id, values=values.model_dump(exclude_unset=True))
    return _answer(_found(actor, at, at.relation_id))


@router.delete(_ONE, response={204: None, **ERRORS}, operation_id="trash_relation", summary="Remove it")
def trash_relation(request: HttpRequest, at: Path[OneRelation]) -> Any:
    """An undo brings it back."""
    actor = actor_of(request)
    _found(actor, at, at.relation_id)
    services.trash_relation(actor=actor, record_id=at.relation_id)
    return Status(204, None)


def _ties(actor: Actor, at: RelationsOf) -> list[queries.Tie]:
    record = record_of(actor, at.object_name, at.record_id, "see")
    return queries.ties_of(actor, record, get_language() or "en")


def _found(actor: Actor, at: RelationsOf, relation_id: int) -> queries.Tie:
    for tie in _ties(actor, at):
        if tie.relation.pk == relation_id:
            return tie
    raise NotFound(_("There is no such record, or you may not see it."))


def _answer(tie: queries.Tie) -> dict[str, Any]:
    return {
        "id": tie.relation.pk, "kind": tie.relation.kind, "word": tie.word, "object": tie.object_name,
        "record_id": tie.record.pk, "title": tie.title, "note": tie.relation.note,
    }  # fmt: skip
