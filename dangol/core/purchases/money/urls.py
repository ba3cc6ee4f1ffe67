"""Addresses of the money of people, firms and households."""

from django.urls import path

from dangol.core.purchases.money import views

app_name = "money"
urlpatterns = [
    path(f"{slug}/<int:record_id>/money", views.money, {"name": name}, name=name)
    for name, slug in (("person", "people"), ("company", "companies"), ("household", "households"))
]
