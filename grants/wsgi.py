"""WSGI entry point (gunicorn grants.wsgi)."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "grants.settings.production")

application = get_wsgi_application()
# The code of every page is read now, before the server takes requests: else the first visitors of each process wait for it,
# two seconds that were the slowest answers of a last minute before closing (TRUST F-14).
_read_now = get_resolver().reverse_dict
