from django.utils.translation import gettext_lazy as _

from dangol.analytical.dashboards.loyalty.queries import bought_between, of_cohort, repeated_within
from dangol.platform.objects.registry import register_filter
from dangol.platform.objects.types import Field

for _name, _label, _condition in (
    ("cohort", _("First ordered in"), of_cohort),
    ("bought_between", _("Bought between"), bought_between),
    ("repeated_within", _("Ordered again within days"), repeated_within),
):
    register_filter("person", Field(_name, _label, "custom", to_q=_condition, is_fact=False))
