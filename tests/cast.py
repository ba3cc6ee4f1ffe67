"""The fixed cast: who acts in the tests. Owner and team mate share a team; the manager leads the owner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from dangol.platform.access.actor import Actor


@dataclass(frozen=True)
class Cast:
    """Members of staff as users; `actor(name)` is the same one, ready to act."""

    users: dict[str, Any]

    def actor(self, name: str) -> Actor:
        from dangol.platform.accounts.queries import actor_for

        return actor_for(self.users[name])

    def __getattr__(self, name: str) -> Any:
        if name not in self.users:
            raise AttributeError(name)
        return self.users[name]


@pytest.fixture
def system() -> Actor:
    return Actor.system("test")


@pytest.fixture
def cast(db: None, system: Actor) -> Cast:
    """owner, mate (same team), stranger (other team), manager (of owner), admin; rights by scope, one role each."""
    from dangol.platform.accounts.models import Role, Team
    from dangol.platform.accounts.services import create_user, ensure_builtin_roles

    ensure_builtin_roles(actor=system)
    every = (
        "person",
        "company",
        "household",
        "product",
        "order",
        "consent",
        "suppression",
        "message",
        "segment",
        "campaign",
        "visit",
    )
    actions = ("see", "create", "change", "delete", "export", "bulk")
    for scope in ("own", "team", "subordinates"):
        rights = {o: dict.fromkeys(actions, scope) for o in every}
        Role.objects.create(name=f"scope-{scope}", label=scope, grants=rights)
    here, there = Team.objects.create(name="Here"), Team.objects.create(name="There")

    def add(name: str, role: str, team: Any, manager: Any = None) -> Any:
        return create_user(
            actor=system, email=f"{name}@firm.test", name=name.title(), roles=[role],
            team=team, manager=manager, time_zone="Asia/Seoul",
        )  # fmt: skip

    manager = add("manager", "scope-subordinates", None)
    users = {
        "manager": manager,
        "owner": add("owner", "scope-own", here, manager),
        "mate": add("mate", "scope-team", here),
        "stranger": add("stranger", "scope-team", there),
        "admin": add("admin", "administrator", there),
    }
    return Cast(users)
