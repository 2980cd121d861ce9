"""What the walks over every address share."""

from collections.abc import Iterator

import pytest
from django.http import HttpResponse

from grants import urls


@pytest.fixture(scope="module")
def bare_refusals() -> Iterator[None]:
    """Refusals without their page: thousands are asked for here, and what the pages say is shown by tests of their own."""
    with pytest.MonkeyPatch.context() as patch:
        for status in (403, 404):
            patch.setattr(urls, f"handler{status}", lambda *_, of=status, **__: HttpResponse(status=of))
        yield
