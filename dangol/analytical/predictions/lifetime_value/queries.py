"""Reading what the lifetime value model says."""

from __future__ import annotations

from dangol.analytical.predictions.lifetime_value.models import LifetimeValue, ModelRun
from dangol.platform.access.actor import Actor

MODEL = "lifetime_value"


def latest_run() -> ModelRun | None:
    """The fit whose scores stand now; None before the first analysis. It holds no personal data."""
    return ModelRun.objects.filter(model=MODEL).order_by("-fitted_at").first()


def lifetime_value_of(actor: Actor, person_id: int) -> LifetimeValue | None:
    """What to expect of one customer; None without a purchase, or when `actor` may not see the person."""
    return LifetimeValue.objects.visible_to(actor).filter(pk=person_id).first()
