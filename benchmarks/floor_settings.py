"""Settings of the floor: our database and models, no middleware, no context processors."""

from grants.settings.development import *  # noqa: F403
from grants.settings.development import INSTALLED_APPS

ROOT_URLCONF = "benchmarks.floor"
MIDDLEWARE = []
INSTALLED_APPS = [name for name in INSTALLED_APPS if not name.startswith("allauth")]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [], "OPTIONS": {}}]
