from django.urls import path

from dangol.analytical.segments.definitions.views import pages

app_name = "segment_rules"
urlpatterns = [
    path("segments/draft", pages.draft, name="draft"),
    path("segments/preview", pages.look, name="preview"),
    path("segments/<int:segment_id>/rules", pages.edit, name="rules"),
]
