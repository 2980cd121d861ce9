"""WSGI entry point (gunicorn grants.wsgi)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "grants.settings.production")

application = get_wsgi_application()
