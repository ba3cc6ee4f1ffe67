"""Settings. Everything that differs between installations comes from the environment or DANGOL_HOME."""

from __future__ import annotations

import os
from pathlib import Path

from dangol.platform.console.logs import logging_settings
from dangol.platform.db.connections import database_settings, secret_key
from dangol.platform.db.environment import number_from
from dangol.platform.db.home import Home

HOME = Home.from_environment()
PACKAGE = Path(__file__).resolve().parent.parent

DEBUG = os.environ.get("DANGOL_DEBUG") == "1"
SECRET_KEY = secret_key(HOME)
ALLOWED_HOSTS = os.environ.get("DANGOL_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("DANGOL_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "template_partials.apps.SimpleAppConfig",
    "dangol.platform.db",
    "dangol.platform.ui",
    "dangol.platform.engine",
    "dangol.platform.jobs",
    "dangol.platform.events",
    "dangol.platform.access",
    "dangol.platform.accounts",
    "dangol.platform.mail",
    "dangol.platform.search",
    "dangol.platform.realtime",
    "dangol.platform.objects",
    "dangol.platform.exchange",
    "dangol.platform.exports",
    "dangol.platform.console",
    "dangol.platform.api",
    "dangol.platform.audit",
    "dangol.core.catalog",
    "dangol.core.customers",
    "dangol.core.purchases",
    "dangol.core.membership",
    "dangol.core.behavior",
    "dangol.core.consent",
    "dangol.core.identity",
    "dangol.analytical.warehouse",
    "dangol.analytical.experiments",
    "dangol.analytical.segments",
    "dangol.analytical.predictions",
    "dangol.analytical.recommendations",
    "dangol.analytical.dashboards",
    "dangol.collaborative.channels",
    "dangol.collaborative.activities",
    "dangol.collaborative.timeline",
    "dangol.operational.marketing",
    "dangol.backoffice.webhooks",
    "dangol.config.demo",
]

MIDDLEWARE = [
    "dangol.platform.console.proxies.ProxyMiddleware",
    "dangol.platform.console.watching.WatchMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "dangol.platform.ui.csp.SecurityHeadersMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "dangol.platform.api.middleware.ProblemMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "dangol.platform.accounts.entry.middleware.OriginMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "dangol.platform.accounts.middleware.ActorMiddleware",
    "dangol.platform.accounts.entry.middleware.DoorMiddleware",
    "dangol.platform.accounts.viewing.middleware.ViewingMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "dangol.platform.api.middleware.CallMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            # Cotton and partials each wrap the loaders; listed by hand so that both stay in force.
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django_cotton.cotton_loader.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dangol.platform.ui.context.ui",
            ],
        },
    }
]

ROOT_URLCONF = "dangol.config.urls"
ASGI_APPLICATION = "dangol.config.asgi.application"
WSGI_APPLICATION = "dangol.config.wsgi.application"

DATABASES = database_settings(HOME)
DATABASE_ROUTERS: list[str] = []
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "/"
SESSION_ENGINE = "dangol.platform.accounts.entry.store"
SESSION_COOKIE_AGE = 90 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_COOKIES = os.environ.get("DANGOL_HTTPS") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_COOKIES
if SECURE_COOKIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ko", "한국어")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 3600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
LOOKS_FOR_CUSTOM_FIELDS = "PYTEST_VERSION" not in os.environ
API_CALLS_PER_MINUTE = int(number_from("DANGOL_API_RATE", 600, 1, 1_000_000_000))
FILE_UPLOAD_TEMP_DIR = None

LOGGING = logging_settings()
