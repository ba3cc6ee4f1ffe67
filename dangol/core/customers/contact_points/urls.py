"""Ways to reach a person or a company, under the record's own address."""

from django.urls import path

from dangol.core.customers.contact_points import views

app_name = "contact_points"
_ONE = "<slug:slug>/<int:record_id>/contact-points/<int:point_id>"
urlpatterns = [
    path("<slug:slug>/<int:record_id>/contact-points/new", views.add, name="add"),
    path("<slug:slug>/<int:record_id>/contact-points/about/<slug:kind>", views.about, name="about"),
    path(_ONE, views.edit, name="edit"),
    path(f"{_ONE}/primary", views.primary, name="primary"),
    path(f"{_ONE}/trash", views.trash, name="trash"),
]
