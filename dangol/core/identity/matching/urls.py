"""Addresses of the queue of likely duplicates."""

from django.urls import path

from dangol.core.identity.matching import views

app_name = "matching"
urlpatterns = [
    path("identity/duplicates", views.listing, name="queue"),
    path("identity/duplicates/run", views.start, name="run"),
    path("identity/duplicates/stop", views.stop, name="stop"),
    path("identity/duplicates/settings", views.save_settings, name="settings"),
    path("identity/duplicates/<int:pair_id>/reopen", views.open_again, name="reopen"),
    path("identity/duplicates/<slug:slug>/<int:record_id>/<int:other_id>/different", views.different, name="different"),
]
