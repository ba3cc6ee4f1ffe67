"""Writing to one customer, from the customer's page."""

from django.urls import path

from dangol.collaborative.channels.letters import views

app_name = "letters"
urlpatterns = [path("people/<int:record_id>/letters", views.write, {"slug": "people"}, name="write")]
