"""A role as the editor shows it and as a form sends it back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from dangol.platform.access.actor import ACTIONS, SCOPES, Scope
from dangol.platform.accounts.models import Role
from dangol.platform.accounts.roles.registry import Right, known_rights
from dangol.platform.accounts.rules import RIGHTS, Fields, Grants, reach
from dangol.platform.accounts.unhidden import naming_fields

EVERYTHING = "*"
ACTION_LABELS = {
    "see": _("See"), "create": _("Create"), "change": _("Change"), "delete": _("Delete"), "merge": _("Merge"),
    "export": _("Export"), "bulk": _("Many at once"),
}  # fmt: skip
SCOPE_LABELS = {
    "none": _("None"), "shared": _("Shared with me"), "own": _("Own"),
    "team": _("Team"), "subordinates": _("Those I lead"), "all": _("All"),
}  # fmt: skip
FIELD_LABELS = {"hidden": _("Hidden"), "read": _("Read"), "edit": _("Edit")}


@dataclass(frozen=True)
class Cell:
    """One action on one object.

    `chosen` is what the role says itself ("" when it says nothing), `scope` what holds, `general` in words what would
    hold if it said nothing.
    """

    action: str
    name: str
    chosen: str
    scope: Scope
    options: tuple[tuple[str, Any], ...]
    is_meant: bool = True
    general: Any = ""

    @property
    def label(self) -> Any:
        """The scope in words."""
        return SCOPE_LABELS.get(self.scope, self.scope)

    @property
    def action_label(self) -> Any:
        """The action in words."""
        return ACTION_LABELS[self.action]


@dataclass(frozen=True)
class FieldCell:
    """One field of an object."""

    name: str
    label: Any
    right: str
    options: tuple[tuple[str, Any], ...] = tuple(FIELD_LABELS.items())


@dataclass(frozen=True)
class Row:
    """One object in the matrix of a role."""

    right: Right
    cells: tuple[Cell, ...]
    fields: tuple[FieldCell, ...]

    @property
    def closed(self) -> int:
        """How many fields are not open to writing."""
        return sum(one.right != "edit" for one in self.fields)


def rows_of(role: Role) -> list[Row]:
    """The matrix of a role: everything in general first, then each object; also what the registry no longer knows."""
    known = known_rights()
    names = {right.name for right in known} | {EVERYTHING}
    lost = [Right(name, name) for name in sorted({*role.grants, *role.fields} - names)]
    general = Right(EVERYTHING, _("Everything else, also what comes later"))
    return [_row(role, right) for right in (general, *known, *lost)]


def _row(role: Role, right: Right) -> Row:
    given = role.grants.get(right.name, {})
    cells = tuple(
        Cell(
            action, f"grant.{right.name}.{action}", given.get(action, given.get(EVERYTHING, "")),
            reach(role.grants, right.name, action), _options(right), action in right.actions,
            SCOPE_LABELS[reach(role.grants, EVERYTHING, action)],
        )
        for action in ACTIONS
    )  # fmt: skip
    closed = role.fields.get(right.name, {})
    fields = tuple(
        FieldCell(f"field.{right.name}.{name}", label, closed.get(name, "edit"), _field_options(right.name, name))
        for name, label in right.fields
    )
    return Row(right, cells, fields)


def _field_options(object_name: str, name: str) -> tuple[tuple[str, Any], ...]:
    names = naming_fields().get(object_name) == name
    return tuple((right, label) for right, label in FIELD_LABELS.items() if not (names and right == "hidden"))


def _options(right: Right) -> tuple[tuple[str, Any], ...]:
    scopes: Iterable[str] = SCOPES if right.has_rows else ("none", "all")
    return tuple((scope, SCOPE_LABELS.get(scope, scope)) for scope in scopes)


def read_form(role: Role, sent: Mapping[str, str]) -> tuple[Grants, Fields]:
    """The grants and fields that a form of the matrix asks for; what it does not name, or names wrongly, stays."""
    grants: Grants = {name: dict(given) for name, given in role.grants.items()}
    fields: Fields = {name: dict(given) for name, given in role.fields.items()}
    for row in rows_of(role):
        name = row.right.name
        chosen = {cell.action: _sent_scope(cell, sent) for cell in row.cells}
        grants[name] = {action: scope for action, scope in chosen.items() if scope}  # type: ignore[misc]
        for one in row.fields:
            right = sent.get(one.name, one.right)
            fields.setdefault(name, {})[one.name.split(".", 2)[2]] = right if right in RIGHTS else one.right  # type: ignore[assignment]
    return tidy_grants(grants), tidy_fields(fields)


def _sent_scope(cell: Cell, sent: Mapping[str, str]) -> str:
    given = sent.get(cell.name, cell.chosen) if cell.is_meant else cell.chosen
    return given if given in SCOPES or given == "" else cell.chosen


def tidy_grants(grants: Mapping[str, Mapping[str, Scope]]) -> Grants:
    """The same rights in their shortest form: `*` for actions that are all alike, nothing for what says nothing."""
    kept: Grants = {}
    for name, given in grants.items():
        spread = {action: given.get(action, given.get(EVERYTHING)) for action in ACTIONS}
        said = {action: scope for action, scope in spread.items() if scope is not None}
        if len(said) == len(ACTIONS) and len(set(said.values())) == 1:
            kept[name] = {EVERYTHING: said["see"]}
        elif said:
            kept[name] = said
    return kept


def tidy_fields(fields: Mapping[str, Mapping[str, Any]]) -> Fields:
    """Field rules without those that only say what holds anyway."""
    kept = {name: {f: right for f, right in given.items() if right != "edit"} for name, given in fields.items()}
    return {name: given for name, given in kept.items() if given}


def differences(before: Role, grants: Grants, fields: Fields) -> dict[str, list[str]]:
    """What a change changes, as {"person.see": ["all", "team"], "person.email": ["edit", "hidden"]}."""
    found: dict[str, list[str]] = {}
    old, new = tidy_grants(before.grants), tidy_grants(grants)
    for name in sorted({*old, *new}):
        for action in ACTIONS:
            a, b = _said(old, name, action), _said(new, name, action)
            if a != b:
                found[f"{name}.{action}"] = [a, b]
    was, will = tidy_fields(before.fields), tidy_fields(fields)
    for name in sorted({*was, *will}):
        for f in sorted({*was.get(name, {}), *will.get(name, {})}):
            x, y = was.get(name, {}).get(f, "edit"), will.get(name, {}).get(f, "edit")
            if x != y:
                found[f"{name}.{f}"] = [x, y]
    return found


def _said(grants: Grants, name: str, action: str) -> str:
    given = grants.get(name, {})
    return given.get(action, given.get(EVERYTHING, ""))
