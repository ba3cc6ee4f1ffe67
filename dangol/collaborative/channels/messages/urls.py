"""Addresses that stand in messages. They are short, since they are read by people too."""

from django.urls import path

from dangol.collaborative.channels.messages import views

app_name = "messages"
urlpatterns = [
    path("c/<str:token>", views.click, name="click"),
    path("o/<str:token>.gif", views.opened, name="open"),
    path("w/<str:token>", views.view, name="view"),
]
