"""Addresses of the membership in the set-up."""

from django.urls import path

from dangol.core.membership.grades import views

app_name = "membership"
urlpatterns = [
    path("setup/membership", views.programme, name="programme"),
    path("setup/membership/grades/new", views.grade, name="new_grade"),
    path("setup/membership/grades/<slug:code>", views.grade, name="grade"),
]
