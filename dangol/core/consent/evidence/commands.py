"""`dangol consent evidence` and `dangol consent verify`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from dangol.platform.console.output import Answer, ask
from dangol.platform.console.registry import register_command
from dangol.platform.console.session import session
from dangol.platform.db.errors import CannotContinue


def evidence(
    file: Annotated[Path, typer.Argument(help="The archive to write (ZIP).")],
    person: Annotated[int | None, typer.Option(help="Only this customer, by number.")] = None,
    since: Annotated[str, typer.Option(help="From this day on, yyyy-mm-dd.")] = "",
    until: Annotated[str, typer.Option(help="Up to this day, yyyy-mm-dd, which is not in it.")] = "",
) -> Answer:
    """Write what proves consent: the ledger with its words, every decision of the gate, notices, rules.

    Example: `dangol consent evidence ~/evidence-2026.zip --since 2026-01-01 --until 2027-01-01`
    """
    target, begin, end = file.expanduser(), _day(since), _day(until)
    if not target.parent.is_dir():
        raise CannotContinue(f"There is no folder {target.parent}.", "Make it first, or choose another place.")
    if target.exists():
        ask(f"{target} is there already. Write over it?")
    with session():
        from django.utils import timezone

        from dangol.core.consent.evidence.services import take_evidence
        from dangol.platform.access.actor import Actor
        from dangol.platform.objects.writing import NotFound

        actor = Actor.system("dangol consent evidence").via("command line")
        begin, end = (timezone.make_aware(day) if day else None for day in (begin, end))
        try:
            with target.open("wb") as stream:
                target.chmod(0o600)
                counts = take_evidence(actor=actor, to=stream, person_id=person, since=begin, until=end)
        except NotFound as error:
            target.unlink(missing_ok=True)
            raise CannotContinue(f"There is no customer {person}.", "Look the number up in the list.") from error
    rows = sum(counts.values())
    return Answer({"file": str(target.resolve()), "rows": counts}, f"{rows:,} rows are in {target}.")


def verify(file: Annotated[Path, typer.Argument(help="An archive that `dangol consent evidence` wrote.")]) -> Answer:
    """Tell whether an archive of evidence is as this installation made it."""
    if not file.expanduser().is_file():
        raise CannotContinue(f"There is no file {file}.", "Give the name of an archive of evidence.")
    with session():
        from dangol.core.consent.evidence.services import is_unchanged

        is_good = is_unchanged(file.expanduser())
    said = "It is as this installation made it." if is_good else "It was changed, or another installation made it."
    return Answer({"is_unchanged": is_good}, said, code=0 if is_good else 1)


def _day(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        raise CannotContinue(f"{text!r} is no day.", "Write it as yyyy-mm-dd, for example 2026-01-31.") from None


register_command("consent", "evidence", evidence)
register_command("consent", "verify", verify)
