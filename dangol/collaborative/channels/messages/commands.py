"""`dangol mail bounce`: a mail server hands in what came back, by a pipe."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from dangol.platform.console.output import Answer, say
from dangol.platform.console.registry import register_command
from dangol.platform.console.session import session
from dangol.platform.db.errors import CannotContinue

EX_DATAERR, EX_TEMPFAIL = 65, 75
"""What mail servers understand (sysexits.h): never try again, and try again later."""

Recipient = Annotated[str, typer.Option(help="For whom it came. Default: what the mail server says in RECIPIENT.")]


def bounce(recipient: Recipient = "") -> Answer:
    """Take in a mail that came back: a bounce, a complaint, or a refusal by mail. It is read from standard input.

    In Postfix: `dangol_bounces unix - n n - - pipe flags=q user=dangol argv=/path/to/dangol mail bounce --recipient
    ${recipient}`. One that is not understood is put aside. Ends with 75 when it should be handed in again later.
    """
    raw = sys.stdin.buffer.read()
    if not raw.strip():
        say("There is no mail on standard input.")
        raise typer.Exit(EX_DATAERR)
    recipient = recipient or os.environ.get("ORIGINAL_RECIPIENT") or os.environ.get("RECIPIENT", "")
    try:
        return Answer({"done": _taken(raw, recipient)})
    except CannotContinue as error:
        say(f"{error.sentence} {error.what_to_do}")
        raise typer.Exit(EX_TEMPFAIL) from error


def _taken(raw: bytes, recipient: str) -> str:
    with session():
        from django.db import InterfaceError, OperationalError

        from dangol.collaborative.channels.messages.services.bounces import take_bounce

        try:
            return take_bounce(raw, recipient)
        except (OperationalError, InterfaceError) as error:
            raise CannotContinue("The database cannot be reached.", "Hand it in again later.") from error


register_command("mail", "bounce", bounce)
