from django.urls import path

from dangol.operational.marketing.results import views

app_name = "marketing"
urlpatterns = [
    path("marketing", views.page, name="page"),
    path("marketing/control", views.control, name="control"),
    path("marketing/campaigns.csv", views.download, name="csv"),
]
