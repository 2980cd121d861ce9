"""The worker's wiring. The broker carries ids only; the Job and OutgoingMessage rows are the truth (ARCHITECTURE, mechanism 5)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "grants.settings.development")

app = Celery("projektmedel")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
