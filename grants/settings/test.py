"""What the tests use: the database of DATABASE_URL, else SQLite in a file of its own; fast hashing; tasks run by the test itself."""

import atexit
import os
import shutil
import tempfile

from grants.settings.base import *
from grants.settings.base import DATABASES, VAR_DIR  # noqa: F401

SECRET_KEY = "only-for-tests-0123456789-0123456789-0123456789-012345"
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
DEMO = True
TEST_DIR = tempfile.mkdtemp(prefix=f"projektmedel-test-{os.getpid()}-")
atexit.register(shutil.rmtree, TEST_DIR, ignore_errors=True)
MEDIA_ROOT = f"{TEST_DIR}/media"
if DATABASES["default"]["ENGINE"] == "grants.core.sqlite":
    # A file, not memory: threads and processes of the race tests must meet in one database.
    DATABASES["default"]["TEST"] = {"NAME": f"{TEST_DIR}/test.sqlite3"}
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON; PRAGMA cache_size=-32000;"
    )
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
CELERY_TASK_ALWAYS_EAGER = False
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS: dict = {}
ACCOUNT_RATE_LIMITS: dict | bool = False
CACHES["default"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
