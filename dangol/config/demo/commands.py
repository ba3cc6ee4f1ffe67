from __future__ import annotations

import os
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated, Literal

import typer

from dangol.platform.console.output import Answer, ask
from dangol.platform.console.progress import progress_bar
from dangol.platform.console.registry import Login, Say, register_command, register_demo
from dangol.platform.console.session import session

ROLES_IN_KOREAN = {
    "administrator": "관리자",
    "manager": "매니저",
    "sales": "영업",
    "marketing": "마케팅",
    "service": "고객지원",
    "analyst": "분석가",
}


class Tongue(StrEnum):
    """In which language products, firms and places are named."""

    en = "en"
    ko = "ko"


def load(
    language: Annotated[
        Tongue | None, typer.Option(help="Language of products, firms and places. Default: that of this terminal.")
    ] = None,
) -> Answer:
    """Load the demo company: 5,000 invented customers of a coffee roaster with two years of orders, and analyse them.

    Where it is already, nothing changes. `dangol demo remove` removes it again.

    Example: `dangol demo load --language ko`
    """
    with session(), progress_bar("Demo company") as show:
        from dangol.config.demo import told
        from dangol.config.demo.queries import today
        from dangol.config.demo.services.analyzing import load_and_analyze
        from dangol.platform.access.actor import Actor

        loaded, found = load_and_analyze(
            actor=Actor.system("dangol demo load").via("command line"),
            today=today(),
            language=_spoken(language),
            listener=lambda done, total, step: show(done * 100 // total if total else 0),
        )
        names = [asdict(login) for login in logins()]
        lines = told.loaded(asdict(loaded)) + [f"  {n['role']}: {n['name']} / {n['password']}" for n in names]
    return Answer({**asdict(loaded), "logins": names, "analysis": found}, "\n".join(lines))


def remove() -> Answer:
    """Remove the demo company. Your own data stays.

    Demo customers who have orders of your own stay too. The figures are counted anew by the next analysis.

    Example: `dangol demo remove --yes`
    """
    with session():
        from dangol.config.demo import told
        from dangol.config.demo.services.removing import remove as remove_all
        from dangol.platform.access.actor import Actor

        ask("Remove the demo company, its customers, orders and staff?")
        removed = asdict(remove_all(actor=Actor.system("dangol demo remove").via("command line")))
        return Answer(removed, "\n".join(told.removed(removed)))


def load_at_start(say: Say) -> bool:
    """Load and analyse the demo company in a house that is empty and never held it; True when it did."""
    from dangol.config.demo.queries import is_empty, today, was_ever_loaded
    from dangol.config.demo.services.analyzing import load_and_analyze
    from dangol.platform.access.actor import Actor

    if not is_empty() or was_ever_loaded():
        return False
    say("Loading the demo company ... · 데모 회사를 불러오는 중이에요 ...")
    actor = Actor.system("dangol start --demo").via("command line")
    loaded, _ = load_and_analyze(actor=actor, today=today(), language=_spoken(None))
    return loaded.is_new


def remove_quietly(say: Say) -> None:
    """Remove the demo company and say what went."""
    from dangol.config.demo import told
    from dangol.config.demo.services.removing import remove as remove_all
    from dangol.platform.access.actor import Actor

    removed = remove_all(actor=Actor.system("demo company removed").via("command line"))
    for sentence in told.removed(asdict(removed)):
        say(sentence)


def logins() -> list[Login]:
    """Return the ways into the demo company that are still open, the Korean and the English one of each trade."""
    from dangol.config.demo.generator.staff import MEMBERS, PASSWORD
    from dangol.config.demo.queries import demo_staff

    there = {user.email for user in demo_staff()}
    shown = [m for m in MEMBERS if m.is_login and m.address in there]
    return [Login(f"{m.role.capitalize()} ({m.language})", ROLES_IN_KOREAN[m.role], m.address, PASSWORD) for m in shown]


def _spoken(chosen: Tongue | None) -> Literal["en", "ko"]:
    """The language chosen, else that of the terminal."""
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "ko" if chosen == Tongue.ko or (chosen is None and spoken.startswith("ko")) else "en"


register_command("demo", "load", load)
register_command("demo", "remove", remove)
register_demo(load_at_start, remove_quietly, logins)
