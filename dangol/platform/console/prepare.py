"""What must be ready before the parts start, done in a process of its own so that `dangol start` stays small.

    python -P -m dangol.platform.console.prepare [--demo] [--no-backup]

Front-end files are built if they are missing, tables are migrated (data of an earlier version as `dangol upgrade` does
it: after a backup, which is put back when something fails), and with --demo the demo company is loaded into an
empty database. The last line of standard output is a JSON object: the demo logins, or what is wrong.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from functools import partial
from typing import Any

from dangol.platform.console import registry
from dangol.platform.console.main import explained
from dangol.platform.console.output import say
from dangol.platform.console.session import session
from dangol.platform.console.upgrade import before_start


def prepare(wants_demo: bool, no_backup: bool = False) -> dict[str, Any]:
    """Build what is missing, migrate, load the demo company if it is wanted, and return its logins."""
    build_front_end()
    with session(bring=partial(before_start, no_backup=no_backup)):
        demo = registry.demo() if wants_demo else None
        loaded = demo is not None and demo.load(say)
        bring_roles_up_to_date()
        for each in registry.before_start():
            each()
        logins = [asdict(login) for login in demo.logins()] if demo else []
        return {"logins": logins, "demo_loaded": loaded, "has_staff": has_staff()}


def bring_roles_up_to_date() -> None:
    """Give the roles of an older house the rights to objects that have come since."""
    from dangol.platform.access.actor import Actor
    from dangol.platform.accounts.services import ensure_builtin_roles

    if has_staff():
        ensure_builtin_roles(actor=Actor.system("start"))


def has_staff() -> bool:
    """True when somebody can sign in."""
    from dangol.platform.accounts.models import User

    return User.objects.filter(is_active=True).exists()


def build_front_end() -> None:
    """Make the front-end files where they are missing; old ones will do when new ones cannot be had."""
    from dangol.platform.ui.build import VENDOR, FrontEndNotBuilt, build

    try:
        build(say)
    except FrontEndNotBuilt as failure:
        if not VENDOR.exists():
            raise
        say(f"{failure}\nGoing on with the front-end files that are there.")


def main() -> int:
    """Prepare, and say how it went."""
    try:
        print(json.dumps(prepare("--demo" in sys.argv, "--no-backup" in sys.argv), ensure_ascii=False))  # noqa: T201
    except Exception as error:
        print(json.dumps(explained(error).as_dict(), ensure_ascii=False))  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
