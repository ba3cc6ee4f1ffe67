from __future__ import annotations

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from dangol.backoffice.webhooks.deliveries.queries import next_moment
from dangol.backoffice.webhooks.deliveries.services.forgetting import forget_old
from dangol.backoffice.webhooks.deliveries.services.sending import send_due
from dangol.backoffice.webhooks.endpoints.models import Endpoint
from dangol.platform.access.actor import Actor
from dangol.platform.accounts.courier import StaffLetter, deliver
from dangol.platform.jobs.tasks import task

SOON_SECONDS = 60


def send_soon(*, after_seconds: int = 0) -> None:
    """Have what is due sent, unless that waits in the queue already."""
    send.defer(once="webhooks.send", after_seconds=after_seconds)


@task(name="webhooks.send", queue_name="webhooks", lock="webhooks.send")
def send() -> None:
    """Send what is due for a while, and come back when the next is due soon."""
    send_due(actor=Actor.system("webhooks are told"))
    at = next_moment()
    if at is not None:
        wait = (at - timezone.now()).total_seconds()
        if wait < SOON_SECONDS:
            send_soon(after_seconds=max(1, int(wait) + 1))


@task(name="webhooks.wake", queue_name="webhooks", cron="* * * * *")
def wake(timestamp: int) -> None:
    """See every minute whether something is due."""
    at = next_moment()
    if at is not None and at <= timezone.now():
        send_soon()


@task(name="webhooks.forget", queue_name="upkeep", cron="29 4 * * *")
def forget(timestamp: int) -> None:
    """Delete what is old from the log."""
    forget_old(actor=Actor.system("upkeep of the webhooks' log"))


@task(name="webhooks.warn_owner")
def warn_owner(endpoint_id: int) -> None:
    """Write to the owner of an endpoint that is told no more."""
    rows = Endpoint.objects.for_system("its owner is written to").prefetch_related("owner")
    endpoint = rows.filter(pk=endpoint_id, is_active=False, deleted_at=None).first()
    if endpoint is None or not endpoint.owner.is_active:
        return
    with translation.override(endpoint.owner.language):
        deliver(
            StaffLetter(
                to=endpoint.owner.email, name=endpoint.owner.name, subject=_("A webhook was switched off"),
                before=_("%(url)s is told no more: %(why)s. What was not delivered waits until you switch it on again.")
                % {"url": endpoint.url, "why": endpoint.get_stopped_display()},
                path=f"/setup/webhooks/{endpoint.pk}",
            )
        )  # fmt: skip
