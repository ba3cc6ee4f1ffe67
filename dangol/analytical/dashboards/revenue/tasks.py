from dangol.analytical.dashboards.revenue.services import FIGURE, tell_expected_totals
from dangol.analytical.warehouse import register_step
from dangol.analytical.warehouse.steps import LATER

register_step(FIGURE, LATER, tell_expected_totals)
