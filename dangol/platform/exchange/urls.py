"""Addresses of the import wizard."""

from django.urls import path

from dangol.platform.exchange import views

app_name = "exchange"
urlpatterns = [
    path("import", views.start, name="import"),
    path("import/<slug:kind>", views.upload, name="upload"),
    path("import/run/<uuid:run_id>", views.show, name="run"),
    path("import/run/<uuid:run_id>/columns", views.columns, name="columns"),
    path("import/run/<uuid:run_id>/begin", views.begin, name="begin"),
    path("import/run/<uuid:run_id>/progress", views.progress, name="progress"),
    path("import/run/<uuid:run_id>/stop", views.stop, name="stop"),
    path("import/run/<uuid:run_id>/forget", views.forget, name="forget"),
    path("import/run/<uuid:run_id>/put-aside.csv", views.put_aside, name="put_aside"),
]
