from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from django.db import transaction
from django.utils import translation

from dangol.config.demo.generator.words import Language
from dangol.config.demo.queries import today
from dangol.config.demo.services.analyzing import analyze_soon
from dangol.config.demo.services.loading import load
from dangol.config.demo.services.removing import remove
from dangol.platform.accounts.models import User
from dangol.platform.accounts.queries import actor_for
from dangol.platform.jobs.progress import track
from dangol.platform.jobs.tasks import task


@task(name="demo.remove", lock="demo")
def remove_demo(user_id: int, progress_id: str) -> None:
    """Remove the demo company for the member of staff who asked."""
    user = User.objects.get(pk=user_id)
    with translation.override(user.language), track(UUID(progress_id)) as tracker:
        tracker.result = asdict(remove(actor=actor_for(user)))


@task(name="demo.load", lock="demo")
def load_demo(user_id: int, progress_id: str) -> None:
    """Load the demo company, in the language of the member of staff who asked, and have it analysed."""
    user = User.objects.get(pk=user_id)
    language: Language = "ko" if user.language == "ko" else "en"
    with translation.override(user.language), track(UUID(progress_id)) as tracker, transaction.atomic():
        tracker.result = asdict(load(actor=actor_for(user), today=today(), language=language))
        analyze_soon()
