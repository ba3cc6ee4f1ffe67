"""Hangs the members into the analysis, and refreshes one segment when its rules were saved."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dangol.analytical.segments.members.services import refresh, refresh_all
from dangol.analytical.warehouse import Analysis, register_step
from dangol.analytical.warehouse.steps import LATER
from dangol.platform.access.actor import Actor
from dangol.platform.jobs.tasks import task
from dangol.platform.objects.writing import NotFound


@task(name="segments.refresh")
def refresh_segment(segment_id: int) -> None:
    """Work out the members of one segment; one that is gone in the meantime needs none."""
    try:
        refresh(actor=Actor.system("the rules of a segment were saved"), segment_id=segment_id)
    except NotFound:
        return


def refresh_with_the_figures(analysis: Analysis) -> None:
    """The step of the analysis: members are worked out from the figures that it has just written."""

    def write() -> None:
        wrong = refresh_all(actor=Actor.system("segments after the analysis"))
        analysis.warnings.extend(f"Segment {segment_id}: {sentence}" for segment_id, sentence in wrong.items())

    analysis.write_later(write)


register_step("segments", LATER, refresh_with_the_figures, label=_("asking who belongs to segments"))
