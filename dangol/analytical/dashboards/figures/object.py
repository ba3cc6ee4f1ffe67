from django.utils.translation import gettext_lazy as _

from dangol.analytical.dashboards.figures.queries import counted_between
from dangol.platform.objects.registry import register_filter
from dangol.platform.objects.types import Field

register_filter(
    "order",
    Field(
        "counted_between", _("Counted between"), "custom", to_q=counted_between, is_fact=False,
        tells_of=(("order", "ordered_at"),),
    ),
)  # fmt: skip
