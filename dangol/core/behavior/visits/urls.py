from django.urls import path

from dangol.core.behavior.visits import views

app_name = "visits"
urlpatterns = [
    path("visits/<int:visit_id>", views.visit, name="visit"),
    path("visits/<int:visit_id>/pages", views.pages, name="pages"),
]
