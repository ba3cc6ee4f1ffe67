"""Addresses of the whole house; the more particular first, objects last."""

from __future__ import annotations

from django.urls import include, path, re_path

from dangol.config.api import api
from dangol.platform.api.door import nowhere
from dangol.platform.api.own_objects import call
from dangol.platform.console.health import healthz

handler400 = "dangol.platform.ui.errors.bad_request"
handler403 = "dangol.platform.ui.errors.forbidden"
handler404 = "dangol.platform.ui.errors.not_found"
handler500 = "dangol.platform.ui.errors.server_error"

DOORS = (
    "dangol.platform.accounts.viewing.urls",
    "dangol.platform.accounts.urls",
    "dangol.platform.mail.urls",
    "dangol.platform.realtime.urls",
    "dangol.platform.ui.urls",
    "dangol.platform.objects.custom_fields.urls",
    "dangol.platform.objects.custom_objects.urls",
    "dangol.platform.objects.record_rules.urls",
    "dangol.platform.objects.layouts.urls",
    "dangol.platform.objects.pick_lists.urls",
    "dangol.platform.exchange.urls",
    "dangol.platform.audit.urls",
    "dangol.platform.console.urls",
    "dangol.platform.api.urls",
    "dangol.core.catalog.prices.urls",
    "dangol.config.demo.urls",
    "dangol.analytical.dashboards.home.urls",
    "dangol.core.consent.gate.urls",
    "dangol.core.consent.law.urls",
    "dangol.core.consent.guardians.urls",
    "dangol.core.consent.notices.urls",
    "dangol.core.consent.evidence.urls",
    "dangol.core.consent.rights.urls",
    "dangol.core.consent.suppressions.urls",
    "dangol.core.consent.ledger.urls",
    "dangol.core.customers.contact_points.urls",
    "dangol.core.customers.employments.urls",
    "dangol.core.customers.relations.urls",
    "dangol.core.customers.demographics.urls",
    "dangol.core.purchases.orders.urls",
    "dangol.core.identity.duplicates.urls",
    "dangol.core.identity.merging.urls",
    "dangol.core.identity.matching.urls",
    "dangol.core.behavior.sources.urls",
    "dangol.core.behavior.stream.urls",
    "dangol.core.behavior.visitors.urls",
    "dangol.core.behavior.visits.urls",
    "dangol.core.behavior.script.urls",
    "dangol.core.purchases.money.urls",
    "dangol.core.membership.grades.urls",
    "dangol.core.membership.points.urls",
    "dangol.analytical.recommendations.cross_sell.urls",
    "dangol.analytical.segments.lifecycle.urls",
    "dangol.analytical.segments.members.urls",
    "dangol.analytical.segments.definitions.urls",
    "dangol.collaborative.channels.preferences.urls",
    "dangol.collaborative.channels.writing.urls",
    "dangol.collaborative.channels.messages.urls",
    "dangol.collaborative.channels.letters.urls",
    "dangol.collaborative.activities.mentions.urls",
    "dangol.collaborative.activities.notes.urls",
    "dangol.collaborative.activities.attachments.urls",
    "dangol.collaborative.timeline.stories.urls",
    "dangol.operational.marketing.campaigns.urls",
    "dangol.operational.marketing.results.urls",
    "dangol.backoffice.webhooks.endpoints.urls",
    "dangol.backoffice.webhooks.deliveries.urls",
    "dangol.platform.exports.urls",
    "dangol.platform.objects.urls",
)

urlpatterns = [
    path("healthz", healthz),
    path("api/v1/", api.urls),
    path("api/v1/<path:path>", call),
    re_path(r"^api/v1/", nowhere),
    *(path("", include(door)) for door in DOORS),
]
