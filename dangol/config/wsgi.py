"""Entry point for servers that speak WSGI."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dangol.config.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
