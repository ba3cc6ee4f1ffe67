from django.urls import path

from dangol.analytical.dashboards.home import views

app_name = "insight"
urlpatterns = [
    path("", views.start, name="start"),
    path("insight", views.overview, name="overview"),
    path("insight/refresh", views.refresh, name="refresh"),
    path("insight/progress", views.progress, name="progress"),
    path("insight/<slug:name>.csv", views.download, name="csv"),
]
