"""Event sources: the list, one of them, its names, and how long events are kept."""

from django.urls import path

from dangol.core.behavior.stream import views

app_name = "event_sources"
urlpatterns = [
    path("setup/sources", views.listing, name="list"),
    path("setup/sources/kept", views.policy, name="policy"),
    path("setup/sources/<int:source_id>", views.detail, name="detail"),
    path("setup/sources/<int:source_id>/names/<int:name_id>", views.judge, name="judge"),
]
