from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils import translation

from dangol.analytical.dashboards.pictures.queries import Counted
from dangol.analytical.dashboards.revenue.queries import expected
from dangol.analytical.predictions.lifetime_value.models import ModelRun
from dangol.analytical.predictions.lifetime_value.rules import message

SUMS = Counted({"expected_totals": [{"value_90": "10.5", "value_365": "40"}]}, date(2026, 1, 1))


def run(*, is_shown: bool = True, verdict: str = "beats_baseline", warning: str = "") -> ModelRun:
    numbers = {"model_rank": 0.5, "naive_rank": 0.4, "model_error": 1.0, "naive_error": 1.2, "a": 1e-6}

    def stored(code: str) -> dict[str, object]:
        found = message(code, **numbers)
        return {"code": found.code, "text": found.text, "numbers": dict(found.numbers)}

    return ModelRun(
        as_of=date(2026, 1, 1), customers=9, is_shown=is_shown, verdict=stored(verdict),
        warnings=[stored(warning)] if warning else [],
    )  # fmt: skip


def test_before_the_first_fit_nothing_is_expected() -> None:
    assert expected(SUMS, None) is None


def test_a_model_that_beats_its_baseline_shows_what_it_expects() -> None:
    found = expected(SUMS, run())
    assert found is not None
    assert (found.value_90, found.value_365, found.is_degenerate) == (Decimal("10.5"), Decimal(40), False)


def test_a_model_that_does_not_beat_its_baseline_shows_no_money_and_says_why() -> None:
    found = expected(SUMS, run(is_shown=False, verdict="loses_to_baseline"))
    assert found is not None
    assert found.value_90 is None
    assert "does not beat" in found.verdict


def test_a_degenerate_fit_is_said_in_the_viewer_s_language() -> None:
    for language, word in (("en", "nobody ever leaves"), ("ko", "모형")):
        with translation.override(language):
            found = expected(SUMS, run(warning="nobody_leaves"))
        assert found is not None
        assert found.is_degenerate
        assert word in found.warnings[0]
