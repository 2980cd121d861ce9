"""Våra ansökningar: the most urgent first, what is missing, who waits for whom, and the same cost for any number."""

import datetime as dt

import pytest
from django.urls import reverse

from applications import actions, sharing
from applications.models import Application
from applications.urgency import ENDED, LATE, OURS, THEIRS, places
from calls.enums import ConfirmationRule
from calls.models import Call, Reopening
from grants.accounts.enums import Level
from grants.core.time import now, today
from tests.applications.web import signed_in
from tests.builders import applications as build
from tests.builders import base, calls
from tests.builders.base import fresh

pytestmark = pytest.mark.django_db
MINE = reverse("applications:mine")


def closing_in(days):
    return calls.open_call(opens_at=now() - dt.timedelta(days=30), closes_at=now() + dt.timedelta(days=days))


def test_what_waits_for_oneself_and_is_due_first_stands_first():
    signer = base.signatory()
    late = build.draft_application(call=closing_in(2), by=signer, title="Tiden har gått")
    Call.objects.filter(pk=late.call_id).update(closes_at=now() - dt.timedelta(hours=1))
    far = build.draft_application(call=closing_in(20), by=signer, title="Långt kvar")
    near = build.draft_application(call=closing_in(3), by=signer, title="Snart")
    asked = build.submitted_application(signer=signer, title="Kompletteras")
    build.supplement_request(asked, due_on=today() + dt.timedelta(days=9))
    sent = build.submitted_application(signer=signer, title="Hos myndigheten")
    ended = actions.withdraw(build.submitted_application(signer=signer), by=signer, reason="Nej.")

    found = places(Application.objects.owned_by(fresh(signer)), now())

    expected = [(near, OURS), (asked, OURS), (far, OURS), (late, LATE), (sent, THEIRS), (ended, ENDED)]
    assert [(place.pk, place.rank) for place in found] == [(row.pk, rank) for row, rank in expected]


def test_a_call_that_is_open_again_for_the_applicant_counts_as_time_left():
    signer = base.signatory()
    draft = build.draft_application(call=closing_in(2), by=signer)
    Call.objects.filter(pk=draft.call_id).update(closes_at=now() - dt.timedelta(hours=1))
    ends_at = now() + dt.timedelta(days=4)
    Reopening.objects.create(
        call=draft.call, organisation=draft.applicant, reason="Fel.", ends_at=ends_at, by=base.call_manager()
    )

    [place] = places(Application.objects.owned_by(fresh(signer)), now())

    assert (place.rank, place.pk) == (OURS, draft.pk)


def test_each_row_says_what_is_missing_and_who_is_waited_for():
    signer, partner = base.signatory(), base.region_organisation("25")
    begun = build.draft_application(by=signer, title="Påbörjad")
    whole = build.complete_draft(by=signer, title="Klar att sända")
    call = calls.open_call()
    Call.objects.filter(pk=call.pk).update(confirmation_rule=ConfirmationRule.REQUIRED)
    joint = build.complete_draft(call=fresh(call), by=signer, title="Gemensam")
    data = build.parties_data(signer, is_joint=True, parties=[build.party(partner)])
    actions.save_parties(joint, data, by=signer, version=joint.version)
    asked = build.submitted_application(signer=signer, title="Kompletteras")
    request = build.supplement_request(asked)
    build.submitted_application(signer=signer, title="Hos myndigheten")

    page = signed_in(signer).get(MINE)
    cards = {card["application"].title: card for card in page.context["cards"]}

    said = {title: card["waits_for"] for title, card in cards.items()}
    assert said["Påbörjad"] == "Er"
    assert said["Klar att sända"] == f"Firmatecknare: {signer.name}"
    assert said["Gemensam"] == f"Bekräftelse från {partner.name}"
    assert said["Kompletteras"].startswith("Ni ska svara senast ") and str(request.due_on.day) in said["Kompletteras"]
    assert said["Hos myndigheten"] == "Tillväxtverket handlägger"
    assert cards["Påbörjad"]["missing_count"] > 5 and cards["Klar att sända"]["missing_count"] == 0
    text = page.content.decode()
    assert reverse("applications:review", args=[begun.pk]) in text
    assert whole.title in text


def test_partners_and_invited_people_have_theirs_on_the_same_page():
    signer, partner, guest = base.signatory(), base.region_organisation("25"), base.person()
    draft = build.draft_application(by=signer, title="Delad ansökan")
    data = build.parties_data(signer, is_joint=True, parties=[build.party(partner)])
    actions.save_parties(draft, data, by=signer, version=draft.version)
    invitation = sharing.invite(draft, email=guest.email, level=Level.VIEW, by=fresh(signer))
    sharing.accept(invitation, by=fresh(guest))

    for person in (base.member(partner), guest):
        assert "Delad ansökan" in signed_in(person).get(MINE).content.decode()
    assert "Delad ansökan" not in signed_in(base.person()).get(MINE).content.decode()


def test_the_page_costs_the_same_for_1_3_and_many(django_assert_max_num_queries):
    partner, costs = base.region_organisation("25"), []
    for number, code in ((1, "21"), (3, "22"), (30, "23")):
        signer = base.signatory(base.region_organisation(code))
        for place in range(number):
            draft = build.draft_application(by=signer, applicant=base.region_organisation(code))
            if place % 3 == 0:
                data = build.parties_data(signer, is_joint=True, parties=[build.party(partner)])
                actions.save_parties(draft, data, by=signer, version=draft.version)
        client = signed_in(signer)
        client.get(MINE)
        with django_assert_max_num_queries(25) as counted:
            assert len(client.get(MINE).context["cards"]) == number
        costs.append(len(counted))

    assert costs == [costs[0]] * 3
