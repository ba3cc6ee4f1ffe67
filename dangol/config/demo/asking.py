"""Putting the removal, or the load, in the queue for somebody who watches."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from dangol.config.demo.queries import KIND_LOAD, KIND_REMOVE, running
from dangol.config.demo.tasks import load_demo, remove_demo
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.jobs.models import Progress


@transaction.atomic
def ask_for_removal(*, actor: Actor) -> Progress:
    """Have the demo company removed by a job; asking twice starts one. Raises Forbidden."""
    require(actor, "change", "workspace")
    row = running()
    if row is None:
        row = Progress.objects.create(kind=KIND_REMOVE, title=_("Removing the demo company"), user_id=actor.user_id)
        remove_demo.defer(user_id=actor.user_id, progress_id=str(row.pk))
    return row


@transaction.atomic
def ask_for_load(*, actor: Actor) -> Progress:
    """Have the demo company loaded by a job; asking twice starts one. Raises Forbidden."""
    require(actor, "change", "workspace")
    row = running()
    if row is None:
        row = Progress.objects.create(kind=KIND_LOAD, title=_("Loading the demo company"), user_id=actor.user_id)
        load_demo.defer(user_id=actor.user_id, progress_id=str(row.pk))
    return row
