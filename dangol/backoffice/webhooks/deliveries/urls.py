"""One webhook with its log."""

from django.urls import path

from dangol.backoffice.webhooks.deliveries import views

app_name = "webhooks"
_ONE = "setup/webhooks/<int:endpoint_id>"
urlpatterns = [
    path(_ONE, views.detail, name="detail"),
    path(f"{_ONE}/secret", views.secret, name="secret"),
    path(f"{_ONE}/rotate", views.rotate, name="rotate"),
    path(f"{_ONE}/test", views.ping, name="ping"),
    path(f"{_ONE}/again", views.replay_failed, name="replay_failed"),
    path(f"{_ONE}/<uuid:message_id>", views.message, name="message"),
    path(f"{_ONE}/<uuid:message_id>/again", views.replay, name="replay"),
]
