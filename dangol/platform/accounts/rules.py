"""Which rights each role has at the start, and how the rights of several roles add up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dangol.platform.access.actor import SCOPES, FieldRight, Scope

Grants = dict[str, dict[str, Scope]]
Fields = dict[str, dict[str, FieldRight]]


def gettext_noop(text: str) -> str:
    """Mark a word for translation without translating it; rules know no Django."""
    return text


_ = gettext_noop

RIGHTS: tuple[FieldRight, ...] = ("hidden", "read", "edit")
ALL: dict[str, Scope] = {"*": "all"}
SEE_ALL: dict[str, Scope] = {"see": "all"}
WRITE: dict[str, Scope] = {"see": "all", "create": "all"}
JOT: dict[str, Scope] = {"see": "all", "create": "all", "change": "own", "delete": "own"}
KEEP_OWN: dict[str, Scope] = {"see": "all", "create": "all", "change": "team", "delete": "own"}

BUILTIN_ROLES: dict[str, tuple[str, Grants, Fields]] = {
    "administrator": (_("Administrator"), {"*": ALL}, {}),
    "manager": (
        _("Manager"),
        {
            "*": {
                "see": "all",
                "create": "all",
                "change": "all",
                "delete": "subordinates",
                "merge": "all",
                "export": "all",
                "bulk": "all",
            },
            "audit": {"see": "all"},
            "console": {"*": "none"},
            "webhook": {"*": "none"},
            "user": {"*": "none", "see": "all"},
        },
        {},
    ),
    "sales": (
        _("Sales"),
        {
            "person": {"see": "all", "create": "all", "change": "team", "delete": "own"},
            "company": {"see": "all", "create": "all", "change": "team", "delete": "own"},
            "household": {"see": "all", "create": "all", "change": "team", "delete": "own"},
            "product": SEE_ALL,
            "order": {"see": "all", "create": "all", "change": "team"},
            "note": JOT,
            "file": JOT,
            "consent": WRITE,
            "suppression": SEE_ALL,
            "message": WRITE,
            "segment": SEE_ALL,
            "campaign": SEE_ALL,
            "insight": SEE_ALL,
        },
        {},
    ),
    "marketing": (
        _("Marketing"),
        {
            "person": {"see": "all", "export": "all"},
            "company": {"see": "all", "export": "all"},
            "household": {"see": "all", "export": "all"},
            "product": {"see": "all", "create": "all", "change": "all"},
            "order": SEE_ALL,
            "note": JOT,
            "file": JOT,
            "consent": WRITE,
            "suppression": WRITE,
            "message": WRITE,
            "segment": KEEP_OWN,
            "campaign": KEEP_OWN,
            "insight": SEE_ALL,
        },
        {},
    ),
    "service": (
        _("Service"),
        {
            "person": {"see": "all", "create": "all", "change": "all"},
            "company": {"see": "all", "change": "all"},
            "household": {"see": "all", "create": "all", "change": "all"},
            "product": SEE_ALL,
            "order": SEE_ALL,
            "note": JOT,
            "file": JOT,
            "consent": WRITE,
            "suppression": WRITE,
            "message": WRITE,
        },
        {},
    ),
    "analyst": (
        _("Analyst"),
        {
            "person": {"see": "all", "export": "all"},
            "company": {"see": "all", "export": "all"},
            "household": {"see": "all", "export": "all"},
            "product": {"see": "all", "export": "all"},
            "order": {"see": "all", "export": "all"},
            "note": JOT,
            "file": JOT,
            "consent": SEE_ALL,
            "message": SEE_ALL,
            "segment": KEEP_OWN,
            "campaign": SEE_ALL,
            "insight": {"*": "all"},
        },
        {"person": {"email": "hidden", "phone": "hidden", "address": "hidden", "born_on": "hidden"}},
    ),
}


def widest(scopes: Iterable[Scope]) -> Scope:
    """The scope that reaches furthest; `none` for nothing."""
    return max(scopes, key=SCOPES.index, default="none")


def is_within(scope: Scope, other: Scope) -> bool:
    """Whether `scope` reaches no further than `other`."""
    return SCOPES.index(scope) <= SCOPES.index(other)


def add_grants(several: Iterable[Mapping[str, Mapping[str, Scope]]]) -> Grants:
    """Add up the grants of several roles: per object and action the wider one wins.

    A general grant of one role (`"*"`) must not be narrowed by a named grant of another, so it is carried into every
    named object and action.
    """
    roles = list(several)
    objects = {name for role in roles for name in role}
    actions = {a for role in roles for given in role.values() for a in given}
    return {o: {a: widest(reach(role, o, a) for role in roles) for a in actions} for o in objects}


def reach(role: Mapping[str, Mapping[str, Scope]], object_name: str, action: str) -> Scope:
    """How far one role's right to `action` on `object_name` reaches: the named grant before the general one."""
    for o in (object_name, "*"):
        for a in (action, "*"):
            if a in role.get(o, {}):
                return role[o][a]
    return "none"


def add_fields(
    several: Iterable[Mapping[str, Mapping[str, FieldRight]]],
    grants: Iterable[Mapping[str, Mapping[str, Scope]]] = (),
) -> Fields:
    """Add up field rules: a field is as open as the most open of the roles leaves it.

    With the roles' `grants`, in the same order, only roles by which one sees the object at all have a say, so that a
    role about orders does not open what another one hides of people.
    """
    roles = list(several)
    given = list(grants) or [{"*": ALL}] * len(roles)
    named = {(o, f) for role in roles for o, fs in role.items() for f in fs}
    result: Fields = {}
    for o, f in sorted(named):
        seen = [role for role, its in zip(roles, given, strict=True) if reach(its, o, "see") != "none"]
        right = max((role.get(o, {}).get(f, "edit") for role in seen or roles), key=RIGHTS.index)
        if right != "edit":
            result.setdefault(o, {})[f] = right
    return result


def below(managers: Mapping[int, int | None], boss: int) -> frozenset[int]:
    """Everyone under `boss`, however deep; `managers` maps a person to the manager. Circles do no harm."""
    reports: dict[int, list[int]] = {}
    for person, manager in managers.items():
        if manager is not None:
            reports.setdefault(manager, []).append(person)
    found: set[int] = set()
    waiting = [boss]
    while waiting:
        for person in reports.get(waiting.pop(), []):
            if person not in found and person != boss:
                found.add(person)
                waiting.append(person)
    return frozenset(found)
