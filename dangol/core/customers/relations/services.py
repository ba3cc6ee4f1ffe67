from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from dangol.core.customers.ends.queries import record_of
from dangol.core.customers.relations import events
from dangol.core.customers.relations.models import Relation, RelationKind
from dangol.core.customers.relations.queries import kind_called, kinds
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.events.stream import emit
from dangol.platform.objects.writing import RecordWriter

MOST_NOTE, MOST_WORD, MOST_KINDS, MOST_RELATIONS = 500, 60, 100, 200
_WORDS = ("there_en", "there_ko", "back_en", "back_ko")


def _clean(values: dict[str, Any], relation: Any) -> dict[str, Any]:
    if "kind" in values:
        kind = kind_called(str(values["kind"] or ""))
        if kind is None or (kind.is_off and kind.code != relation.kind):
            raise ValidationError({"kind": _("Choose one from the list.")})
    if len(str(values.get("note") or "")) > MOST_NOTE:
        raise ValidationError({"note": _("At most %(most)s letters.") % {"most": MOST_NOTE}})
    return values


RELATIONS = RecordWriter(
    model=Relation,
    writable=("kind", "note"),
    created=events.RelationAdded,
    changed=events.RelationChanged,
    trashed=events.RelationTrashed,
    restored=events.RelationRestored,
    clean=_clean,
    about=lambda relation: relation.person_id or relation.other_person_id,
    search=lambda relation: ("", ()),
)


@transaction.atomic
def add_relation(
    *, actor: Actor, object_name: str, record_id: int, other_name: str, other_id: int, kind: str, note: str = "",
    is_back: bool = False,
) -> Any:  # fmt: skip
    """Say what another person or company is to this one (`is_back`: what this one is to the other).

    The one that stands already, in whichever direction, is returned as it is. Raises NotFound (one of the two is not
    seen), Forbidden (the first may not be changed), InTrash, ValidationError by field.
    """
    record_of(actor, object_name, record_id, is_locked=True)
    other = record_of(actor, other_name, other_id, "see")
    if other.deleted_at is not None:
        raise ValidationError({"other": _("This record lies in the trash.")})
    if (object_name, record_id) == (other_name, other_id):
        raise ValidationError({"other": _("Nobody has a relation to themselves. Choose another one.")})
    here, there = (object_name, record_id), (other_name, other_id)
    first, second = (there, here) if is_back else (here, there)
    relation: Any = Relation(**{f"{first[0]}_id": first[1], f"other_{second[0]}_id": second[1]})
    RELATIONS.put(relation, {"kind": kind, "note": note}, lambda column, value: None)
    if (known := _standing(relation)) is not None:
        return known
    _refuse_too_many(object_name, record_id)
    relation.save(force_insert=True)
    changes = {n: [None, v] for n, v in RELATIONS.standing(relation).items() if v}
    told = events.RelationAdded(subject_id=relation.pk, about_id=RELATIONS.about(relation), changes=changes)
    relation.told_by = emit(told, actor=actor).id
    return relation


def _standing(relation: Any) -> Any:
    """The same relation, where it is written down already; of a mutual kind from the other end too."""
    ends = {f"{n}_id": getattr(relation, f"{n}_id") for n in ("person", "company", "other_person", "other_company")}
    asked = Q(**ends)
    kind = kind_called(relation.kind)
    if kind is not None and kind.is_mutual:
        asked |= Q(person_id=ends["other_person_id"], company_id=ends["other_company_id"],
                   other_person_id=ends["person_id"], other_company_id=ends["company_id"])  # fmt: skip
    rows: Any = Relation.objects.for_system("whether a relation stands already")
    return rows.filter(asked, kind=relation.kind, deleted_at=None).first()


def _refuse_too_many(object_name: str, record_id: int) -> None:
    rows: Any = Relation.objects.for_system("how many relations a record has")
    rows = rows.filter(Q(**{f"{object_name}_id": record_id}) | Q(**{f"other_{object_name}_id": record_id}))
    if rows.filter(deleted_at=None).count() >= MOST_RELATIONS:
        raise ValidationError({"other": _("A record has at most %(most)s of these.") % {"most": MOST_RELATIONS}})


def change_relation(
    *, actor: Actor, record_id: int, values: Mapping[str, Any], expected: Mapping[str, Any] | None = None
) -> Any:
    """Change kind or note; `record_id` is the row's number. Raises NotFound, Forbidden, Conflict, ValidationError."""
    return RELATIONS.change(actor=actor, record_id=record_id, values=values, expected=expected)


def trash_relation(*, actor: Actor, record_id: int) -> Any:
    """Take a relation away; undo brings it back. Raises NotFound, Forbidden."""
    return RELATIONS.trash(actor=actor, record_id=record_id)


@transaction.atomic
def keep_kind(*, actor: Actor, code: str = "", words: Mapping[str, str], is_off: bool = False) -> RelationKind:
    """Name a kind of relation, or call one otherwise; an empty `code` makes a new one.

    `words` are `there_en`, `there_ko`, `back_en`, `back_ko`; one language is enough, and without a way back both ends
    are called the same. Raises Forbidden (change relation_kind), ValidationError by field.
    """
    require(actor, "change", "relation_kind")
    given = {n: " ".join(str(words.get(n) or "").replace("\x00", "").split()) for n in _WORDS}
    if not given["there_en"] and not given["there_ko"]:
        raise ValidationError({"there_en": _("Say in one language at least what the other one is.")})
    for name, word in given.items():
        if len(word) > MOST_WORD:
            raise ValidationError({name: _("At most %(most)s letters.") % {"most": MOST_WORD}})
    known = kinds()
    if code and all(kind.code != code for kind in known):
        raise ValidationError({"code": _("There is no such kind.")})
    if not code:
        code = _fresh_code(given["there_en"] or given["there_ko"], {kind.code for kind in known})
        if len(known) >= MOST_KINDS:
            raise ValidationError({"there_en": _("There are at most %(most)s kinds.") % {"most": MOST_KINDS}})
    row, _is_new = RelationKind.objects.update_or_create(code=code, defaults={**given, "is_off": is_off})
    emit(events.RelationKindsChanged(subject_id=row.pk, code=code), actor=actor, figures=given)
    return row


def _fresh_code(word: str, taken: set[str]) -> str:
    begin = re.sub(r"[^a-z0-9]+", "_", word.lower()).strip("_")[:30] or "kind"
    return next(c for c in (begin, *(f"{begin}_{n}" for n in range(2, MOST_KINDS + 2))) if c not in taken)
