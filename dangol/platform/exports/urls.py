"""Addresses of what leaves as a file."""

from django.urls import path

from dangol.platform.exports import company_page, views

app_name = "exports"
urlpatterns = [
    path("exports", views.mine, name="list"),
    path("exports/company", company_page.ask, name="company"),
    path("exports/<uuid:run_id>/file", views.download, name="file"),
    path("exports/<uuid:run_id>/stop", views.stop, name="stop"),
    path("exports/<uuid:run_id>/remove", views.take_away, name="remove"),
    path("<slug:slug>/export", views.export, name="export"),
]
