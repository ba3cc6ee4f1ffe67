"""Addresses of the frame."""

from django.urls import path

from dangol.platform.ui import views

app_name = "ui"
urlpatterns = [
    path("_menu", views.menu, name="menu"),
    path("_preferences", views.preferences, name="preferences"),
    path("_style", views.style, name="style"),
]
