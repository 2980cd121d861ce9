"""What make run uses: one machine, SQLite, files below var/. Not for the open net."""

from grants.settings.base import *
from grants.settings.base import KNOWN_KEY, env, secret_key

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=True)
SECRET_KEY = secret_key(KNOWN_KEY)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
