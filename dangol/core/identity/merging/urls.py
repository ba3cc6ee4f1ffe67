"""Addresses of merging two records, and of parting them."""

from django.urls import path

from dangol.core.identity.merging import views

app_name = "merging"
urlpatterns = [
    path("identity/merge/<slug:slug>/<int:record_id>", views.choose, name="choose"),
    path("identity/merge/<slug:slug>/<int:record_id>/<int:other_id>", views.side_by_side, name="merge"),
    path("identity/merges/<uuid:merge_id>/undo", views.part, name="part"),
]
