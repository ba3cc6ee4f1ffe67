"""Addresses of the rules of law."""

from django.urls import path

from dangol.core.consent.law import views

app_name = "law"
urlpatterns = [
    path("setup/law", views.rules, name="rules"),
    path("setup/law/rule", views.rule, name="rule"),
    path("setup/law/certificates", views.certificate, name="certificate"),
    path("setup/law/certificates/<int:certificate_id>/end", views.end, name="end"),
]
