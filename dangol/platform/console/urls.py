"""Addresses of the console, and what machines ask."""

from django.urls import path

from dangol.platform.console.views import aside, health, jobs, machines, sizes, slow

app_name = "console"
urlpatterns = [
    path("readyz", machines.readyz, name="readyz"),
    path("metrics", machines.metrics, name="metrics"),
    path("console", jobs.overview, name="overview"),
    path("console/jobs", jobs.listing, name="jobs"),
    path("console/jobs/retry", jobs.retry_kind, name="retry_kind"),
    path("console/jobs/cancel", jobs.cancel_kind, name="cancel_kind"),
    path("console/jobs/<int:job_id>", jobs.show, name="job"),
    path("console/jobs/<int:job_id>/retry", jobs.retry, name="retry"),
    path("console/jobs/<int:job_id>/cancel", jobs.cancel, name="cancel"),
    path("console/runs/<uuid:progress_id>", jobs.run, name="run"),
    path("console/runs/<uuid:progress_id>/stop", jobs.stop, name="stop_run"),
    path("console/health", health.page, name="health"),
    path("console/slow", slow.page, name="slow"),
    path("console/sizes", sizes.page, name="sizes"),
    path("console/sizes/prune", sizes.prune_now, name="prune"),
    path("console/aside", aside.page, name="aside"),
    path("console/aside/<slug:source_name>", aside.settle, name="settle"),
]
