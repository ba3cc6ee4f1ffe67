from django.urls import path

from dangol.config.demo import views

app_name = "demo"
urlpatterns = [
    path("demo", views.page, name="page"),
    path("demo/remove", views.remove, name="remove"),
    path("demo/load", views.load, name="load"),
]
