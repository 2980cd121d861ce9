"""Production: refuses to start without its secrets, with DEBUG or with open hosts (TRUST section 6)."""

from django.core.exceptions import ImproperlyConfigured

from grants.settings.base import *
from grants.settings.base import (
    ALLOWED_HOSTS,
    ATTACHMENTS_UNSCANNED,
    CLAMD_ADDRESS,
    DEMO,
    KNOWN_KEY,
    LOGGING,
    SECRET_KEY,
    env,
)

if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 10 or SECRET_KEY == KNOWN_KEY:
    raise ImproperlyConfigured(
        "Set SECRET_KEY or SECRET_KEY_FILE to at least 50 random characters; the key of the development settings is known to all."
    )
if env.bool("DEBUG", default=False):
    raise ImproperlyConfigured("DEBUG must not be on in production. Remove DEBUG from the environment.")
if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("Set ALLOWED_HOSTS to the exact host names, separated by commas.")
if not env("DATABASE_URL", default=""):
    raise ImproperlyConfigured("Set DATABASE_URL, for example postgres://user:password@host/database.")
if not env("BASE_URL", default="").startswith("https://"):
    raise ImproperlyConfigured("Set BASE_URL to the service's own address, https://…: links in mails point there.")
if not env("EMAIL_URL", default=""):
    raise ImproperlyConfigured(
        "Set EMAIL_URL, for example smtp+tls://user:password@host:587. Without it mails are printed and nobody gets them."
    )
if bool(CLAMD_ADDRESS) == ATTACHMENTS_UNSCANNED:
    raise ImproperlyConfigured(
        "Set CLAMD_ADDRESS to the virus scanner, host:port or unix:/path, or ATTACHMENTS_UNSCANNED=1 to open attachments "
        "unscanned; one of the two."
    )
if DEMO:
    raise ImproperlyConfigured("DEMO must not be on in production: it opens sign-ins with known passwords.")

SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_TLS_PROXY", default=True) else None
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_NAME = "__Host-sid"
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_SECURE = True

# One JSON object per line on the standard error output: the service manager or a collector ships it to another host.
LOGGING["handlers"]["console"]["formatter"] = "json"  # type: ignore[index]
LOGGING["loggers"] = {"projektmedel.request": {"level": "INFO"}}
