"""What was planted is found again by the analysis, on the whole demo company."""

from collections import defaultdict
from datetime import date
from pathlib import Path
from statistics import mean

import pytest

from dangol.analytical.predictions.lifetime_value.models import LifetimeValue
from dangol.analytical.segments.tiers.models import CustomerTier
from dangol.config.demo.generator.invent import invent
from dangol.config.demo.services.analyzing import load_and_analyze
from dangol.core.customers.people.models import Person

pytestmark = pytest.mark.slow
TODAY = date(2026, 11, 22)


@pytest.fixture
def found(transactional_db, system, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("DANGOL_HOME", str(tmp_path))
    loaded, answer = load_and_analyze(actor=system, today=TODAY)
    assert loaded.is_new
    return answer


def by_class(rows, field: str) -> dict[str, list]:
    """Values of one field of `rows`, tables keyed by person, by the class that was planted."""
    planted = invent(TODAY).planted
    numbers = dict(Person.objects.for_system("test").values_list("pk", "customer_number"))
    values = defaultdict(list)
    for pk, value in rows.values_list("person_id", field):
        values[planted[numbers[pk]]].append(value)
    return values


def test_the_analysis_finds_what_was_planted(found):
    top = next(tier for tier in found["tiers"] if tier["tier"] == "top")
    assert 0.65 <= top["share_of_value"] <= 0.80
    tiers = CustomerTier.objects.for_system("test")
    slipping = by_class(tiers, "is_slipping")
    assert mean(slipping["slipping"]) > 0.85
    assert mean(slipping["loyal"]) < 0.05
    assert mean(tier == "top" for tier in by_class(tiers, "tier")["slipping"]) > 0.85
    alive = {
        name: mean(chances) for name, chances in by_class(LifetimeValue.objects.for_system("test"), "alive").items()
    }
    assert alive["loyal"] > 0.9
    assert alive["lapsing"] < 0.5
    assert not found["lifetime_value"]["is_degenerate"]
    assert found["lifetime_value"]["is_shown"]
