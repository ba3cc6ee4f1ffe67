"""Jobs of campaigns: beginning those whose moment has come, and keeping their totals."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dangol.analytical.warehouse import register_step
from dangol.analytical.warehouse.analysis.services import ask_for_analysis
from dangol.analytical.warehouse.steps import LATER
from dangol.operational.marketing.campaigns.queries.campaigns import due_campaigns
from dangol.operational.marketing.campaigns.services.counting import count_lively_campaigns
from dangol.operational.marketing.campaigns.services.measuring import measure_campaigns
from dangol.operational.marketing.campaigns.services.setting_up import begin
from dangol.platform.access.actor import Actor
from dangol.platform.jobs.tasks import task


@task(name="marketing.begin_campaign", queue_name="campaigns")
def begin_campaign(campaign_id: int) -> None:
    """Set one campaign up and let it be sent; does nothing when that was done."""
    begin(campaign_id)


@task(name="marketing.begin_due_campaigns", cron="* * * * *")
def begin_due_campaigns(timestamp: int = 0) -> None:
    """Begin every campaign whose moment has come, also one whose worker died while it was set up."""
    for campaign_id in due_campaigns(timezone.now()):
        begin_campaign.defer(once=f"campaign:{campaign_id}", campaign_id=campaign_id)


@task(name="marketing.count_campaigns", cron="*/5 * * * *")
def count_campaigns_again(timestamp: int = 0) -> None:
    """Count opens and clicks for the list of campaigns."""
    count_lively_campaigns(timezone.now())


@task(name="marketing.measure_now", queue_name="campaigns")
def measure_now() -> None:
    """Ask for an analysis on behalf of somebody who may not ask for one; the event before names who it was."""
    ask_for_analysis(actor=Actor.system("the result of a campaign was asked for"))


register_step("campaigns", LATER, measure_campaigns, label=_("measuring campaigns"))
