"""The one who acts: a member of staff, an API key, the system with a reason, or nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

ACTIONS = ("see", "create", "change", "delete", "merge", "export", "bulk")
Action = Literal["see", "create", "change", "delete", "merge", "export", "bulk"]
Scope = Literal["none", "shared", "own", "team", "subordinates", "all"]
SCOPES: tuple[Scope, ...] = ("none", "shared", "own", "team", "subordinates", "all")
FieldRight = Literal["hidden", "read", "edit"]
Kind = Literal["user", "api_key", "system", "anonymous"]


@dataclass(frozen=True)
class Actor:
    """Someone or something that reads and writes, with all that is needed to judge it without another query.

    `grants` maps object name -> action -> scope; `"*"` stands for every object or action. `fields` maps object name
    -> field name -> right; what is not named there may be edited by whoever may change the row. `shared` maps object
    name -> ids of records that were shared with this person, `shared_to_change` those of them that may be changed too.
    `viewed_by` is the administrator who looks through this person's eyes, and then nothing may be written. `address` is
    that of the client, as our own proxies tell it; "" where nobody is on a line.
    """

    kind: Kind
    user_id: int | None = None
    name: str = ""
    grants: Mapping[str, Mapping[str, Scope]] = field(default_factory=dict)
    fields: Mapping[str, Mapping[str, FieldRight]] = field(default_factory=dict)
    team_mate_ids: frozenset[int] = frozenset()
    subordinate_ids: frozenset[int] = frozenset()
    shared: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    shared_to_change: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    viewed_by: int | None = None
    roles: frozenset[str] = frozenset()
    reason: str = ""
    source: str = "screen"
    request_id: str = ""
    address: str = ""
    language: str = "en"
    time_zone: str = "UTC"

    @classmethod
    def system(cls, reason: str) -> Actor:
        """The system itself, which sees everything, for a `reason` that the audit shows. Raises ValueError if empty."""
        if not reason.strip():
            raise ValueError("Say why the system acts.")
        return cls(kind="system", name="Dangol", grants={"*": {"*": "all"}}, reason=reason, source="automation")

    @classmethod
    def anonymous(cls, address: str = "") -> Actor:
        """Nobody: may do nothing."""
        return cls(kind="anonymous", address=address)

    def via(self, source: str) -> Actor:
        """The same actor, coming from another door (`screen`, `api`, `import`, `automation`)."""
        return replace(self, source=source)

    def scope(self, action: str, object_name: str) -> Scope:
        """How far the right to `action` on `object_name` reaches: the named grant before the general one."""
        for key in (object_name, "*"):
            actions = self.grants.get(key, {})
            for name in (action, "*"):
                if name in actions:
                    return actions[name]
        return "none"

    def may(self, action: str, object_name: str) -> bool:
        """Whether this actor may do `action` to at least some rows of `object_name`."""
        return self.scope(action, object_name) != "none"

    def shared_ids(self, object_name: str, action: str) -> tuple[int, ...]:
        """The shared records that count for `action`: exporting goes with seeing, changing many with changing one."""
        if action in ("see", "export"):
            return self.shared.get(object_name, ())
        return self.shared_to_change.get(object_name, ()) if action in ("change", "bulk") else ()

    @property
    def has_hidden_fields(self) -> bool:
        """Whether some field of some object is hidden: then raw data of many fields (files, conditions) is closed."""
        return any("hidden" in rights.values() for rights in self.fields.values())

    def field_right(self, object_name: str, field_name: str) -> FieldRight:
        """The right to one field: `hidden`, `read` or `edit`."""
        return self.fields.get(object_name, {}).get(field_name, "edit")
