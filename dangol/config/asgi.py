"""Entry point of the web server: the event door stands before the pages, listening pages leave them."""

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dangol.config.settings")

from django.core.asgi import get_asgi_application

from dangol.platform.realtime.door import with_live
from dangol.platform.realtime.hub import HUB

django: Any = get_asgi_application()
pages = with_live(django, HUB.stream)

from dangol.core.behavior.door.api import EventDoor  # noqa: E402 (needs the applications that were just opened)

application = EventDoor(pages)
