"""Two presses at the same moment: one case, one number, one mail (INV-14), with real threads and a real database."""

import threading
import uuid

import pytest
from django.db import connection

from applications import actions
from applications.enums import State
from applications.models import Application
from grants.core.exceptions import Stale
from grants.core.models import Event, OutgoingMessage
from grants.documents.models import Case, Document
from tests.builders import applications as build
from tests.builders import base
from tests.builders.base import fresh


def together(*works):
    """Run the works in threads that start at the same moment; returns what each gave or raised."""
    gate = threading.Barrier(len(works))
    results = [None] * len(works)

    def run(place, work):
        try:
            gate.wait(timeout=10)
            results[place] = work()
        except Exception as fault:
            results[place] = fault
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, work)) for place, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


@pytest.mark.django_db(transaction=True)
def test_a_double_press_gives_one_case_one_number_and_one_mail():
    signer = base.signatory(base.region_organisation())
    draft = build.complete_draft(by=signer)
    token = uuid.uuid4()

    results = together(*[lambda: actions.submit(draft, by=fresh(signer), token=token)] * 3)

    assert [getattr(result, "register_number", result) for result in results] == [fresh(draft).register_number] * 3
    assert fresh(draft).state == State.SUBMITTED
    assert (Case.objects.count(), Document.objects.filter(case=draft.pk).count()) == (1, 2)
    assert Event.objects.filter(object_id=str(draft.pk), name="submit").count() == 1
    assert OutgoingMessage.objects.filter(template="applications/receipt", to=signer.email).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_applications_at_the_same_moment_get_the_next_two_numbers():
    """The negative twin: presses that are not the same one are not swallowed."""
    signer = base.signatory(base.region_organisation())
    drafts = [build.complete_draft(by=signer), build.complete_draft(by=signer)]

    results = together(
        *[lambda draft=draft: actions.submit(draft, by=fresh(signer), token=uuid.uuid4()) for draft in drafts]
    )

    assert sorted(result.register_number[-5:] for result in results) == ["00001", "00002"]
    assert (Case.objects.count(), Event.objects.filter(name="submit").count()) == (2, 2)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_the_same_version_one_is_told():
    writer = base.member(base.region_organisation())
    draft = build.draft_application(by=writer)

    results = together(
        lambda: actions.save_project(draft, {"title": "Anna skrev"}, by=fresh(writer), version=draft.version),
        lambda: actions.save_project(draft, {"title": "Bo skrev"}, by=fresh(writer), version=draft.version),
    )

    saved = [result for result in results if isinstance(result, Application)]
    assert [type(result) for result in results if result not in saved] == [Stale]
    assert fresh(draft).title == saved[0].title
