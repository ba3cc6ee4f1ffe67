from django.urls import path

from dangol.core.behavior.script import views

app_name = "visitor_script"
urlpatterns = [path("dangol.js", views.serve, name="serve")]
