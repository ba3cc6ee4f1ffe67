"""Addresses of consent: what a customer told staff, and the purposes with their wordings."""

from django.urls import path

from dangol.core.consent.ledger import views

app_name = "ledger"
urlpatterns = [
    path("people/<int:person_id>/consent", views.record, name="record"),
    path("setup/purposes", views.purposes, name="purposes"),
    path("setup/purposes/new", views.purpose, name="new_purpose"),
    path("setup/purposes/<int:purpose_id>", views.purpose, name="purpose"),
    path("setup/purposes/<int:purpose_id>/wording", views.wording, name="wording"),
]
