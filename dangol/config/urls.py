"""Addresses of the whole house; the more particular first, objects last."""

from __future__ import annotations

from django.urls import include, path

from dangol.config.api import api
from dangol.platform.console.health import healthz

handler400 = "dangol.platform.ui.errors.bad_request"
handler403 = "dangol.platform.ui.errors.forbidden"
handler404 = "dangol.platform.ui.errors.not_found"
handler500 = "dangol.platform.ui.errors.server_error"

urlpatterns = [
    path("healthz", healthz),
    path("api/v1/", api.urls),
    path("", include("dangol.platform.accounts.urls")),
    path("", include("dangol.platform.ui.urls")),
    path("", include("dangol.platform.exchange.urls")),
    path("", include("dangol.analytical.dashboards.home.urls")),
    path("", include("dangol.platform.objects.urls")),
]
