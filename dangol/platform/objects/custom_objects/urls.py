"""Set-up of the company's own objects."""

from django.urls import path

from dangol.platform.objects.custom_objects import views

app_name = "custom_objects"
urlpatterns = [
    path("setup/objects", views.listing, name="list"),
    path("setup/objects/new", views.new, name="new"),
    path("setup/objects/<int:number>", views.one, name="object"),
    path("setup/objects/<int:number>/<str:what>", views.act, name="act"),
]
