"""Who may do something to whose account, and who may give which rights: never more than one has oneself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from dangol.platform.access.actor import ACTIONS, Actor
from dangol.platform.access.checks import require
from dangol.platform.access.errors import Forbidden
from dangol.platform.accounts.models import Role, User
from dangol.platform.accounts.rules import RIGHTS, is_within, reach

ADMINISTRATOR = "administrator"


def is_administrator(actor: Actor) -> bool:
    """Whether `actor` is bound by nobody's rights."""
    return actor.kind == "system" or ADMINISTRATOR in actor.roles


def require_own(actor: Actor, user: User) -> None:
    """Raise Forbidden unless `actor` is `user`, at a screen of their own: no key, and nobody who only looks as them."""
    if actor.user_id != user.pk or actor.kind != "user" or actor.viewed_by is not None:
        raise Forbidden("change", "user")


def require_over(actor: Actor, user: User) -> None:
    """Raise Forbidden unless `actor` may change the account of `user`.

    Nobody but an administrator changes the account of somebody with wider rights, since the changed account could then
    be taken over.
    """
    require(actor, "change", "user")
    require_to_give(actor, user.roles.all())


def require_to_give(actor: Actor, roles: Iterable[Role]) -> None:
    """Raise Forbidden unless `actor` has every right that `roles` hold."""
    for role in roles:
        if not may_give(actor, role.name, role.grants, role.fields):
            sentence = _("The role %(role)s holds rights that you do not have yourself.") % {"role": role_label(role)}
            raise Forbidden("change", "user", sentence)


def may_give(
    actor: Actor,
    role_name: str,
    grants: Mapping[str, Mapping[str, str]],
    fields: Mapping[str, Mapping[str, str]],
) -> bool:
    """Whether `actor` has every right of a role that is or will be like this."""
    if is_administrator(actor):
        return True
    if role_name == ADMINISTRATOR:
        return False
    objects = {*grants, *actor.grants, "*"}
    wide = [(o, a) for o in objects for a in (*ACTIONS, "*")]
    if not all(is_within(reach(grants, o, a), actor.scope(a, o)) for o, a in wide):  # type: ignore[arg-type]
        return False
    closed = ((o, f, right) for o, given in actor.fields.items() for f, right in given.items())
    return all(
        reach(grants, o, "see") == "none"  # type: ignore[arg-type]
        or RIGHTS.index(fields.get(o, {}).get(f, "edit")) <= RIGHTS.index(right)
        for o, f, right in closed
    )


def role_label(role: Role) -> str:
    """What a role is called; those that came with Dangol in the reader's language, unless they were renamed."""
    return _(role.label) if role.label else role.name
