"""What the tests of calls have in common."""

import pytest

from tests.builders.base import call_manager, reference_data


@pytest.fixture
def manager(client):
    """A call manager who is signed in with the test's browser."""
    reference_data()
    user = call_manager()
    client.force_login(user)
    return user
