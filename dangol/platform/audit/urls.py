"""Addresses of the audit log."""

from django.urls import path

from dangol.platform.audit import views

app_name = "audit"
urlpatterns = [
    path("audit", views.listing, name="page"),
    path("audit/export", views.export, name="export"),
    path("audit/settings", views.settings, name="settings"),
    path("audit/<uuid:event_id>", views.show, name="entry"),
]
