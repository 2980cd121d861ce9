"""The key to the copies of unsaved text that a browser keeps (TRUST INV-11)."""

from __future__ import annotations

import base64
from typing import Any

from django.utils.crypto import salted_hmac


def key_of(user: Any) -> str:
    """The person's key, in base64: made anew for each page of theirs and stored nowhere.

    Only a signed-in session gets it, so a copy can be read by the person who wrote it, after a new sign-in too, and by nobody
    else who uses the same browser.
    """
    return base64.b64encode(salted_hmac("applications.writing", str(user.pk), algorithm="sha256").digest()).decode()
