"""The tamper corpus in the suite too: a kind that the verifier misses turns the tests red (INV-9)."""

import pytest

from grants.core.history import faults
from grants.core.models import Event
from tests.builders import applications
from tests.faults import inv_09


@pytest.fixture
def cases(db):
    return applications.submitted_application(), applications.submitted_application()


def test_every_kind_of_tampering_is_found_at_every_place(cases):
    one, other = cases
    length = Event.objects.filter(stream=one.pk).count()

    tried, missed = inv_09.corpus(one.pk, other.pk, list(range(length)))

    assert missed == []
    assert tried == len(inv_09.KINDS) * length
    assert list(faults()) == []


def test_the_verifier_can_be_silent(cases):
    """The twin: when nothing was done, or the whole chain was rewritten with its head, there is nothing to find inside."""
    one, other = cases

    assert inv_09.is_found(one.pk, lambda events, place, theirs: None, 0, other.pk) is False
    assert [inv_09.is_found(one.pk, rewrite, 1, other.pk) for rewrite in inv_09.BEYOND.values()] == [False, False]
