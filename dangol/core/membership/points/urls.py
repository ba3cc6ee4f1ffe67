"""Addresses of points beside the record."""

from django.urls import path

from dangol.core.membership.points import views

app_name = "points"
urlpatterns = [
    path("people/<int:person_id>/points", views.ledger, name="ledger"),
    path("people/<int:person_id>/membership", views.part, name="part"),
]
