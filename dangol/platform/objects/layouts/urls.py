"""Set-up of layouts."""

from django.urls import path

from dangol.platform.objects.layouts import views

app_name = "layouts"
urlpatterns = [
    path("setup/layouts", views.listing, name="list"),
    path("setup/layouts/back/<uuid:event_id>", views.back, name="back"),
    path("setup/layouts/<slug:slug>/<slug:part>", views.editor, name="editor"),
    path("setup/layouts/<slug:slug>/<slug:part>/order", views.order, name="order"),
]
