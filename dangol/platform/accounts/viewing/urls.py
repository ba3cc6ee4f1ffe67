from django.urls import path

from dangol.platform.accounts.viewing import views

app_name = "viewing"
urlpatterns = [
    path("view-as/stop", views.stop, name="stop"),
    path("view-as/<int:user_id>", views.start, name="start"),
]
