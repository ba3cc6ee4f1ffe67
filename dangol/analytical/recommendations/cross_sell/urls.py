"""Address of the report on pairs and their test."""

from django.urls import path

from dangol.analytical.recommendations.cross_sell import views

app_name = "cross_sell"
urlpatterns = [path("insight/together", views.report, name="report")]
