"""What became of each message of a batch, written down so that the end of the process at any moment loses nothing.

A server takes a message over when it has seen the line with the single dot (RFC 5321 section 4.1.1.4); what was sent
before it, without the dot, it throws away when the connection ends. Between the dot and the server's answer nobody can
know (RFC 1047), so a sender that only notes the answer sends twice after a crash, and one that only notes the intention
loses. Hence four moments are told apart, each a line written before the next step begins:

    (nothing)            the server never saw the dot: not sent, may be sent again
    dot 17               the dot is about to be handed to the system
    dotted 17            the system has it and delivers it even when we are gone; the answer was not yet read
    done 17 250 dot ok   the server's answer, with the step to which it answered
    void 17              the dot could not be handed over after all: not sent

`dot` and `dotted` without an answer count as sent and are marked `unconfirmed` for people to look at. Sending again
would be the greater evil (a letter twice). A message is truly lost only when the process is killed between the two
adjacent system calls "write the line `dot`" and "send the dot": some microseconds of each message.

Lines go out by `write` at once and so survive `kill -9`; to the disk they are forced every 50 messages or 200 ms, so
that after a power cut only those of the last moment stand open.
"""

from __future__ import annotations

import fcntl
import os
import time
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from threading import Event, Thread
from typing import Literal, Self

from django.conf import settings
from django.utils.translation import gettext as _

SYNC_MESSAGES = 50
SYNC_SECONDS = 0.2
MOST_TEXT = 300
Step = Literal["", "mail", "rcpt", "data", "dot", "caught"]
_NAMES = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


class Outcome(StrEnum):
    """What became of one message."""

    NOT_SENT = "not_sent"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one message, with the server's `code` and `text`, and to which `step` it answered."""

    outcome: Outcome
    code: int = 0
    text: str = ""
    step: Step = ""

    @property
    def is_sent(self) -> bool:
        """Whether it must not be sent again: the server took it, or perhaps did."""
        return self.outcome in (Outcome.ACCEPTED, Outcome.UNCONFIRMED)

    @property
    def is_temporary(self) -> bool:
        """Whether the server said to try again later."""
        return self.outcome == Outcome.REJECTED and self.code < 500

    @property
    def is_address_refused(self) -> bool:
        """Whether the server refused this very recipient for good, not us, nor what we wrote."""
        return self.outcome == Outcome.REJECTED and self.code >= 500 and self.step == "rcpt"


NOT_SENT = Fate(Outcome.NOT_SENT)
HANDING_OVER = Fate(Outcome.UNCONFIRMED, text="Ended at the moment of handing it over.")
NO_ANSWER = Fate(Outcome.UNCONFIRMED, text="Handed over; the connection ended before the answer.")


def answered(code: int, text: str, step: Step) -> Fate:
    """Return the fate that an answer of the server means."""
    is_good = 200 <= code < 300 and step in ("dot", "caught")
    return Fate(Outcome.ACCEPTED if is_good else Outcome.REJECTED, code, text, step)


class Fates(dict[int, Fate]):
    """Fates by the number of the message; one of which nothing is written was not sent."""

    def __missing__(self, number: int) -> Fate:
        return NOT_SENT


class JournalBusy(Exception):
    """Another process sends this batch at this moment."""

    def __init__(self) -> None:
        super().__init__(_("This batch is being sent by another process at this moment."))


def journal_path(batch: str) -> Path:
    """Return where the journal of `batch` lies.

    The name (letters, digits, `-`, `_`, `.`) must never come back for another batch, not even after a backup was
    restored, since what a journal calls sent is not sent again: use a UUID in it.
    """
    if not batch or batch.startswith(".") or not _NAMES.issuperset(batch):
        raise ValueError(f"{batch!r} is no name for a batch.")
    folder: Path = settings.HOME.run / "mail"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / f"{batch}.journal"


def read_journal(path: Path) -> Fates:
    """Return what became of the messages of a batch; nothing when it never began. A torn last line is passed over."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return Fates()
    fates = Fates()
    for line in content.split(b"\n")[:-1]:
        _read_line(line, fates)
    return fates


def _read_line(line: bytes, fates: Fates) -> None:
    word, _space, rest = line.decode("utf-8", "replace").partition(" ")
    parts = rest.split(" ", 3)
    if not parts[0].isdecimal():
        return
    number = int(parts[0])
    if word == "dot":
        fates[number] = HANDING_OVER
    elif word == "dotted":
        fates[number] = NO_ANSWER
    elif word == "void":
        fates.pop(number, None)
    elif word == "done" and len(parts) == 4 and parts[1].isdecimal():
        fates[number] = answered(int(parts[1]), parts[3], parts[2])  # type: ignore[arg-type]


class Journal:
    """The open journal of one batch. Holds it against other processes until closed; killing the process frees it.

    Raises:
        JournalBusy: another process has it open.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        if not self._is_ours():
            os.close(self._file)
            raise JournalBusy
        self.fates = read_journal(path)
        self._end_torn_line()
        self._unsynced, self._synced_at = 0, time.monotonic()
        self._is_due, self._is_closed = Event(), False
        self._failure: OSError | None = None
        self._syncing = Thread(target=self._keep_syncing, name="journal", daemon=True)
        self._syncing.start()

    def dot(self, number: int) -> None:
        """Note that the dot is about to be handed over."""
        os.write(self._file, b"dot %d\n" % number)
        self.fates[number] = HANDING_OVER

    def dotted(self, number: int) -> None:
        """Note that it was."""
        os.write(self._file, b"dotted %d\n" % number)
        self.fates[number] = NO_ANSWER

    def void(self, number: int) -> None:
        """Note that it could not be."""
        os.write(self._file, b"void %d\n" % number)
        self.fates.pop(number, None)

    def done(self, number: int, fate: Fate) -> None:
        """Note the server's answer. Raises OSError when the disk has failed since the last one."""
        if self._failure:
            raise self._failure
        text = " ".join(fate.text.split())[:MOST_TEXT]
        os.write(self._file, f"done {number} {fate.code} {fate.step} {text}\n".encode("utf-8", "replace"))
        self.fates[number] = fate
        self._unsynced += 1
        if self._unsynced >= SYNC_MESSAGES or time.monotonic() - self._synced_at > SYNC_SECONDS:
            self._unsynced, self._synced_at = 0, time.monotonic()
            self._is_due.set()

    def close(self) -> None:
        """Force what was written to the disk and let others have it."""
        self._is_closed = True
        self._is_due.set()
        self._syncing.join()
        try:
            os.fdatasync(self._file)
        finally:
            os.close(self._file)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _keep_syncing(self) -> None:
        """Beside the sending, which would otherwise stand still for some milliseconds at each."""
        while self._is_due.wait() and not self._is_closed:
            self._is_due.clear()
            try:
                os.fdatasync(self._file)
            except OSError as error:
                self._failure = error

    def _is_ours(self) -> bool:
        """Whether nobody else has it, nor finished and removed it since it was opened."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return os.fstat(self._file).st_nlink > 0

    def _end_torn_line(self) -> None:
        size = os.fstat(self._file).st_size
        if size and os.pread(self._file, 1, size - 1) != b"\n":
            os.write(self._file, b"\n")
