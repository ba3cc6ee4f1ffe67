"""The rights matrix: for the fixed cast, each object and action, which of the owner's record is open by which doors.

`python -m tests.rights` writes docs/rights.md; a test asks that it says what the house does, so that a change of rights
is seen in review.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dangol.platform.access.actor import Actor
from dangol.platform.access.models import Share
from dangol.platform.accounts.actors import Staff, build_actor
from dangol.platform.accounts.models import Role, User
from dangol.platform.accounts.rules import BUILTIN_ROLES
from dangol.platform.objects.registry import object_types
from dangol.platform.objects.types import ObjectType
from tests.cast import Cast
from tests.doors import INSIDE, OF_PEOPLE, PAGES, REST

ROW_ACTIONS = ("see", "change", "delete", "export", "bulk")
PEOPLE = ("owner", "mate", "manager", "stranger", "shared to see", "shared to change", "admin", "anonymous")
HEAD = """# Who may do what

Written by `python -m tests.rights` from what the house answers; a test compares it. Read it when a change of rights is
reviewed. ● open, · closed.

The cast: the **owner** of a record (scope `own`), a **mate** in the owner's team (`team`), the owner's **manager**
(`subordinates`), a **stranger** in another team (`team`), the stranger after the record was **shared**, an
**administrator**, and **anonymous**. A read-only API key has its owner's `see` and `export`, and nothing else.
Records that follow another one (orders a person) are shared through it.

What cannot be kept from whoever writes: a value that only one record may have (a customer number, a product's code, an
order's number in its shop, an id in another system) is refused when a record has it that they do not see. The refusal
says that much (REST: 403 for an id in another system, 422 for a field; an import puts the row aside) and nothing more.
Reading, an unseen record and none are the same answer: 404, and that before a condition (`If-Match`) is looked at.
"""


def lines(cast: Cast, records: dict[str, Any]) -> Iterator[str]:
    """The page, line by line; `records` {object: a record of the owner's}."""
    yield from HEAD.splitlines()
    doors, people = ", ".join([*INSIDE, *PAGES, *REST]), ", ".join(OF_PEOPLE)
    yield from (
        "",
        f"Whoever may see a record finds it, and nobody else does, by: {doors}; a person also by: {people}.",
    )
    yield from ("", "## One record of the owner's", "")
    yield from _table(["Object", "Action", *PEOPLE], _rows(cast, records))
    yield from ("", "## What the roles give that come with Dangol", "", "Scopes by object; a name in brackets is "
                "hidden from the role.", "")  # fmt: skip
    names = [declared.name for declared in object_types()]
    yield from _table(["Role", "Action", *names], _role_rows(names))


def _rows(cast: Cast, records: dict[str, Any]) -> Iterator[list[str]]:
    for declared in object_types():
        actors = {who: _actor(cast, who, declared, records[declared.name]) for who in PEOPLE}
        for action in ROW_ACTIONS:
            rows = declared.model.objects
            yield [declared.name, action, *(
                "●" if rows.visible_to(a, action).filter(pk=records[declared.name].pk).exists() else "·"
                for a in actors.values()
            )]  # fmt: skip


def _actor(cast: Cast, who: str, declared: ObjectType, record: Any) -> Actor:
    if who == "anonymous":
        return Actor.anonymous()
    if not who.startswith("shared"):
        return cast.actor(who)
    deciding = declared.model.row_policy.deciding(declared.model, record)
    level = who.rpartition(" ")[2]
    share = Share(object_name=deciding.access_name, record_id=deciding.pk, user=cast.stranger, level=level)
    return build_actor(cast.stranger, list(cast.stranger.roles.all()), Staff.read(), [share])


def _role_rows(names: list[str]) -> Iterator[list[str]]:
    for name in BUILTIN_ROLES:
        grants, fields = BUILTIN_ROLES[name][1], BUILTIN_ROLES[name][2]
        actor = build_actor(User(), [Role(name=name, grants=grants, fields=fields)], Staff([]), [])
        for action in ("see", "create", "change", "delete", "merge", "export", "bulk"):
            yield [name, action, *(_scope(actor, action, o) for o in names)]


def _scope(actor: Actor, action: str, object_name: str) -> str:
    scope = actor.scope(action, object_name)
    hidden = [f for f, right in sorted(actor.fields.get(object_name, {}).items()) if right == "hidden"]
    said = "·" if scope == "none" else scope
    return f"{said} ({', '.join(hidden)})" if action == "see" and hidden else said


def _table(heads: list[str], rows: Iterator[list[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    last = ""
    for first, *rest in rows:
        yield f"| {'' if first == last else first} | {' | '.join(rest)} |"
        last = first
