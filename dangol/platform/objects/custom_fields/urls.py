"""Set-up of custom fields."""

from django.urls import path

from dangol.platform.objects.custom_fields import views

app_name = "custom_fields"
urlpatterns = [
    path("setup/fields", views.listing, name="list"),
    path("setup/fields/<int:number>", views.field, name="field"),
    path("setup/fields/<int:number>/<str:what>", views.act, name="act"),
    path("setup/fields/<slug:object_name>/new", views.new, name="new"),
]
