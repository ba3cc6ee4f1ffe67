"""Addresses of suppressed addresses."""

from django.urls import path

from dangol.core.consent.suppressions import views

app_name = "suppressions"
urlpatterns = [
    path("suppressions", views.listing, name="list"),
    path("suppressions/<int:suppression_id>/lift", views.lifting, name="lift"),
]
