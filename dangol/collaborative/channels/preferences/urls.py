"""Addresses of the customer's own pages."""

from django.urls import path

from dangol.collaborative.channels.preferences import views

app_name = "preferences"
urlpatterns = [
    path("u/<str:token>", views.unsubscribing, name="unsubscribe"),
    path("p/confirm/<str:token>", views.confirming, name="confirm"),
    path("p/<str:token>", views.preferring, name="preferences"),
]
