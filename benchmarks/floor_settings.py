"""Settings of the floor: our database and models, no middleware, no context processors."""

from grants.settings.development import *  # noqa: F403

ROOT_URLCONF = "benchmarks.floor"
MIDDLEWARE: list[str] = []
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [], "OPTIONS": {}}]
