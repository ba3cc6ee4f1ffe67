from dangol.analytical.warehouse import Analysis, register_step
from dangol.analytical.warehouse.steps import LATER


def count(analysis: Analysis) -> None:
    """Count the key figures of every period. The engine is loaded only where an analysis runs."""
    from dangol.analytical.dashboards.figures import services

    services.count_span_details(analysis)
    services.tell_ground(analysis)


register_step("span_details", LATER, count)
