"""Addresses of notices about consent."""

from django.urls import path

from dangol.core.consent.notices import views

app_name = "notices"
urlpatterns = [
    path("consent/notices", views.listing, name="list"),
    path("consent/notices/send", views.send, name="send"),
    path("consent/notices/policy", views.policy, name="policy"),
    path("consent/notices/<int:notice_id>/told", views.told, name="told"),
]
