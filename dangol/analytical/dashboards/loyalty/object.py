from django.utils.translation import gettext_lazy as _

from dangol.analytical.dashboards.loyalty.queries import bought_between, of_cohort, repeated_within
from dangol.platform.objects.registry import register_filter
from dangol.platform.objects.types import Field

DAYS = (("order", "ordered_at"), ("order", "person"))
FIRST = ("person", "first_order_on")

for _name, _label, _condition, _told in (
    ("cohort", _("First ordered in"), of_cohort, (*DAYS, FIRST)),
    ("bought_between", _("Bought between"), bought_between, DAYS),
    ("repeated_within", _("Ordered again within days"), repeated_within, (*DAYS, FIRST)),
):
    register_filter("person", Field(_name, _label, "custom", to_q=_condition, is_fact=False, tells_of=_told))
