"""Entry point of the web server: the event door stands before the pages."""

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dangol.config.settings")

from django.core.asgi import get_asgi_application

pages: Any = get_asgi_application()

from dangol.core.behavior.door.api import EventDoor  # noqa: E402 (needs the applications that were just opened)

application = EventDoor(pages)
