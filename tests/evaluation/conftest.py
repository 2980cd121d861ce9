"""The reference data once per module: loading it takes longer than most tests."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.builders import base


@pytest.fixture(scope="module")
def reference(django_db_setup: Any, django_db_blocker: Any) -> Iterator[None]:
    """Loaded in a transaction around the module's tests, each of which rolls back to here. Not for transactional tests."""
    with django_db_blocker.unblock(), transaction.atomic():
        base.reference_data()
        yield
        transaction.set_rollback(True)
