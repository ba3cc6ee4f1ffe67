"""The room of the interface: no tables."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Registers the template tags and static files of the frame."""

    name = "dangol.platform.ui"
    label = "ui"
