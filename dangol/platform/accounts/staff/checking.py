"""What may stand in the account of a member of staff; each mistake is told beside its field."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from dangol.platform.accounts.models import Role, Team, User
from dangol.platform.accounts.naming import named

LANGUAGES = ("ko", "en")


def checked_staff(
    values: Mapping[str, Any], *, user: User | None = None, is_name_needed: bool = True
) -> dict[str, Any]:
    """Return email, name, language, team, manager and roles as they are kept; those not named stay out.

    Args:
        values: as a form sends them: ids as text, roles as a list.
        user: whose account is changed; None for somebody new.
        is_name_needed: False while the person can still say it.

    Raises ValidationError by field, with all mistakes at once.
    """
    rules: dict[str, Callable[[Any], Any]] = {
        "email": lambda value: _email(value, user),
        "name": lambda value: named(value) if is_name_needed or str(value).strip() else "",
        "language": _language,
        "team": _team,
        "manager": lambda value: _manager(value, user),
        "roles": _roles,
    }
    kept, errors = {}, {}
    for name in [name for name in rules if name in values]:
        try:
            kept[name] = rules[name](values[name])
        except ValidationError as error:
            errors[name] = error.messages
    if errors:
        raise ValidationError(errors)
    return kept


def _email(value: Any, user: User | None) -> str:
    text = str(value).strip().lower()
    try:
        validate_email(text)
        text.encode("ascii")
    except (ValidationError, UnicodeEncodeError):
        raise ValidationError(_("This is no e-mail address. Example: harin@example.com")) from None
    known = User.objects.filter(email=text).exclude(pk=user.pk if user else 0).first()
    if known is not None and known.is_active:
        raise ValidationError(_("%(name)s has this address already.") % {"name": known.name})
    if known is not None:
        raise ValidationError(
            _("This was the address of %(name)s, who left. Reactivate that account instead.") % {"name": known.name}
        )
    return text


def _language(value: Any) -> str:
    if value not in LANGUAGES:
        raise ValidationError(_("There is no such language here."))
    return str(value)


def _team(value: Any) -> Team | None:
    if isinstance(value, Team) or value in ("", None):
        return value or None
    return _found(Team.objects.all(), value, _("There is no such team any more."))  # type: ignore[no-any-return]


def _manager(value: Any, user: User | None) -> User | None:
    if value in ("", None):
        return None
    active = User.objects.filter(is_active=True)
    boss: User = value if isinstance(value, User) else _found(active, value, _("There is no such member of staff."))
    seen: set[int] = set()
    above: User | None = boss
    while user is not None and above is not None and above.pk not in seen:
        if above.pk == user.pk:
            raise ValidationError(_("Nobody can lead their own manager. Choose somebody else."))
        seen.add(above.pk)
        above = User.objects.filter(pk=above.manager_id).first() if above.manager_id else None
    return boss


def _roles(value: Any) -> list[Role]:
    given = list(value)
    if all(isinstance(one, Role) for one in given) and given:
        return given
    ids = {int(one) for one in given if re.fullmatch("[0-9]{1,18}", str(one))}
    found = list(Role.objects.filter(pk__in=ids).order_by("id"))
    if not found or len(found) != len(given):
        raise ValidationError(_("Choose at least one role."))
    return found


def _found(rows: Any, value: Any, sentence: str) -> Any:
    one = rows.filter(pk=int(value)).first() if re.fullmatch("[0-9]{1,18}", str(value)) else None
    if one is None:
        raise ValidationError(sentence)
    return one
