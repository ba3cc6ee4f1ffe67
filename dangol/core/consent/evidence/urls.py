"""Address of the evidence of consent."""

from django.urls import path

from dangol.core.consent.evidence import views

app_name = "evidence"
urlpatterns = [path("consent/evidence", views.evidence, name="evidence")]
