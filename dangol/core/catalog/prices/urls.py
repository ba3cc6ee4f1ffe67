"""Addresses of exchange rates."""

from django.urls import path

from dangol.core.catalog.prices import views

app_name = "prices"
urlpatterns = [path("rates", views.rates, name="rates")]
