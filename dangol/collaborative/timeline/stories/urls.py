from django.urls import path

from dangol.collaborative.timeline.stories.views import story

app_name = "timeline"
urlpatterns = [path("<slug:slug>/<int:record_id>/story", story, name="story")]
