"""Taking the values of a removed field out for good: asked for by name, told, done by a job in small steps.

The field itself stays as a name that is taken: the history of records still tells of it, and a later field of that name
would be read into their past.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.events.stream import emit
from dangol.platform.jobs.models import Progress
from dangol.platform.jobs.progress import track
from dangol.platform.jobs.tasks import task
from dangol.platform.objects.added.columns import DOCUMENT
from dangol.platform.objects.custom_fields import current, events
from dangol.platform.objects.custom_fields.models import CustomField
from dangol.platform.objects.custom_fields.queries import RIGHT, model_of
from dangol.platform.objects.writing import NotFound

AT_ONCE = 20_000
PURGED = "purged_at"


@transaction.atomic
def purge_field(*, actor: Actor, number: int, name: str) -> CustomField:
    """Ask for the values of a removed field to be taken out of every record for good. `name` is its name for programs,
    typed by whoever asks. Raises Forbidden, NotFound, ValidationError by field."""
    require(actor, "delete", RIGHT)
    found = CustomField.objects.select_for_update().filter(pk=number).first() if number < 2**63 else None
    if found is None:
        raise NotFound(_("There is no such field."))
    if found.removed_at is None:
        raise ValidationError(_("Remove the field first; its values are kept until you delete them."))
    if name.strip() != found.name:
        raise ValidationError({"confirm": _("Type %(name)s to delete its values.") % {"name": found.name}})
    told = Progress.objects.create(kind="custom_field_purge", title=str(found), user_id=actor.user_id)
    found.options, found.default, found.is_fast = {**found.options, PURGED: str(timezone.now())}, None, False
    found.index_progress = told.pk
    found.save(update_fields=["options", "default", "is_fast", "index_progress"])
    emit(events.CustomFieldPurged(subject_id=found.pk, changes={"name": [found.name, None]}), actor=actor)
    current.changed()
    purge.defer(number=found.pk, language=actor.language)
    return found


def is_purged(field: CustomField) -> bool:
    """Whether its values were taken out for good, or are about to be."""
    return PURGED in field.options


@task(name="custom_fields.purge", queue_name="bulk", lock="custom_fields.purge")
def purge(number: int, language: str = "en") -> None:
    """Take the values of a field out of every record."""
    with translation.override(language):
        take_out(number)


def take_out(number: int) -> int:
    """Take the values of a purged field out, some records at a time; returns of how many. Goes on where it was killed:
    what is gone is not there to be taken out again."""
    field = CustomField.objects.filter(pk=number).first()
    if field is None or not is_purged(field) or field.removed_at is None:
        return 0
    table, taken = model_of(field)._meta.db_table, 0
    with track(field.index_progress) as tracker:
        last = _last_id(table)
        tracker.begin(_("Deleting values"), last)
        for first in range(0, last + 1, AT_ONCE):
            taken += _without(table, field.name, first)
            tracker.advance(AT_ONCE)
        tracker.result = {"records": taken}
    return taken


def _last_id(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT COALESCE(max(id), 0) FROM "{table}"')
        found: Any = cursor.fetchone()
    return int(found[0])


@transaction.atomic
def _without(table: str, key: str, first: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{table}" SET "{DOCUMENT}" = "{DOCUMENT}" - %s'
            f' WHERE id >= %s AND id < %s AND jsonb_exists("{DOCUMENT}", %s)',
            [key, first, first + AT_ONCE, key],
        )
        return int(cursor.rowcount)
