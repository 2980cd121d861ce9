"""What the fault tests run: the settings of make run on a database of their own, with quick hashing of the many passwords."""

from grants.settings.development import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WHITENOISE_AUTOREFRESH = False
