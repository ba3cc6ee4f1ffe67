"""Hangs the stages into the analysis, and places one person when something about their orders changed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dangol.analytical.segments.lifecycle.services import find_stages, place_person
from dangol.analytical.warehouse import register_step
from dangol.analytical.warehouse.steps import TIERS
from dangol.platform.access.actor import Actor
from dangol.platform.jobs.tasks import task


@task(name="lifecycle.place")
def place(person_id: int) -> None:
    """Work out where one person stands."""
    place_person(actor=Actor.system("an order of the person came, changed or went"), person_id=person_id)


register_step("stages", TIERS, find_stages, label=_("finding the stage of every customer"))
