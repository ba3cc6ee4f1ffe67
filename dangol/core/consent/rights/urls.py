"""Addresses of people's rights to their data."""

from django.urls import path

from dangol.core.consent.rights import views

app_name = "rights"
urlpatterns = [
    path("privacy", views.listing, name="list"),
    path("privacy/<int:request_id>/answer", views.answer, name="answer"),
    path("people/<int:person_id>/privacy", views.person, name="person"),
    path("people/<int:person_id>/privacy/archive", views.archive, name="archive"),
    path("people/<int:person_id>/privacy/erase", views.erase, name="erase"),
]
