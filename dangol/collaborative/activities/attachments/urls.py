"""Files on any record, under the record's own address; their rules under set-up."""

from django.urls import path

from dangol.collaborative.activities.attachments import views

app_name = "attachments"
_ALL = "<slug:slug>/<int:record_id>/files"
_ONE = f"{_ALL}/<int:file_id>"
urlpatterns = [
    path("setup/files", views.rules, name="rules"),
    path(_ALL, views.files, name="files"),
    path(f"{_ALL}/panel", views.panel, name="panel"),
    path(_ONE, views.download, name="download"),
    path(f"{_ONE}/small.webp", views.small, name="small"),
    path(f"{_ONE}/large.webp", views.large, name="large"),
    path(f"{_ONE}/face", views.face, name="face"),
    path(f"{_ONE}/rename", views.rename, name="rename"),
    path(f"{_ONE}/trash", views.trash, name="trash"),
    path(f"{_ONE}/restore", views.restore, name="restore"),
]
