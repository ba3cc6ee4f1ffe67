"""The API of this installation: every object under /api/v1, described at /api/v1/openapi.json."""

from __future__ import annotations

from dangol.analytical.segments.members.api import router as segments
from dangol.backoffice.webhooks.deliveries.api import router as deliveries
from dangol.backoffice.webhooks.endpoints.api import router as webhooks
from dangol.collaborative.activities.attachments.api import router as files
from dangol.collaborative.activities.notes.api import router as notes
from dangol.collaborative.channels.messages.api import router as mail
from dangol.core.customers.contact_points.api import router as contact_points
from dangol.core.customers.employments.api import router as jobs
from dangol.core.customers.relations.api import router as relations
from dangol.core.identity.duplicates.api import router as duplicates
from dangol.core.membership.points.api import router as points
from dangol.operational.marketing.campaigns.api import router as campaigns
from dangol.platform.api.door import Api
from dangol.platform.api.feed_api import router as changes
from dangol.platform.api.outside import register_filters
from dangol.platform.api.routers import routers

register_filters()
api = Api()
api.add_router("/changes", changes)
api.add_router("/segments", segments)
api.add_router("/mail", mail)
api.add_router("/campaigns", campaigns)
api.add_router("", duplicates)
api.add_router("/webhooks", webhooks)
api.add_router("/webhooks", deliveries)
for address, router in routers():
    api.add_router(address, router)
api.add_router("", contact_points)
api.add_router("", jobs)
api.add_router("", relations)
api.add_router("", points)
api.add_router("", notes)
api.add_router("", files)
