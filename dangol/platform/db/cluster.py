"""The embedded cluster on disk: made once, configured and started as a server that only its own socket reaches."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from dangol.platform.db.errors import CannotContinue, disk_full
from dangol.platform.db.home import PORT, Home
from dangol.platform.db.identity import SERVER_UID, Identity, binaries, find_identity, named_identity
from dangol.platform.db.passwords import ADMIN, Passwords
from dangol.platform.db.processes import end_leftovers

LOG_LIMIT_BYTES = 10 * 1024 * 1024
_SETTINGS = """\
# Written anew at every start. Put your own settings into local.conf beside this file.
listen_addresses = ''
port = {port}
unix_socket_directories = '{socket}'
password_encryption = 'scram-sha-256'
max_connections = 100
shared_buffers = 256MB
work_mem = 64MB
maintenance_work_mem = 256MB
effective_cache_size = 4GB
dynamic_shared_memory_type = {shared_memory}
max_worker_processes = 8
max_parallel_workers_per_gather = 2
max_locks_per_transaction = 256
wal_level = minimal
max_wal_senders = 0
wal_compression = on
max_wal_size = 4GB
min_wal_size = 80MB
checkpoint_timeout = 15min
random_page_cost = 1.1
jit = off
client_connection_check_interval = 10s
log_line_prefix = '%m [%p] '
log_timezone = 'UTC'
timezone = 'UTC'
lc_messages = 'C'
default_text_search_config = 'pg_catalog.simple'
include_if_exists = 'local.conf'
"""
_ACCESS = "local all all scram-sha-256\n"
_SHARED_MEMORY = "/dev/shm"  # noqa: S108
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}


@dataclass(frozen=True)
class Cluster:
    """The cluster in `home.pg`, and whom its server runs as."""

    home: Home
    identity: Identity

    @classmethod
    def of(cls, home: Home) -> Cluster:
        """Return the cluster of a home, on this machine."""
        return cls(home, find_identity(home.pg))

    def prepare(self) -> None:
        """Create the cluster if there is none, and clear away what a crash left behind.

        The caller holds the keeper's lock, so nobody else may start a server here meanwhile.
        """
        passwords = Passwords.read(self.home)
        are_lost = passwords is None
        passwords = passwords or Passwords.make(self.home)
        self._make_socket_folder()
        is_new = not self.home.pg.exists()
        if is_new:
            self._create(passwords)
        self._check_version()
        _give(self.home.pg, *self.identity.owner)
        self._clear_away()
        self._configure()
        if are_lost and not is_new:
            self._reset_password(passwords)

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server as a child that shuts down when this process dies."""
        path = self.home.log / "postgres.log"
        if path.exists() and path.stat().st_size > LOG_LIMIT_BYTES:
            path.replace(path.with_suffix(".log.1"))
        with path.open("ab") as log:
            return subprocess.Popen(
                self.identity.command(str(binaries() / "postgres"), "-D", str(self.home.pg), parent=os.getpid()),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=_ENVIRONMENT, cwd="/",
            )  # fmt: skip

    def state(self) -> str:
        """Return what the server says of itself in its lock file: starting, ready or stopping."""
        try:
            lines = (self.home.pg / "postmaster.pid").read_text().splitlines()
        except OSError:
            return "starting"
        return lines[7].strip() if len(lines) > 7 else "starting"

    def log_size(self) -> int:
        """Return where the server's log ends now, in bytes."""
        path = self.home.log / "postgres.log"
        return path.stat().st_size if path.exists() else 0

    def trouble(self, log_from: int) -> CannotContinue:
        """Return the sentence for a server that ended, from what it wrote since byte `log_from` of its log."""
        path = self.home.log / "postgres.log"
        with path.open("rb") as log:
            log.seek(min(log_from, self.log_size()))
            return _explain(log.read().decode(errors="replace"), self.home)

    def _create(self, passwords: Passwords) -> None:
        """Make the cluster aside and move it to its place when it is whole."""
        aside, account = self.home.root / "pg.new", named_identity(self.identity)
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(mode=0o700)
        try:
            (aside / "password").write_text(passwords.admin)
            _give(aside, *account.owner)
            self._run(
                account, "initdb", "-D", str(aside / "data"), "-U", ADMIN, f"--pwfile={aside / 'password'}",
                "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
            )  # fmt: skip
            (aside / "data").rename(self.home.pg)
        finally:
            shutil.rmtree(aside, ignore_errors=True)

    def _check_version(self) -> None:
        try:
            made_by = (self.home.pg / "PG_VERSION").read_text().strip()
        except OSError:
            made_by = "an unknown version"
        if made_by != "18":
            raise CannotContinue(
                f"The data in {self.home.pg} was made by PostgreSQL {made_by}; this Dangol brings PostgreSQL 18.",
                "Make a backup with the Dangol that made it (dangol backup FILE) and restore it here.",
            )

    def _clear_away(self) -> None:
        end_leftovers(self.home.pg)
        (self.home.pg / "postmaster.pid").unlink(missing_ok=True)
        for stale in self.home.socket_folder.glob(".s.PGSQL.*"):
            stale.unlink()

    def _configure(self) -> None:
        room = shutil.disk_usage(_SHARED_MEMORY).free if os.path.isdir(_SHARED_MEMORY) else 0
        settings = _SETTINGS.format(
            port=PORT, socket=self.home.socket_folder, shared_memory="posix" if room > 512 * 1024**2 else "mmap"
        )
        for name, content in (("postgresql.conf", settings), ("pg_hba.conf", _ACCESS)):
            path = self.home.pg / name
            path.write_text(content)
            os.chown(path, *self.identity.owner)

    def _reset_password(self, passwords: Passwords) -> None:
        """Give the superuser a new password with the server down: for a home whose keys were lost."""
        account = named_identity(self.identity)  # a server of one user wants a name, as initdb does
        _give(self.home.pg, *account.owner)
        statement = f"ALTER ROLE {ADMIN} PASSWORD '{passwords.admin}';\n"
        self._run(account, "postgres", "--single", "-D", str(self.home.pg), "postgres", given=statement)
        _give(self.home.pg, *self.identity.owner)

    def _run(self, identity: Identity, program: str, *arguments: str, given: str = "") -> None:
        done = subprocess.run(
            identity.command(str(binaries() / program), *arguments),
            input=given, capture_output=True, text=True, env=_ENVIRONMENT, cwd="/", check=False,
        )  # fmt: skip
        if done.returncode != 0:
            with (self.home.log / "postgres.log").open("a") as log:
                log.write(done.stdout + done.stderr)
            raise _explain(done.stdout + done.stderr, self.home)

    def _make_socket_folder(self) -> None:
        folder = self.home.socket_folder
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        is_ours = folder.is_relative_to(self.home.root) or found.st_uid in (os.getuid(), self.identity.uid, SERVER_UID)
        if not stat.S_ISDIR(found.st_mode) or not is_ours:
            raise CannotContinue(
                f"{folder} belongs to somebody else, and Dangol needs it for the database's socket.",
                "Remove it, or point DANGOL_HOME at a folder with a shorter path.",
            )
        folder.chmod(0o700)
        os.chown(folder, *self.identity.owner)


def _give(tree: Path, uid: int, gid: int) -> None:
    """Make a folder and all in it belong to a user; the folder itself last, so that a killed run is done again."""
    if tree.stat().st_uid == uid:
        return
    for folder, _, names in os.walk(tree, topdown=False):
        for path in (*(os.path.join(folder, name) for name in names), folder):
            os.chown(path, uid, gid, follow_symlinks=False)


def _explain(said: str, home: Home) -> CannotContinue:
    if "No space left on device" in said or "Disk quota exceeded" in said or "File too large" in said:
        return disk_full(home.root)
    fatal = [line for line in said.splitlines() if "FATAL" in line or "PANIC" in line or "error:" in line]
    reason = fatal[-1].split("] ", 1)[-1].strip() if fatal else "it wrote no reason"
    return CannotContinue(f"The database did not start: {reason}", f"See {home.log / 'postgres.log'}.")
