"""Addresses of the look-alikes of a record that is being added."""

from django.urls import path

from dangol.core.identity.duplicates import views

app_name = "duplicates"
urlpatterns = [
    path("people/alike", views.alike, {"slug": "people"}, name="people"),
    path("companies/alike", views.alike, {"slug": "companies"}, name="companies"),
]
