"""`dangol staff`: the first way in, for whoever runs the machine."""

from __future__ import annotations

import secrets
from typing import Annotated, Any

import typer

from dangol.platform.console.output import Answer
from dangol.platform.console.registry import register_command
from dangol.platform.console.session import session
from dangol.platform.db.errors import CannotContinue


def add(
    email: Annotated[str, typer.Argument(help="The address to sign in with.")],
    name: Annotated[str, typer.Option(help="The name that others see. Default: the address before the @.")] = "",
    role: Annotated[str, typer.Option(help="What they may do, such as administrator, sales or analyst.")] = (
        "administrator"
    ),
) -> Answer:
    """Add a member of staff, and show the password made for them, once.

    Example: `dangol staff add you@example.com --role administrator`
    """
    with session():
        from django.core.exceptions import ValidationError

        from dangol.platform.access.actor import Actor
        from dangol.platform.accounts.rules import BUILTIN_ROLES
        from dangol.platform.accounts.services import create_user, ensure_builtin_roles

        if role not in BUILTIN_ROLES:
            raise CannotContinue(f"There is no role {role!r}.", f"Choose one of: {', '.join(BUILTIN_ROLES)}.")
        actor, password = Actor.system("dangol staff add").via("command line"), secrets.token_urlsafe(12)
        ensure_builtin_roles(actor=actor)
        try:
            user = create_user(
                actor=actor, email=email, name=name or email.partition("@")[0], password=password, roles=[role]
            )
        except ValidationError as error:
            raise CannotContinue(" ".join(error.messages), "Give another address.") from error
        data = {"id": user.pk, "email": user.email, "role": role, "password": password}
    return Answer(data, f"{user.email} can sign in as {role}, with the password: {password}")


def link(email: Annotated[str, typer.Argument(help="The address they sign in with.")]) -> Answer:
    """Show a link that signs somebody in once, within fifteen minutes, without the password.

    For who is locked out: wrong tries do not stand in its way. A second step is still asked for.

    Example: `dangol staff link you@example.com`
    """
    with session():
        from django.core.exceptions import ValidationError
        from django.urls import reverse

        from dangol.platform.access.actor import Actor
        from dangol.platform.accounts.courier import full_address
        from dangol.platform.accounts.staff.services import make_sign_in_link

        try:
            token = make_sign_in_link(actor=Actor.system("dangol staff link").via("command line"), user=_found(email))
        except ValidationError as error:
            raise CannotContinue(" ".join(error.messages), "Reactivate it on the page of staff.") from error
        address = full_address(reverse("accounts:enter", args=[token]))
    return Answer({"email": email, "link": address}, f"Open this within fifteen minutes; it works once:\n{address}")


def reset_second_step(email: Annotated[str, typer.Argument(help="The address they sign in with.")]) -> Answer:
    """Take away the second step of somebody who lost both phone and recovery codes.

    Example: `dangol staff reset-second-step you@example.com`
    """
    with session():
        from dangol.platform.access.actor import Actor
        from dangol.platform.accounts.staff.services import reset_second_step as reset

        user = _found(email)
        had = user.totp_since is not None
        reset(actor=Actor.system("dangol staff reset-second-step").via("command line"), user=user)
    said = "signs in with the password alone now" if had else "had no second step"
    return Answer({"email": user.email, "was_on": had}, f"{user.email} {said}.")


def _found(email: str) -> Any:
    from dangol.platform.accounts.models import User

    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        known = ", ".join(User.objects.filter(is_active=True).order_by("id").values_list("email", flat=True)[:10])
        raise CannotContinue(f"Nobody signs in as {email}.", f"There are: {known or 'nobody yet'}.")
    return user


register_command("staff", "add", add)
register_command("staff", "link", link)
register_command("staff", "reset-second-step", reset_second_step)
