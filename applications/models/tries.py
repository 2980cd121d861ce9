"""How rows that applications point at in a call's set-up are deleted."""

from __future__ import annotations

from typing import Any

from django.db import models


def protect_but_tries(collector: Any, field: Any, sub_objs: Any, using: str) -> None:
    """What applications use of a call's set-up is not deleted; a try gives way, since the call is still being set up."""
    path = "is_test" if field.model._meta.label == "applications.Application" else "application__is_test"
    if sub_objs.filter(**{path: False}).exists():
        models.PROTECT(collector, field, sub_objs, using)
    elif field.null:
        models.SET_NULL(collector, field, sub_objs, using)
    else:
        models.CASCADE(collector, field, sub_objs, using)
