"""Is the house well? Each check looks at one thing and says, when it is not, what to do."""

from __future__ import annotations

import logging
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import Any, Literal

from django.db import DatabaseError, connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.platform.console import certificate, migrated
from dangol.platform.console.backup import BACKUP_NOTE
from dangol.platform.console.figures import event_lag_seconds, lake_age_seconds
from dangol.platform.console.health import states
from dangol.platform.db.connections import server_url
from dangol.platform.db.home import Home, read_json
from dangol.platform.jobs import queue
from dangol.platform.mail.models import MailWay
from dangol.platform.mail.queries import mail_way
from dangol.platform.ui.format import size

State = Literal["good", "warn", "bad", "unknown"]
ORDER: tuple[State, ...] = ("good", "unknown", "warn", "bad")
GIGABYTE = 1024**3
LAG_SECONDS = 600
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Finding:
    """What a check found: a sentence, and what to do when it is not good. `url` leads to where it is done."""

    state: State
    sentence: str
    what_to_do: str = ""
    url: str = ""


@dataclass(frozen=True)
class Check:
    """One thing to look at."""

    name: str
    label: Any
    look: Callable[[], Finding]


@dataclass(frozen=True)
class Looked:
    """A check with what it found."""

    check: Check
    finding: Finding


_checks: dict[str, Check] = {}


def register_check(check: Check) -> None:
    """Add a check of a higher room. Raises ValueError when its name is taken."""
    if check.name in _checks:
        raise ValueError(f"{check.name} is checked already.")
    _checks[check.name] = check


def look_at_all() -> list[Looked]:
    """Look at everything; a check that fails itself is told as unknown and does not keep the others back."""
    found = []
    for check in (*OWN, *_checks.values()):
        try:
            found.append(Looked(check, check.look()))
        except Exception as error:
            log.warning("The check %s failed.", check.name, exc_info=True)
            sentence = _("This could not be looked at: %(why)s.") % {"why": type(error).__name__}
            found.append(Looked(check, Finding("unknown", sentence, _("See the log."))))
    return found


def worst(found: list[Looked]) -> State:
    """The worst state of all."""
    return max((looked.finding.state for looked in found), key=ORDER.index, default="good")


def _database() -> Finding:
    began = time.perf_counter()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('server_version'), extract(epoch FROM clock_timestamp())")
            number, _moment = cursor.fetchone()
    except DatabaseError as error:
        return Finding(
            "bad", str(error).strip().splitlines()[0], _("Look into the database's log, and start it again.")
        )
    ms = (time.perf_counter() - began) * 1000
    kind = _("a server of your own") if server_url() else _("embedded")
    return Finding(
        "good", _("PostgreSQL %(number)s (%(kind)s) answers in %(ms).1f ms.")
        % {"number": str(number).split(" ")[0], "kind": kind, "ms": ms},
    )  # fmt: skip


def _worker() -> Finding:
    alive = [w for w in queue.workers() if w.is_alive]
    if not alive or states()["worker"] == "down":
        return Finding(
            "bad", _("No worker has given a sign of life in the last half minute; nothing that waits is done."),
            _("`dangol start` starts it again by itself; if it does not, look into the worker's log."), "/console",
        )  # fmt: skip
    return Finding("good", _("%(count)d at work.") % {"count": len(alive)}, url="/console")


def _queue() -> Finding:
    waits = [(datetime.now(UTC) - q.oldest_at).total_seconds() for q in queue.queues() if q.oldest_at]
    dead = sum(q.dead for q in queue.queues())
    if max(waits, default=0) > LAG_SECONDS:
        return Finding(
            "bad", _("A job has been waiting for %(minutes)d minutes.") % {"minutes": max(waits) / 60},
            _("See which queue it is in, and whether a long run keeps the workers busy."), "/console",
        )  # fmt: skip
    if dead:
        return Finding(
            "warn", _("%(count)d jobs have failed for good (dead letters).") % {"count": dead},
            _("See why, mend the cause, and let them run again."), "/console/jobs?state=dead",
        )  # fmt: skip
    return Finding("good", _("Nothing waits long, and nothing has failed for good."), url="/console")


def _events() -> Finding:
    lag = event_lag_seconds()
    if lag > LAG_SECONDS:
        return Finding(
            "warn", _("What happened %(minutes)d minutes ago has not reached everybody yet.") % {"minutes": lag / 60},
            _("See the queue of events."), "/console",
        )  # fmt: skip
    return Finding("good", _("News reach their readers at once."))


def _disk() -> Finding:
    home = Home.from_environment()
    usage = shutil.disk_usage(home.root if home.root.exists() else home.root.parent)
    said = {"free": size(usage.free, "en"), "share": 100 * usage.free / usage.total, "where": home.root}
    sentence = _("%(free)s are free (%(share).0f %%) where %(where)s lies.") % said
    do = _("Free some space, or move DANGOL_HOME to a larger disk; see what is large under Sizes.")
    if usage.free < GIGABYTE or usage.free < usage.total * 0.02:
        return Finding("bad", sentence, do, "/console/sizes")
    if usage.free < 5 * GIGABYTE or usage.free < usage.total * 0.1:
        return Finding("warn", sentence, do, "/console/sizes")
    return Finding("good", sentence, url="/console/sizes")


def _backup() -> Finding:
    note = read_json(Home.from_environment().log / BACKUP_NOTE) or {}
    do = _("Run `dangol backup FILE` every night, for example by the timer in deploy/, and keep the file elsewhere.")
    try:
        age = datetime.now(UTC) - datetime.fromisoformat(str(note.get("made_at")))
    except ValueError:
        return Finding("warn", _("No backup was made yet."), do)
    hours = int(age.total_seconds() // 3600)
    sentence = _("The last one is %(hours)d hours old (%(file)s).") % {"hours": hours, "file": note.get("file", "")}
    if age > timedelta(days=7):
        return Finding("bad", sentence, do)
    return Finding("warn", sentence, do) if age > timedelta(hours=36) else Finding("good", sentence)


def _mail() -> Finding:
    way = mail_way()
    if way.mode == MailWay.Mode.CATCHER:
        return Finding(
            "warn", _("Mail is only caught on this machine; nothing leaves it."),
            _("Name a server by which mail leaves."), "/setup/mail",
        )  # fmt: skip
    if way.test_error:
        return Finding(
            "bad", _("The last test did not arrive: %(why)s") % {"why": way.test_error},
            _("Mend the settings, and send a test."), "/setup/mail",
        )  # fmt: skip
    return Finding("good", _("Mail leaves by %(host)s.") % {"host": way.host}, url="/setup/mail")


def _lake() -> Finding:
    age = lake_age_seconds()
    do = _("It is loaded each night, and by `dangol analyze`; look for a failed run under Jobs.")
    if age is None:
        return Finding("warn", _("Nothing was loaded for analysis yet."), do, "/console")
    sentence = (
        _("Loaded %(hours)d hours ago.") % {"hours": age / 3600} if age >= 3600 else _("Loaded within the last hour.")
    )
    if age > 72 * 3600:
        return Finding("bad", sentence, do, "/console")
    return Finding("warn" if age > 36 * 3600 else "good", sentence, do if age > 36 * 3600 else "")


_MISSED = """
SELECT count(*) FROM (SELECT id FROM {table} ORDER BY id DESC LIMIT 200) r
WHERE NOT EXISTS (SELECT FROM search_searchentry e WHERE e.object_name = %s AND e.record_id = r.id)
"""


def _search() -> Finding:
    """The newest records of each object must be in the index; looking at all would cost too much."""
    from dangol.platform.objects.registry import object_types

    missed = {}
    for declared in object_types():
        if declared.search and declared.model._meta.pk and declared.model._meta.pk.column == "id":
            with connection.cursor() as cursor:
                cursor.execute(_MISSED.format(table=connection.ops.quote_name(declared.model._meta.db_table)),
                               [declared.name])  # fmt: skip
                if count := int(cursor.fetchone()[0]):
                    missed[declared.name] = count
    if missed:
        said = ", ".join(f"{name} {count}" for name, count in missed.items())
        return Finding(
            "warn", _("Of the newest records some are not found by search: %(said)s.") % {"said": said},
            _("Run `dangol upgrade --rebuild search`."),
        )  # fmt: skip
    return Finding("good", _("The newest records of every object are found."))


def _clock() -> Finding:
    with connection.cursor() as cursor:
        before = time.time()
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())::float8")
        off = abs(float(cursor.fetchone()[0]) - (before + time.time()) / 2)
    if off > 5:
        return Finding(
            "bad" if off > 60 else "warn", _("This machine and the database differ by %(s).0f seconds.") % {"s": off},
            _("Let both set their clocks by the network (timedatectl set-ntp true)."),
        )  # fmt: skip
    return Finding("good", _("This machine and the database agree."))


def _certificate() -> Finding:
    state, days = certificate.days_left()
    do = _("See that the proxy renews it; Caddy does so by itself, certbot by its timer.")
    if state == "none":
        return Finding("good", _("No address with https is set, so there is none to look at."), url="/setup/company")
    if days is None:
        return Finding("warn", _("It could not be looked at: %(why)s.") % {"why": state}, do)
    sentence = _("Valid for %(days)d more days.") % {"days": days}
    return Finding("bad" if days < 3 else "warn" if days < 14 else "good", sentence, do if days < 14 else "")


def _version() -> Finding:
    pending = migrated.pending()
    number = {"number": version("dangol")}
    if pending:
        return Finding(
            "bad", _("Dangol %(number)s; %(count)d changes of tables are missing.") % {**number, "count": len(pending)},
            _("Run `dangol upgrade`."),
        )  # fmt: skip
    return Finding("good", _("Dangol %(number)s; the tables fit.") % number)


def _addresses() -> Finding:
    host = os.environ.get("DANGOL_HOST") or "127.0.0.1"
    is_open = host not in ("127.0.0.1", "::1", "localhost")
    if is_open and os.environ.get("DANGOL_HTTPS") != "1":
        return Finding(
            "warn", _("It listens on %(host)s without encryption.") % {"host": host},
            _("Put a proxy with a certificate before it and set DANGOL_HTTPS=1 (see the guide, running.md)."),
        )  # fmt: skip
    return Finding("good", _("It listens on %(host)s.") % {"host": host})


OWN = (
    Check("database", gettext_lazy("Database"), _database),
    Check("worker", gettext_lazy("Worker"), _worker),
    Check("queue", gettext_lazy("Jobs"), _queue),
    Check("events", gettext_lazy("Events"), _events),
    Check("version", gettext_lazy("Version"), _version),
    Check("disk", gettext_lazy("Disk space"), _disk),
    Check("backup", gettext_lazy("Backup"), _backup),
    Check("mail", gettext_lazy("Mail"), _mail),
    Check("lake", gettext_lazy("Analysis"), _lake),
    Check("search", gettext_lazy("Search"), _search),
    Check("clock", gettext_lazy("Clock"), _clock),
    Check("certificate", gettext_lazy("Certificate"), _certificate),
    Check("address", gettext_lazy("Address"), _addresses),
)
