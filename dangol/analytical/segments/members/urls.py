from django.urls import path

from dangol.analytical.segments.members import views

app_name = "segment_members"
urlpatterns = [
    path("segments/new", views.new, name="new"),
    path("segments/people", views.put_on_list, name="put_on_list"),
    path("segments/<int:segment_id>/refresh", views.refresh_now, name="refresh"),
    path("segments/<int:segment_id>/state", views.state, name="state"),
    path("segments/<int:segment_id>/people", views.people, name="people"),
    path("segments/<int:segment_id>/why/<int:person_id>", views.why, name="why"),
]
