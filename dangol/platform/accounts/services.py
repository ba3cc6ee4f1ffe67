from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.access.errors import Forbidden
from dangol.platform.accounts import events
from dangol.platform.accounts.judging import require_over
from dangol.platform.accounts.logo import written_anew
from dangol.platform.accounts.models import ApiKey, Role, User, Workspace
from dangol.platform.accounts.profile import checked
from dangol.platform.accounts.queries import workspace
from dangol.platform.accounts.rules import BUILTIN_ROLES
from dangol.platform.events.stream import emit


@transaction.atomic
def ensure_builtin_roles(*, actor: Actor) -> None:
    """Create the roles that come with Dangol where they are missing.

    Roles that stand already keep what a firm made of them, and get the rights to objects they have never heard of.
    """
    require(actor, "change", "user")
    for name, (label, grants, fields) in BUILTIN_ROLES.items():
        role, is_new = Role.objects.get_or_create(
            name=name, defaults={"label": label, "grants": grants, "fields": fields, "is_builtin": True}
        )
        unheard = {o: given for o, given in grants.items() if o not in role.grants}
        if not is_new and role.is_builtin and unheard:
            role.grants = {**role.grants, **unheard}
            role.save(update_fields=["grants"])


@transaction.atomic
def create_user(
    *, actor: Actor, email: str, name: str, password: str | None = None, roles: Iterable[str] = (), **more: Any
) -> User:
    """Add a member of staff. `more`: language, time_zone, team, manager, theme, is_demo.

    Raises ValidationError by field when the e-mail is taken or wrong, or the password is weak; Forbidden.
    """
    require(actor, "create", "user")
    user = User(email=email.strip().lower(), name=name.strip(), **more)
    user.password = make_password(password)
    user.full_clean(exclude=["password"])
    if password is not None:
        validate_password(password, user)
    user.save()
    user.roles.set(Role.objects.filter(name__in=list(roles)))
    emit(events.UserCreated(subject_id=user.pk), actor=actor)
    return user


@transaction.atomic
def change_own_settings(*, actor: Actor, user: User, values: Mapping[str, str]) -> User:
    """Change one's own language, time zone or appearance. Raises ValidationError by field; Forbidden for others'."""
    if actor.user_id != user.pk:
        raise Forbidden("change", "user")
    if "time_zone" in values and values["time_zone"] not in available_timezones():
        raise ValidationError({"time_zone": _("There is no such time zone. Example: Asia/Seoul.")})
    changes = {}
    for name in ("language", "time_zone", "theme"):
        if name in values and getattr(user, name) != values[name]:
            changes[name] = [getattr(user, name), values[name]]
            setattr(user, name, values[name])
    if changes:
        user.full_clean(exclude=["password", "email"])
        user.save(update_fields=list(changes))
        emit(events.UserChanged(subject_id=user.pk, changes=changes), actor=actor)
    return user


def keep_preference(*, actor: Actor, user: User, name: str, value: str) -> None:
    """Keep a habit of the screen (a folded sidebar); no event, since it concerns nobody else. Forbidden for others'."""
    if actor.user_id != user.pk:
        raise Forbidden("change", "user")
    user.preferences = {**user.preferences, name: value}
    user.save(update_fields=["preferences"])


@transaction.atomic
def change_workspace(*, actor: Actor, values: Mapping[str, Any]) -> Workspace:
    """Change the company profile: name, addresses, languages, country, currency, time zone, the address for customers.

    The logo has its own services. Raises ValidationError by field; Forbidden.
    """
    require(actor, "change", "workspace")
    ours = workspace()
    kept = checked(values, country=ours.country)
    changes = {k: [getattr(ours, k), v] for k, v in kept.items() if getattr(ours, k) != v}
    if changes:
        for key, (_old, new) in changes.items():
            setattr(ours, key, new)
        ours.full_clean(exclude={f.name for f in ours._meta.fields} - changes.keys())
        ours.save(update_fields=list(changes))
        emit(events.WorkspaceChanged(subject_id=1, changes=changes), actor=actor)
    return ours


@transaction.atomic
def set_logo(*, actor: Actor, data: bytes) -> None:
    """Take an uploaded picture as the company's logo. Raises ValidationError for `logo`; Forbidden."""
    require(actor, "change", "workspace")
    _keep_logo(actor, written_anew(data))


@transaction.atomic
def remove_logo(*, actor: Actor) -> None:
    """Take the company's logo away. Raises Forbidden."""
    require(actor, "change", "workspace")
    _keep_logo(actor, None)


def _keep_logo(actor: Actor, picture: bytes | None) -> None:
    """The event says that there is one, and how large; the picture itself is no business of the history."""
    ours = workspace()
    had = len(ours.logo) if ours.logo is not None else 0
    ours.logo = picture
    ours.save(update_fields=["logo"])
    emit(events.WorkspaceChanged(subject_id=1, changes={"logo": [had, len(picture or b"")]}), actor=actor)


@transaction.atomic
def create_api_key(
    *, actor: Actor, user: User, name: str, scopes: Iterable[str] = (), is_read_only: bool = False,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:  # fmt: skip
    """Make a key for programs and return it with its secret, which is shown once and kept only as a digest.

    `scopes` are `object:action`; none leaves all that the owner may. A key never makes another key. Raises Forbidden.
    """
    if actor.kind == "api_key" or actor.viewed_by is not None:
        raise Forbidden("change", "user")
    if actor.user_id != user.pk:
        require_over(actor, user)
    secret = "dgl_" + secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        name=name, user=user, prefix=secret[:12], digest=hashlib.sha256(secret.encode()).hexdigest(),
        is_read_only=is_read_only, scopes=sorted(scopes), expires_at=expires_at,
    )  # fmt: skip
    changes: dict[str, list[Any]] = {"scopes": [[], key.scopes], "expires_at": [None, expires_at]}
    emit(events.ApiKeyCreated(subject_id=key.pk, changes=changes), actor=actor)
    return key, secret


@transaction.atomic
def revoke_api_key(*, actor: Actor, key: ApiKey) -> None:
    """End a key at once: one's own, or that of somebody over whom one may decide. Raises Forbidden."""
    if actor.user_id != key.user_id:
        require_over(actor, key.user)
    if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now()):
        emit(events.ApiKeyRevoked(subject_id=key.pk), actor=actor)
