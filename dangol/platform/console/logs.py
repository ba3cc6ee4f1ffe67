"""How log lines look: plain for people, or one JSON object a line (DANGOL_LOG_FORMAT=json).

A line never holds an address with its query, a name, or what somebody typed: request and user are numbers, pages are
routes. DANGOL_LOG chooses the level (WARNING), DANGOL_ACCESS_LOG=0 leaves out the line for each request.
"""

from __future__ import annotations

import json
import logging
import os
import re
import traceback
from datetime import UTC, datetime
from typing import Any

from dangol.platform.db.asking import now_asking

FIELDS = ("method", "route", "status", "ms", "queries", "query_ms", "job_id", "task", "outcome")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_DETAIL = re.compile(r"^(DETAIL|CONTEXT): .*$\n?", re.MULTILINE)
_SECRETS = re.compile(
    r"(?i)\b(pass(?:word|wd)?|secret|token|api[-_]?key|authorization|cookie)(['\"]?\s*[=:]\s*['\"]?)(?:bearer\s+)?[^\s,;&'\"]+"
)
_QUERY = re.compile(r"(?P<path>(?:https?://[^\s?]+|/[\w/.%-]*))\?[^\s'\")]+")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def cleaned(text: str) -> str:
    """Return a message without query strings, secrets, mail addresses and rows that the database quotes."""
    text = _DETAIL.sub("", text)
    text = _QUERY.sub(r"\g<path>?…", text)
    return _MAIL.sub("…@…", _SECRETS.sub(r"\1\2…", text))


def who_fields() -> dict[str, Any]:
    """Return who asks at this moment, as fields of a line."""
    who = now_asking()
    if who is None:
        return {}
    if who.kind == "job":
        return {"job_id": who.job_id, "task": who.name}
    found: dict[str, Any] = {"request_id": who.request_id, "user_id": who.user_id, "route": who.name or None}
    return {name: value for name, value in found.items() if value is not None}


class JsonLines(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, message, then who and what."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname, "logger": record.name, "message": cleaned(record.getMessage()),
            "process": os.environ.get("DANGOL_PROCESS", ""), **who_fields(),
        }  # fmt: skip
        line.update({name: getattr(record, name) for name in FIELDS if hasattr(record, name)})
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["trace"] = cleaned("".join(traceback.format_exception(*record.exc_info)))
        return json.dumps(line, ensure_ascii=False, default=str)


class PlainLines(logging.Formatter):
    """A line that a person reads."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, with the numbers of request or job behind it."""
        text = cleaned(super().format(record))
        if hasattr(record, "ms"):
            text += f" {record.ms} ms, {getattr(record, 'queries', 0)} queries"
        who = {name: value for name, value in who_fields().items() if name != "route"}
        who.update({name: getattr(record, name) for name in ("job_id",) if hasattr(record, name)})
        return text + "".join(f" {name}={value}" for name, value in who.items())


def logging_settings() -> dict[str, Any]:
    """Return Django's LOGGING."""
    asked = os.environ.get("DANGOL_LOG", "WARNING").upper()
    level = asked if asked in LEVELS else "WARNING"
    formatter = "json" if os.environ.get("DANGOL_LOG_FORMAT") == "json" else "plain"
    is_access = os.environ.get("DANGOL_ACCESS_LOG", "1") != "0"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {"()": "dangol.platform.console.logs.JsonLines"},
            "plain": {
                "()": "dangol.platform.console.logs.PlainLines",
                "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
            },
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": formatter}},
        "root": {"handlers": ["stderr"], "level": level},
        # Django's own configuration gives this one a handler for consoles; every line is to look alike.
        "loggers": {
            "django": {"handlers": [], "propagate": True},
            "dangol.access": {"level": "INFO" if is_access else "CRITICAL"},
            "dangol.jobs": {"level": "INFO" if is_access else "CRITICAL"},
            # It tells the arguments of every job; ours (`dangol.jobs`) tells kind, number, time and outcome.
            "procrastinate": {"level": "DEBUG" if level == "DEBUG" else "ERROR"},
        },
    }
