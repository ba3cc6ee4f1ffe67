"""Set-up of rules."""

from django.urls import path

from dangol.platform.objects.record_rules import views

app_name = "record_rules"
urlpatterns = [
    path("setup/rules", views.listing, name="list"),
    path("setup/rules/<int:number>", views.one, name="rule"),
    path("setup/rules/<int:number>/remove", views.remove, name="remove"),
    path("setup/rules/<slug:slug>/new", views.new, name="new"),
]
