"""What a budget's sums come to is the server's sentence, on the page and while one writes."""

import pytest

from tests.applications.web import send, shown
from tests.builders import applications as build
from tests.builders import base

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(writer):
    return build.complete_draft(by=writer, applicant=base.region_organisation())


def test_an_amount_is_answered_with_what_the_sums_come_to_and_nothing_else_is(writer, draft):
    call = draft.call
    short = "Finansieringen är 99\u00a0000\u00a0kr lägre än kostnaden. Ändra beloppen så att de är lika."
    name, held = "finansiar-0-amount_sek", ["1\u00a0100\u00a0000"]

    less = send(writer, draft, "budget", name, "1 001 000", was=held)
    wrong = send(writer, draft, "budget", name, "nittio", was=["1\u00a0001\u00a0000"])
    mended = send(writer, draft, "budget", name, "1 100 000", was=["nittio"])
    more = send(writer, draft, "budget", "applied_sek", "1 900 000", was=["900\u00a0000"])
    title = send(writer, draft, "projekt", "title", "Nytt namn", was=[draft.title])

    assert less.json()["noter"] == [short]
    assert mended.json()["noter"] == [
        "Finansieringen är lika stor som kostnaden, och stödet ni söker ligger inom gränsen."
    ]
    assert [one.split(".")[0] for one in more.json()["noter"]] == [
        "Finansieringen är 1\u00a0000\u00a0000\u00a0kr högre än kostnaden",
        "Stödet ni söker är 95,0\u00a0% av kostnaden",
    ]
    assert call.largest_share_percent == 50
    assert "noter" not in wrong.json() and "noter" not in title.json()


def test_nothing_is_said_of_the_balance_while_no_support_is_applied_for(writer, draft):
    told = send(writer, draft, "budget", "applied_sek", "", was=["900\u00a0000"])

    assert told.json()["noter"] == []
    assert "Finansieringen är" not in shown(writer, draft, "budget")[0]
