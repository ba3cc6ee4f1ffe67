"""Event sources: the form of one, its switch and keys. The list and the page of one lie in `stream.urls`."""

from django.urls import path

from dangol.core.behavior.sources import views

app_name = "event_source_forms"
urlpatterns = [
    path("setup/sources/new", views.new, name="new"),
    path("setup/sources/<int:source_id>/edit", views.edit, name="edit"),
    path("setup/sources/<int:source_id>/switch", views.switch, name="switch"),
    path("setup/sources/<int:source_id>/learn", views.learn, name="learn"),
    path("setup/sources/<int:source_id>/delete", views.trash, name="delete"),
    path("setup/sources/<int:source_id>/keys", views.add_key, name="add_key"),
    path("setup/sources/<int:source_id>/keys/<int:key_id>/revoke", views.revoke, name="revoke"),
]
