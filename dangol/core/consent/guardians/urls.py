"""Addresses of guardians' agreements."""

from django.urls import path

from dangol.core.consent.guardians import views

app_name = "guardians"
urlpatterns = [
    path("people/<int:person_id>/guardian", views.guardian, name="guardian"),
    path("people/<int:person_id>/guardian/<int:guardian_id>/withdraw", views.withdraw, name="withdraw"),
]
