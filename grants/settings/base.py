"""Settings that hold everywhere, safe by default. Every value from the environment is listed in docs/operations.md."""

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()

VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var")))
"""Where the embedded defaults keep what must survive: database, files, broker. Never below the web root."""
VAR_DIR.mkdir(parents=True, exist_ok=True)


def secret_key(default: str = "") -> str:
    """SECRET_KEY, or the content of the file that SECRET_KEY_FILE names, else the default (empty in production: refused)."""
    file = env("SECRET_KEY_FILE", default="")
    if file:
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError as fault:
            raise ImproperlyConfigured(f"SECRET_KEY_FILE={file} cannot be read: {fault.strerror}.") from None
    return env("SECRET_KEY", default=default)


KNOWN_KEY = "only-for-development-and-never-anywhere-else-0123456789"
"""The key of the development settings, which anybody can read here: production refuses it."""
SECRET_KEY = secret_key()
DEBUG = False
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# The service and the granting authority that runs it. The name is the product's; the authority's is a setting.
SERVICE_NAME = "Projektmedel"
AUTHORITY_NAME = env("AUTHORITY_NAME", default="Tillväxtverket")
AUTHORITY_CODE = env("AUTHORITY_CODE", default="tillvaxtverket")
AUTHORITY_EMAIL = env("AUTHORITY_EMAIL", default="projektmedel@example.se")
DEMO = env.bool("DEMO", default=False)
"""True only where the database holds nothing but invented data; demo sign-ins are refused elsewhere."""
BASE_URL = env("BASE_URL", default="http://127.0.0.1:8000")
"""Where links in mails point."""

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "django_filters",
    "import_export",
    "csp",
    "grants.core",
    "grants.strategy",
    "grants.accounts",
    "grants.documents",
    "calls",
    "applications",
    "evaluation",
    "grants.projects",
    "grants.exports",
    "grants.portal",
    "grants.demo",
]

MIDDLEWARE = [
    "grants.core.logs.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "grants.core.middleware.SecurityHeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "grants.accounts.middleware.PersonMiddleware",
    "grants.accounts.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "grants.accounts.middleware.FaultyFormMiddleware",
    "grants.accounts.middleware.SessionActivityMiddleware",
    "grants.accounts.middleware.SignOutMiddleware",
    "grants.core.middleware.PolicyMiddleware",
]

ROOT_URLCONF = "grants.urls"
WSGI_APPLICATION = "grants.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "grants.core.context.service",
            ],
            "builtins": ["grants.core.templatetags.ui"],
        },
    }
]
FORM_RENDERER = "grants.core.ui.DesignRenderer"

# Database: SQLite by default (docs/decisions), PostgreSQL by DATABASE_URL.
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'projektmedel.sqlite3'}")}
_db = DATABASES["default"]
if _db["ENGINE"].endswith("sqlite3"):
    _db["ENGINE"] = "grants.core.sqlite"
    _db["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-32000;",
    }
else:
    _db["CONN_HEALTH_CHECKS"] = True
    _db["OPTIONS"] = {
        # Hundreds submit in the last minute and queue for the next register number: they wait rather than fail (TRUST F-14).
        "options": "-c statement_timeout=25s -c lock_timeout=20s -c idle_in_transaction_session_timeout=30s"
    }
# Opening costs as much as ten queries, on SQLite too, where every function of Django's is registered anew.
_db["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# People and sign-in (TRUST section 6)
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "grants.accounts.backends.PasswordBackend",
    "grants.accounts.backends.AllauthBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 3600
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:home"
LOGOUT_REDIRECT_URL = "portal:start"
ACCOUNT_ADAPTER = "grants.accounts.adapter.InvitationOnlyAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
"""Seconds for which a confirmed password or code counts, for changes of the account and for signing (grants.accounts.stepup)."""
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_SESSION_REMEMBER = False
# Besides the package's own limits: opening and answering the links of invitations (applications.views.invitations).
ACCOUNT_RATE_LIMITS = {"answer_invitation": "30/m/ip"}
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Projektmedel: "
USERSESSIONS_TRACK_ACTIVITY = True  # noted by grants.accounts.middleware, at most every five minutes
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = SERVICE_NAME
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)

# A shared cache: the limits of sign-in live there. The database serves all web processes without one more server.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "core_cache"},
    # What can be made anew at any time and is named by what it was made from (calls.kept).
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "process"},
}

SESSION_ENGINE = "grants.accounts.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_SAVE_EVERY_REQUEST = False
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "grants.core.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

from csp.constants import NONCE, NONE, SELF  # noqa: E402

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

RECEIPT_CHECK_RATE = env("RECEIPT_CHECK_RATE", default="20/m/ip")
"""How often one address may ask the public page whether a receipt is ours."""
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_MAX_MEMORY_SIZE = 262_144
ATTACHMENT_MAX_BYTES = env.int("ATTACHMENT_MAX_BYTES", default=20 * 1024 * 1024)
CLAMD_ADDRESS = env("CLAMD_ADDRESS", default="")
"""host:port of clamd, or unix:/path of its socket. Without it files stay closed outside demo databases."""
ATTACHMENTS_UNSCANNED = env.bool("ATTACHMENTS_UNSCANNED", default=False)
"""The operator's own word that attachments are opened without being scanned, where no scanner is configured."""

# Language, time and numbers: Swedish screens, UTC in the database.
LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", "Svenska")]
TIME_ZONE = "Europe/Stockholm"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["grants.core.formats"]
USE_THOUSAND_SEPARATOR = False

# Files: a folder outside the web root; static files with hashed names by WhiteNoise.
MEDIA_ROOT = Path(env("MEDIA_ROOT", default=str(VAR_DIR / "media")))
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "build" / "static"
VENDOR_DIR = BASE_DIR / "build" / "vendor"
STATICFILES_DIRS = [BASE_DIR / "static", ("vendor", VENDOR_DIR)]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Mail: shown in the terminal unless EMAIL_URL says otherwise. OutgoingMessage rows are the truth.
vars().update(env.email("EMAIL_URL", default="consolemail://"))
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=20)
"""Seconds that a mail server may take: a hanging one must not hold the worker until the lease of its message runs out."""
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default=f"Projektmedel <{AUTHORITY_EMAIL}>")

# The worker. Filesystem broker by default: enough to start; what must happen is a row (ARCHITECTURE, mechanism 5).
CELERY_BROKER_URL = env("CELERY_BROKER_URL", default="filesystem://localhost")
if CELERY_BROKER_URL.startswith("filesystem"):
    _broker = VAR_DIR / "broker"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_broker / "queue"),
        "data_folder_out": str(_broker / "queue"),
        "processed_folder": str(_broker / "processed"),
        "control_folder": str(_broker / "control"),
        "store_processed": False,
    }
elif CELERY_BROKER_URL.startswith("redis"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 3600,
        "socket_timeout": 5,
        "socket_connect_timeout": 2,
        # A person waits for the answer: a hint is tried once more at once, then left to the sweep.
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0,
        "interval_max": 0,
    }
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 1800
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE = {
    "sweep-messages": {"task": "grants.core.tasks.sweep_messages", "schedule": 15.0},
    "sweep-jobs": {"task": "grants.core.tasks.sweep_jobs", "schedule": 15.0},
    "sweep-orphans": {"task": "grants.documents.tasks.sweep_orphans", "schedule": 3600.0},
    "scan-waiting": {"task": "grants.documents.tasks.scan_waiting", "schedule": 60.0},
    "opinions-overdue": {"task": "evaluation.tasks.remind_of_opinions", "schedule": 3600.0},
    "calls-by-the-clock": {"task": "calls.tasks.run_clock", "schedule": 30.0},
    "reminders-of-deadlines": {"task": "applications.tasks.remind_of_deadlines", "schedule": 300.0},
}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
        "json": {"()": "grants.core.logs.json_formatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="WARNING")},
}
