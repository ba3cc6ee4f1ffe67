"""Address of the page of the gate."""

from django.urls import path

from dangol.core.consent.gate import views

app_name = "gate"
urlpatterns = [path("setup/gate", views.rules, name="rules")]
