"""Entry point of the web server."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dangol.config.settings")

from django.core.asgi import get_asgi_application

application = get_asgi_application()
