"""Address of the page of stages."""

from django.urls import path

from dangol.analytical.segments.lifecycle import views

app_name = "lifecycle"
urlpatterns = [path("setup/lifecycle", views.limits, name="limits")]
