from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.access.errors import Forbidden
from dangol.platform.exchange.models import ImportRun, PutAside
from dangol.platform.exchange.registry import Importer, importer, importers
from dangol.platform.exchange.services import cells_of

SHOWN_RUNS = 20


def importers_for(actor: Actor) -> list[Importer]:
    """The importers whose objects `actor` may create. Raises Forbidden when there is none."""
    found = [known for known in importers() if actor.may("create", known.object_name)]
    if not found:
        raise Forbidden("create", "")
    return found


def runs_for(actor: Actor) -> QuerySet[ImportRun]:
    """The latest import runs that `actor` may look at: one's own, and all where one may create for everybody."""
    return _visible(actor).select_related("user", "progress").order_by("-created_at")[:SHOWN_RUNS]


def run_for(actor: Actor, run_id: UUID) -> ImportRun:
    """One import run. Raises Http404 when `actor` may not look at it, Forbidden without the right to import."""
    run = _visible(actor).select_related("user", "progress").filter(pk=run_id).first()
    if run is None:
        raise Http404
    require(actor, "create", importer(run.kind).object_name)
    return run


def _visible(actor: Actor) -> QuerySet[ImportRun]:
    if actor.user_id is None and actor.kind != "system":
        return ImportRun.objects.none()
    everywhere = [known.name for known in importers() if actor.scope("create", known.object_name) == "all"]
    if actor.has_hidden_fields:  # rows put aside hold what stood in others' files, whatever its field
        everywhere = []
    return ImportRun.objects.filter(Q(user_id=actor.user_id) | Q(kind__in=everywhere))


def last_result(kind: str, **options: Any) -> dict[str, Any]:
    """The answer of the last import of a kind that was carried out with these options; empty when there was none."""
    named = {f"options__{name}": value for name, value in options.items()}
    run = ImportRun.objects.filter(kind=kind, state=ImportRun.State.DONE, **named).order_by("-created_at").first()
    return dict(run.result) if run else {}


def put_aside_rows(run: ImportRun, limit: int = 50) -> list[dict[str, Any]]:
    """The first rows that a run put aside, as the result page shows them."""
    reasons = importer(run.kind).reasons
    if run.state == ImportRun.State.DONE:
        kept = PutAside.objects.filter(run=run).order_by("row_number")
        found: list[dict[str, Any]] = [
            dict(r) for r in kept.values("row_number", "reason", "column", "content")[:limit]
        ]
    else:
        found = list(run.result.get("samples", []))[:limit]
    return [
        row | {"text": reasons.get(row["reason"], row["reason"]), "cells": cells_of(row["content"])} for row in found
    ]
