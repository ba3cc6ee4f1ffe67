"""Webhooks: the list, and the form of one. Their log lies in `deliveries.urls`, under the same namespace."""

from django.urls import path

from dangol.backoffice.webhooks.endpoints import views

app_name = "webhook_forms"
urlpatterns = [
    path("setup/webhooks", views.listing, name="list"),
    path("setup/webhooks/new", views.new, name="new"),
    path("setup/webhooks/<int:endpoint_id>/edit", views.edit, name="edit"),
    path("setup/webhooks/<int:endpoint_id>/switch", views.switch, name="switch"),
    path("setup/webhooks/<int:endpoint_id>/delete", views.trash, name="delete"),
]
