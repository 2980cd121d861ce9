"""Promised mail comes: a row in the transaction, sent after it, claimed once, kept when it fails (INV-5)."""

import datetime as dt

import pytest
import time_machine
from django.core import mail as outbox
from django.db import transaction

from grants.core import mail
from grants.core.models import MessageState, OutgoingMessage
from grants.core.time import now
from tests.builders.base import fresh, person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def template(settings, tmp_path):
    folder = tmp_path / "mail"
    folder.mkdir()
    (folder / "prov.txt").write_text("Ämne: Hej {{ name|safe }}\n\nText om {{ name|safe }}.\n")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]


def test_a_message_is_rendered_when_queued_and_sent_once():
    [row] = mail.queue("prov", to=[person()], name="Ada")

    assert (row.subject, row.body) == ("Hej Ada", "Text om Ada.\n")
    assert mail.send(row.pk)
    assert not mail.send(row.pk)
    assert [message.subject for message in outbox.outbox] == ["Hej Ada"]
    assert fresh(row).state == MessageState.SENT


def test_one_message_per_person_also_when_named_twice():
    user = person()

    assert len(mail.queue("prov", to=[user, user, "annan@example.se"], name="x")) == 2


def test_line_breaks_in_a_name_never_reach_the_subject():
    [row] = mail.queue("prov", to=["a@example.se"], name="Ada\r\nBcc: ond@example.se")

    mail.send(row.pk)

    [sent] = outbox.outbox
    assert sent.recipients() == ["a@example.se"]
    assert "\n" not in sent.subject


@pytest.mark.parametrize("address", ["a@b.se,x@evil.se", "inte en adress", "a@b.se\nBcc: x@evil.se"])
def test_an_address_that_is_not_one_fails_visibly_and_is_not_retried(address):
    [row] = mail.queue("prov", to=[address], name="x")

    assert not mail.send(row.pk)

    assert fresh(row).state == MessageState.FAILED
    assert outbox.outbox == []


def test_a_server_that_is_gone_keeps_the_message_for_a_later_try(monkeypatch):
    def gone(self, fail_silently=False):
        raise ConnectionRefusedError("ingen svarar")

    [row] = mail.queue("prov", to=["a@example.se"], name="x")
    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMessage.send", gone)
        assert not mail.send(row.pk)

    kept = fresh(row)
    assert (kept.state, kept.attempts, kept.sent_at) == (MessageState.QUEUED, 1, None)
    assert mail.sweep() == 0
    with time_machine.travel(now() + dt.timedelta(minutes=1)):
        assert mail.sweep() == 1
    assert fresh(row).state == MessageState.SENT


def test_a_sender_that_died_lets_another_take_over_after_its_lease():
    [row] = mail.queue("prov", to=["a@example.se"], name="x")
    OutgoingMessage.objects.filter(pk=row.pk).update(
        state=MessageState.SENDING, lease_until=now() + mail.LEASE, attempts=1
    )

    assert not mail.send(row.pk)
    with time_machine.travel(now() + mail.LEASE + dt.timedelta(seconds=1)):
        assert mail.send(row.pk)


@pytest.mark.django_db(transaction=True)
def test_work_that_is_rolled_back_sends_nothing():
    with pytest.raises(RuntimeError), transaction.atomic():
        mail.queue("prov", to=["a@example.se"], name="x")
        raise RuntimeError

    assert OutgoingMessage.objects.count() == 0
    assert outbox.outbox == []
