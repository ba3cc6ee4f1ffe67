"""Addresses of the generic pages: /<slug>, /<slug>/<id>."""

from django.urls import path

from dangol.platform.objects import editing, list_urls, search_page, views
from dangol.platform.objects.access_page import access, share, unshare
from dangol.platform.objects.bulk import views as bulk
from dangol.platform.objects.history import history
from dangol.platform.objects.undoing import views as undoing

app_name = "objects"
urlpatterns = [
    path("search", search_page.page, name="search"),
    path("bulk/<uuid:run_id>", bulk.show, name="bulk_run"),
    path("bulk/<uuid:run_id>/stop", bulk.stop, name="bulk_stop"),
    path("undo/<uuid:event_id>", undoing.page, name="undo"),
    path("<slug:slug>", views.records, name="list"),
    *list_urls.paths,
    path("<slug:slug>/count", views.number, name="count"),
    path("<slug:slug>/few", views.few, name="few"),
    path("<slug:slug>/choices", views.choices, name="choices"),
    path("<slug:slug>/new", views.create, name="new"),
    path("<slug:slug>/bulk", bulk.change, name="bulk"),
    path("<slug:slug>/bulk/trash", bulk.trash, name="bulk_trash"),
    path("<slug:slug>/bulk/restore", bulk.restore, name="bulk_restore"),
    path("<slug:slug>/<int:record_id>", views.record, name="record"),
    path("<slug:slug>/<int:record_id>/panel", views.panel, name="panel"),
    path("<slug:slug>/<int:record_id>/history", history, name="history"),
    path("<slug:slug>/<int:record_id>/edit", editing.edit, name="edit"),
    path("<slug:slug>/<int:record_id>/access", access, name="access"),
    path("<slug:slug>/<int:record_id>/share", share, name="share"),
    path("<slug:slug>/<int:record_id>/share/<int:user_id>/remove", unshare, name="unshare"),
    path("<slug:slug>/<int:record_id>/trash", editing.trash, name="trash"),
    path("<slug:slug>/<int:record_id>/restore", editing.restore, name="restore"),
]
