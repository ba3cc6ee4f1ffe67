"""One's own mentions."""

from django.urls import path

from dangol.collaborative.activities.mentions import views

app_name = "mentions"
urlpatterns = [
    path("mentions", views.mentions, name="list"),
    path("mentions/seen", views.all_seen, name="seen"),
    path("mentions/colleagues", views.colleagues, name="colleagues"),
    path("mentions/<int:mention_id>/open", views.open_one, name="open"),
]
