"""Where a person works, under the person's own address."""

from django.urls import path

from dangol.core.customers.employments import views

app_name = "employments"
_ALL = "<slug:slug>/<int:record_id>/jobs"
urlpatterns = [
    path(f"{_ALL}/new", views.add, name="add"),
    path(f"{_ALL}/main", views.main, name="main"),
    path(f"{_ALL}/<int:job_id>", views.edit, name="edit"),
    path(f"{_ALL}/<int:job_id>/main", views.lead, name="lead"),
    path(f"{_ALL}/<int:job_id>/trash", views.trash, name="trash"),
]
