"""System checks: what must be there before the service starts, said clearly."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register("staticfiles")
def vendor_assets(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The front end's packages are built at set-up and never committed."""
    if (Path(settings.VENDOR_DIR) / "foundation.css").exists():
        return []
    return [Error("The front-end assets are missing.", hint="Run: make assets", id="core.E001")]
