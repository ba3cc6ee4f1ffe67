from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.access.errors import Forbidden
from dangol.platform.accounts import events
from dangol.platform.accounts.judging import ADMINISTRATOR, may_give, role_label
from dangol.platform.accounts.models import Invitation, Role, User
from dangol.platform.accounts.naming import named
from dangol.platform.accounts.roles.matrix import differences, tidy_fields, tidy_grants
from dangol.platform.accounts.roles.registry import known_rights
from dangol.platform.accounts.rules import BUILTIN_ROLES, Fields, Grants
from dangol.platform.accounts.unhidden import naming_fields
from dangol.platform.events.stream import emit


@transaction.atomic
def copy_role(*, actor: Actor, role: Role, label: str) -> Role:
    """Add a role with the rights of another. Raises ValidationError for `label`; Forbidden."""
    label = _checked_label(label, None)
    copied = Role(
        name=_free_name(label), label=label, grants=role.grants, fields=role.fields, needs_totp=role.needs_totp
    )
    _judge(actor, copied, copied.grants, copied.fields)
    copied.save()
    changes = {"label": ["", label], "copied_from": ["", role.name]}
    emit(events.RoleCreated(subject_id=copied.pk, changes=changes), actor=actor)
    return copied


@transaction.atomic
def change_role(
    *,
    actor: Actor,
    role: Role,
    grants: Grants,
    fields: Fields,
    label: str | None = None,
    needs_totp: bool | None = None,
) -> Role:
    """Change what a role holds; the event says each right before and after.

    The administrator's role keeps all its rights. Raises ValidationError by field; Forbidden for whoever would give
    rights they do not have, or change a role with such.
    """
    role = Role.objects.select_for_update().get(pk=role.pk)
    _judge(actor, role, role.grants, role.fields)
    _judge(actor, role, grants, fields)
    _refuse_nameless(fields)
    changes: dict[str, list[Any]] = dict(differences(role, grants, fields))
    if role.name == ADMINISTRATOR and changes:
        raise ValidationError(_("The administrator's role holds all rights and keeps them. Copy it to have another."))
    if label is not None and label.strip() not in (role.label, role_label(role)):
        changes["label"], role.label = [role.label, _checked_label(label, role)], label.strip()
    if needs_totp is not None and needs_totp != role.needs_totp:
        changes["needs_totp"], role.needs_totp = [role.needs_totp, needs_totp], needs_totp
    if changes:
        role.grants, role.fields = tidy_grants(grants), tidy_fields(fields)
        role.save(update_fields=["grants", "fields", "label", "needs_totp"])
        emit(events.RoleChanged(subject_id=role.pk, changes=changes), actor=actor)
    return role


def reset_role(*, actor: Actor, role: Role) -> Role:
    """Give a role that came with Dangol its first rights and name back. Raises ValidationError; Forbidden."""
    if not role.is_builtin or role.name not in BUILTIN_ROLES:
        raise ValidationError(_("Only roles that came with Dangol can be reset."))
    label, grants, fields = BUILTIN_ROLES[role.name]
    return change_role(actor=actor, role=role, grants=grants, fields=fields, label=label)


@transaction.atomic
def delete_role(*, actor: Actor, role: Role) -> None:
    """Delete a role that nobody has. Raises ValidationError for one in use or one that came with Dangol; Forbidden."""
    role = Role.objects.select_for_update().get(pk=role.pk)
    _judge(actor, role, role.grants, role.fields)
    if role.is_builtin:
        raise ValidationError(_("A role that came with Dangol cannot be deleted. It can be left unused."))
    waiting = Invitation.objects.filter(roles=role, accepted_at=None, withdrawn_at=None)
    if User.objects.filter(roles=role).exists() or waiting.exists():
        raise ValidationError(_("Somebody has this role, or is invited to it. Give them another one first."))
    before = {"label": [role.label, ""], "grants": [role.grants, {}], "fields": [role.fields, {}]}
    emit(events.RoleDeleted(subject_id=role.pk, changes=before), actor=actor)
    role.delete()


def _judge(actor: Actor, role: Role, grants: Grants, fields: Fields) -> None:
    require(actor, "change", "user")
    if not may_give(actor, role.name, grants, fields):
        sentence = _("The role %(role)s holds rights that you do not have yourself.") % {"role": role_label(role)}
        raise Forbidden("change", "user", sentence)


def _refuse_nameless(fields: Fields) -> None:
    """Raise ValidationError where the field is to be hidden that names a record: it stands in links and searches."""
    labels = {(right.name, f): (right.label, label) for right in known_rights() for f, label in right.fields}
    for object_name, name in naming_fields().items():
        if fields.get(object_name, {}).get(name) == "hidden":
            what, label = labels.get((object_name, name), (object_name, name))
            sentence = _("“%(field)s” names what is in “%(object)s” and cannot be hidden. Close the records instead.")
            raise ValidationError(sentence % {"field": label, "object": what})


def _checked_label(label: str, role: Role | None) -> str:
    try:
        kept = named(label)
    except ValidationError as error:
        raise ValidationError({"label": error.messages}) from None
    if Role.objects.filter(label__iexact=kept).exclude(pk=role.pk if role else 0).exists():
        raise ValidationError({"label": _("There is a role of this name already.")})
    return kept


def _free_name(label: str) -> str:
    base, number = slugify(label)[:40] or "role", 1
    name = base
    while Role.objects.filter(name=name).exists() or name in BUILTIN_ROLES:
        number += 1
        name = f"{base}-{number}"
    return name
