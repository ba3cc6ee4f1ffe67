from django.utils.translation import gettext_lazy as _

from dangol.analytical.dashboards.value.queries import moved_people
from dangol.platform.objects.registry import register_filter
from dangol.platform.objects.types import Field

TELLS_OF = (("person", "tier"), ("person", "previous_tier"))
register_filter(
    "person",
    Field("tier_move", _("Moved between tiers"), "custom", to_q=moved_people, is_fact=False, tells_of=TELLS_OF),
)
