"""Notes on any record, under the record's own address."""

from django.urls import path

from dangol.collaborative.activities.notes import views

app_name = "notes"
_ONE = "<slug:slug>/<int:record_id>/notes/<int:note_id>"
urlpatterns = [
    path("<slug:slug>/<int:record_id>/notes", views.add, name="add"),
    path(f"{_ONE}/edit", views.edit, name="edit"),
    path(f"{_ONE}/pin", views.pin, name="pin"),
    path(f"{_ONE}/trash", views.trash, name="trash"),
    path(f"{_ONE}/restore", views.restore, name="restore"),
    path(f"{_ONE}/history", views.history, name="history"),
]
