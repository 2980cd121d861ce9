"""The reference data that every demo stands on."""

import pytest

from tests.builders import base


@pytest.fixture
def reference(db):
    base.reference_data()
