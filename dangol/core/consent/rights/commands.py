"""`dangol person export` and `dangol person erase`: everything about a person, handed over or gone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dangol.platform.console.output import Answer, ask, say
from dangol.platform.console.registry import register_before_start, register_command
from dangol.platform.console.session import session
from dangol.platform.db.errors import CannotContinue

Number = Annotated[int, typer.Argument(help="The customer's number, as it stands in the address of the page.")]


def export(person: Number, file: Annotated[Path, typer.Argument(help="The archive to write (ZIP).")]) -> Answer:
    """Write everything about a person into one archive: database, journals, mail, files, warehouse.

    Example: `dangol person export 42 ~/customer-42.zip`
    """
    target = file.expanduser()
    if not target.parent.is_dir():
        raise CannotContinue(f"There is no folder {target.parent}.", "Make it first, or choose another place.")
    if target.exists():
        ask(f"{target} is there already. Write over it?")
    with session():
        from dangol.core.consent.rights.services import take_person_out
        from dangol.platform.access.actor import Actor
        from dangol.platform.objects.writing import NotFound

        half = target.with_name(f".{target.name}.half")
        try:
            with half.open("wb") as stream:
                half.chmod(0o600)
                counts = take_person_out(
                    actor=Actor.system("dangol person export").via("command line"), person_id=person, to=stream
                )
            half.replace(target)
        except NotFound as error:
            raise CannotContinue(f"There is no customer {person}.", "Look the number up in the list.") from error
        finally:
            half.unlink(missing_ok=True)
    data = {"file": str(target.resolve()), "bytes": target.stat().st_size, "parts": counts}
    return Answer(data, f"Everything about customer {person} is in {target} · 고객 {person}의 모든 정보를 담았어요.")


def erase(
    person: Number,
    reason: Annotated[str, typer.Option(help="Why; it is kept.")] = "the person asked for it",
) -> Answer:
    """Erase everything about a person for good: database, journals, mail, imports, exports, files and warehouse.

    Orders stay without the person, as tax law asks. The addresses are remembered as digests, so that no advertising
    goes there again; a backup that is restored later loses the person again.
    """
    with session():
        from dangol.core.consent.rights.services import erase_person, finish_erasure
        from dangol.platform.access.actor import Actor
        from dangol.platform.objects.writing import NotFound

        actor = Actor.system("dangol person erase").via("command line")
        ask(f"Erase customer {person} for good? This cannot be undone.")
        try:
            erasure = erase_person(actor=actor, person_id=person, reason=reason)
        except NotFound as error:
            raise CannotContinue(f"There is no customer {person}.", "Look the number up in the list.") from error
        finish_erasure(actor=actor, erasure_id=erasure.pk)
        erasure.refresh_from_db()
    data = {"person": person, "erased_at": erasure.erased_at.isoformat(), "counts": erasure.counts}
    return Answer(data, f"Customer {person} was erased · 고객 {person}의 정보를 모두 지웠어요.")


def erase_again() -> None:
    """Before anything starts: whom a restored backup brought back is erased again."""
    from dangol.core.consent.rights.services.replaying import replay
    from dangol.platform.access.actor import Actor

    count = replay(actor=Actor.system("start"))
    if count:
        say(f"{count} customer(s) whom the restored backup brought back were erased again.")


register_before_start(erase_again)
register_command("person", "export", export)
register_command("person", "erase", erase)
