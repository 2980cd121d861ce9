"""The test runner alone goes around the append-only triggers, and puts them back."""

import uuid

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from grants.core import triggers
from grants.core.models import Event


@pytest.mark.django_db(transaction=True)
def test_the_flush_empties_append_only_tables_and_leaves_the_triggers_in_place():
    before = triggers.installed(connection)
    Event.objects.create(stream=uuid.uuid4(), seq=1, name="created", label="Skapad", at=timezone.now(), hash="0" * 64)
    with pytest.raises(DatabaseError), transaction.atomic():
        Event.objects.all().delete()

    call_command("flush", interactive=False, verbosity=0)

    assert Event.objects.count() == 0
    assert triggers.installed(connection) == before != set()
