"""Relations under the record's own address, and the set-up of their kinds."""

from django.urls import path

from dangol.core.customers.relations import views

app_name = "relations"
_ALL = "<slug:slug>/<int:record_id>/relations"
urlpatterns = [
    path("setup/relations", views.kinds, name="kinds"),
    path("setup/relations/new", views.kind, name="new_kind"),
    path("setup/relations/<slug:code>", views.kind, name="kind"),
    path(f"{_ALL}/new", views.add, name="add"),
    path(f"{_ALL}/<int:relation_id>", views.edit, name="edit"),
    path(f"{_ALL}/<int:relation_id>/trash", views.trash, name="trash"),
]
