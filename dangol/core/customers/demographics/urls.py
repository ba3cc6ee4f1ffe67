"""Where a person's details come from, under the person's own address."""

from django.urls import path

from dangol.core.customers.demographics import views

app_name = "demographics"
urlpatterns = [path("<slug:slug>/<int:record_id>/details/<slug:field>", views.edit, name="edit")]
