"""Settings of the floor: our database and models, no middleware but the one that allauth insists on, no context processors."""

from grants.settings.development import *  # noqa: F403

ROOT_URLCONF = "benchmarks.floor"
MIDDLEWARE = ["allauth.account.middleware.AccountMiddleware"]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [], "OPTIONS": {}}]
