from django.urls import path

from dangol.collaborative.channels.writing import views

app_name = "writing"
urlpatterns = [
    path("writing/check", views.check, name="check"),
    path("writing/preview", views.draft, name="draft"),
    path("writing/preview/<slug:source>/<int:pk>", views.frame, name="frame"),
]
