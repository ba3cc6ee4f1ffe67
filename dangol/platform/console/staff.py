"""`dangol staff`: the first way in, for whoever runs the machine."""

from __future__ import annotations

import secrets
from typing import Annotated

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


register_command("staff", "add", add)
