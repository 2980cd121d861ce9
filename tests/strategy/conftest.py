"""Tests of the loading begin with an empty database."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps


@pytest.fixture(autouse=True)
def nothing_loaded(request: pytest.FixtureRequest) -> Iterator[None]:
    """Takes the session's reference data away for the test, which rolls back."""
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        models = list(apps.get_app_config("strategy").get_models())
        while models:
            before = len(models)
            models = [model for model in models if not _emptied(model)]
            assert len(models) < before, "models that refer to each other in a circle"
    yield


def _emptied(model: Any) -> bool:
    """Whether the model's rows could go: those that refer to them must go first."""
    from django.db import transaction
    from django.db.models import ProtectedError, RestrictedError

    try:
        with transaction.atomic():
            if any(field.related_model is model for field in model._meta.fields):
                model._base_manager.update(parent=None)
            model._base_manager.all().delete()
    except (ProtectedError, RestrictedError):
        return False
    return True
