"""Who may look through whose eyes: nobody gets to see more than they may see themselves."""

from __future__ import annotations

from dangol.platform.access.actor import Actor

ORDER = ("hidden", "read", "edit")


def may_view(viewer: Actor, viewed: Actor) -> bool:
    """Whether `viewer`, an administrator who may change users, has every right that `viewed` has, to every row."""
    if "administrator" not in viewer.roles or viewer.scope("change", "user") != "all":
        return False
    return viewer.user_id != viewed.user_id and covers(viewer, viewed)


def covers(wide: Actor, narrow: Actor) -> bool:
    """Whether every right of `narrow` is one of `wide` to all rows, and no field is more open to `narrow`.

    Anything less than all rows would not do: the rows of a colleague are not one's own.
    """
    for object_name, actions in narrow.grants.items():
        for action in actions:
            if narrow.scope(action, object_name) != "none" and wide.scope(action, object_name) != "all":
                return False
    return all(
        ORDER.index(narrow.field_right(name, field)) <= ORDER.index(right)
        for name, fields in wide.fields.items()
        for field, right in fields.items()
    )
