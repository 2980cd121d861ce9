"""Two presses of one person that are handled in another order than they arrived: the earliest counts (INV-3, INV-14)."""

import datetime as dt

import pytest

from applications import actions
from applications.content import content_of, fingerprint
from applications.enums import State
from applications.models import Application
from applications.verifying import look_up
from applications.views.receipts import proof_of
from grants.core import history
from grants.core.invariants import violations
from grants.core.models import Event, OutgoingMessage
from grants.documents.enums import DocumentKind
from grants.documents.models import Case, Document
from tests.applications.web import signed_in, url
from tests.builders import applications as build
from tests.builders import base, calls
from tests.builders.base import fresh

pytestmark = pytest.mark.django_db
MS = dt.timedelta(milliseconds=1)


@pytest.fixture
def signer():
    return base.signatory()


@pytest.fixture
def draft(signer):
    return build.complete_draft(call=calls.open_call(), by=signer)


@pytest.fixture
def read(draft):
    return fingerprint(content_of(draft))


def press(draft, signer, after_closing, read):
    return actions.submit(draft, by=signer, at=draft.call.closes_at + after_closing * MS, read_sha256=read)


def written(sent):
    return (
        Case.objects.count(),
        Document.objects.filter(case=sent.case).count(),
        Event.objects.filter(stream=sent.pk).count(),
        OutgoingMessage.objects.count(),
    )


def test_a_press_before_closing_that_is_handled_second_makes_the_application_in_time(draft, signer, read):
    late = press(draft, signer, 200, read)
    assert late.is_late is True

    press(draft, signer, -100, read)

    sent = fresh(draft)
    assert (sent.is_late, sent.submitted_at) == (False, draft.call.closes_at - 100 * MS)
    assert (sent.case_id, sent.content_sha256, sent.state) == (late.case_id, late.content_sha256, State.SUBMITTED)
    event = Event.objects.get(stream=sent.pk, name="correct_arrival")
    assert (event.by, event.facts["is_late"]) == (signer, [True, False])
    assert (violations(), list(history.faults())) == ({}, [])


def test_the_applicant_gets_a_new_acknowledgement_that_says_nothing_of_late(draft, signer, read):
    press(draft, signer, 200, read)
    press(draft, signer, -100, read)

    first, corrected = Document.objects.filter(case=draft.pk, kind=DocumentKind.RECEIPT).order_by("number")
    assert "sent inkommen" in str(first.content)
    assert "sent inkommen" not in str(corrected.content)
    assert corrected.title == f"Rättat mottagningsbevis: {draft}"
    assert proof_of(fresh(draft), signer) == corrected
    assert OutgoingMessage.objects.filter(template="applications/receipt", to=signer.email).count() == 2
    confirmed = look_up(read)
    assert (confirmed.is_late, confirmed.received_at) == (False, fresh(draft).submitted_at)
    page = signed_in(signer).get(url("receipt", draft)).content.decode()
    assert "efter sista ansökningstid" not in page


@pytest.mark.parametrize(("first", "second"), [(-100, 200), (-200, -100), (-100, -200), (300, 200), (200, 300)])
def test_nothing_is_written_when_the_verdict_is_the_same_or_the_first_press_was_the_earlier(
    draft, signer, read, first, second
):
    sent = press(draft, signer, first, read)
    before = written(sent)

    press(draft, signer, second, read)

    assert (fresh(draft).submitted_at, fresh(draft).is_late) == (sent.submitted_at, sent.is_late)
    assert written(sent) == before


def test_another_person_another_content_and_an_older_press_change_nothing(draft, signer, read):
    colleague = base.signatory(draft.applicant)
    sent = press(draft, signer, 200, read)
    before = written(sent)

    press(draft, colleague, -100, read)
    press(draft, signer, -100, "0" * 64)
    press(draft, signer, -100, None)
    press(draft, signer, -121_000, read)

    assert (fresh(draft).is_late, written(sent)) == (True, before)


def test_what_has_ended_is_not_judged_anew(draft, signer, read):
    press(draft, signer, 200, read)
    actions.withdraw(fresh(draft), by=signer, reason="Vi söker nästa år.")
    before = written(fresh(draft))

    press(draft, signer, -100, read)

    assert (fresh(draft).is_late, written(fresh(draft))) == (True, before)


def test_without_the_correction_the_verdict_depends_on_who_is_handled_first(draft, signer, read, monkeypatch):
    """The negative twin."""
    monkeypatch.setattr(actions, "came_earlier", lambda application, **rest: application)

    press(draft, signer, 200, read)
    press(draft, signer, -100, read)

    assert Application.objects.get(pk=draft.pk).is_late is True
