"""Addresses of the pages about the API."""

from django.urls import path

from dangol.platform.api import views

app_name = "api_docs"
urlpatterns = [
    path("api/docs", views.overview, name="overview"),
    path("api/docs/<slug:tag>", views.about, name="about"),
]
