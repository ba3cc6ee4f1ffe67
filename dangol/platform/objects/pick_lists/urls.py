"""Set-up of pick lists."""

from django.urls import path

from dangol.platform.objects.pick_lists import views

app_name = "pick_lists"
urlpatterns = [
    path("setup/lists", views.listing, name="list"),
    path("setup/lists/merges/<int:number>/undo", views.take_back, name="undo"),
    path("setup/lists/<slug:slug>/<slug:name>", views.editor, name="editor"),
    path("setup/lists/<slug:slug>/<slug:name>/merge", views.merge, name="merge"),
]
