"""Who the applicant's tests begin with."""

import pytest

from tests.builders import base


@pytest.fixture
def writer():
    """Somebody who writes for a region."""
    return base.member(base.region_organisation())
