"""The call's rules at work in applications: who may apply, alone or together."""

import pytest
from django.urls import reverse

from applications import actions
from applications.blockers import before_submit
from applications.enums import State
from applications.models import Application
from calls.enums import CallKind, JointRule
from calls.models import ApplicantKind, Call, Invitation
from grants.accounts.enums import OrganisationKind
from grants.core.exceptions import Blocked
from grants.core.models import OutgoingMessage
from grants.documents.models import Case
from grants.strategy.models import Region
from tests.applications.web import section_url, signed_in
from tests.builders import applications as build
from tests.builders import base, calls
from tests.builders.base import fresh

pytestmark = pytest.mark.django_db


def held(call, **values):
    """The set-up of a call in any state, as its tables hold it: the set-up pages are tested elsewhere."""
    Call.objects.filter(pk=call.pk).update(**values)
    return fresh(call)


def reasons_of(application):
    return before_submit(Application.objects.get(pk=application.pk))


def refused_start(call, applicant, at=None):
    with pytest.raises(Blocked) as stop:
        build.draft_application(call=call, applicant=applicant, at=at)
    assert Application.objects.count() == 0
    return stop.value.reasons


@pytest.mark.parametrize(
    ("offered_sek", "refused"),
    [
        (400_000, ["Ni söker 900\u00a0000\u00a0kr och är erbjudna 400\u00a0000\u00a0kr. Sök högst det."]),
        (900_000, []),
        (None, []),
    ],
)
def test_nobody_sends_in_for_more_than_they_are_offered(offered_sek, refused):
    draft = build.complete_draft(applied_sek=900_000)
    call = held(draft.call, kind=CallKind.BASE_FUNDING)
    Invitation.objects.create(call=call, organisation=draft.applicant, amount_sek=offered_sek)

    page = signed_in(draft.created_by).get(section_url(draft, "budget")).content.decode()

    assert [str(one) for one in reasons_of(draft) if "erbjudna" in str(one)] == refused
    assert ("Ni erbjuds" in page) == bool(offered_sek)


def test_an_offer_holds_in_a_call_of_base_funding_alone():
    draft = build.complete_draft(applied_sek=900_000)
    call = held(draft.call, kind=CallKind.DIRECTED)
    Invitation.objects.create(call=call, organisation=draft.applicant, amount_sek=400_000)

    assert [str(one) for one in reasons_of(draft) if "erbjudna" in str(one)] == []


# Who -----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def call():
    return calls.open_call()


def test_an_organisation_of_another_kind_cannot_start(call):
    ApplicantKind.objects.create(call=call, kind=OrganisationKind.MUNICIPALITY)

    assert refused_start(call, base.region_organisation("24")) == [
        "Utlysningen är för kommuner, och Region Västerbotten är registrerad som region. "
        "Delta som part i någon annans ansökan, eller kontakta oss om uppgiften är fel."
    ]


def test_an_organisation_of_an_allowed_kind_starts(call):
    ApplicantKind.objects.create(call=call, kind=OrganisationKind.REGION)

    assert build.draft_application(call=call).state == State.DRAFT


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        (CallKind.DIRECTED, "en riktad inbjudan"),
        (CallKind.BASE_FUNDING, "ett erbjudande till vissa organisationer"),
    ],
)
def test_only_the_invited_start_in_a_directed_call_and_an_offer(call, kind, what):
    call = held(call, kind=kind)

    assert refused_start(call, base.region_organisation("24")) == [
        f"Utlysningen är {what}, och Region Västerbotten är inte inbjuden. "
        "Kontakta Tillväxtverket om ni tror att ni borde vara det."
    ]
    Invitation.objects.create(call=call, organisation=base.region_organisation("24"))
    assert build.draft_application(call=call).state == State.DRAFT


def test_an_organisation_of_another_county_cannot_start(call):
    call.counties.add(Region.objects.get(county_code="25"), Region.objects.get(county_code="22"))

    assert refused_start(call, base.region_organisation("24")) == [
        "Utlysningen gäller Norrbottens län och Västernorrlands län, och Region Västerbotten hör inte dit. "
        "Delta som part i någon annans ansökan, eller kontakta oss om uppgiften är fel."
    ]


def test_what_narrowed_after_the_start_stops_the_sending(call):
    signer = base.signatory()
    draft = build.complete_draft(call=call, by=signer)
    ApplicantKind.objects.create(call=call, kind=OrganisationKind.MUNICIPALITY)
    held(call, pitch="Nu bara för kommuner.")  # as a save does: what the test's one transaction has read is read anew

    with pytest.raises(Blocked) as stop:
        actions.submit(draft, by=signer)

    assert [reason.where for reason in stop.value.reasons] == ["parter"]
    assert (fresh(draft).state, Case.objects.count(), OutgoingMessage.objects.count()) == (State.DRAFT, 0, 0)


def test_the_page_of_a_directed_call_says_why_there_is_nothing_to_start(client, call):
    call = held(call, kind=CallKind.DIRECTED)
    client.force_login(base.member(base.region_organisation("24")))

    answer = client.post(reverse("applications:start", args=[call.code]))

    assert answer.status_code == 422
    assert "Region Västerbotten är inte inbjuden" in answer.text
    assert Application.objects.count() == 0


# Alone or together ---------------------------------------------------------------------------------------------------


def with_parties(application, by, *parties, is_joint=True):
    data = build.parties_data(by, is_joint=is_joint, parties=list(parties))
    return actions.save_parties(application, data, by=by, version=fresh(application).version)


def test_alone_means_without_co_applicants(call):
    call = held(call, joint_rule=JointRule.ALONE)
    signer = base.signatory()
    draft = build.complete_draft(call=call, by=signer)
    assert reasons_of(draft) == []

    with_parties(draft, signer, build.party(base.region_organisation("25")))

    assert reasons_of(draft) == [
        "I den här utlysningen söker var och en själv. Ta bort samverkansparterna och svara att ni söker själva."
    ]


@pytest.mark.parametrize(
    ("fewest", "partners", "missing"), [(None, 0, 1), (None, 1, 0), (3, 1, 1), (3, 2, 0), (1, 0, 1)]
)
def test_together_counts_the_applicant_and_each_co_applicant_once(call, fewest, partners, missing):
    call = held(call, joint_rule=JointRule.REQUIRED, fewest_applicants=fewest)
    signer = base.signatory()
    draft = build.complete_draft(call=call, by=signer)
    parties = [build.party(base.region_organisation(code)) for code in ("25", "22")[:partners]]

    with_parties(draft, signer, *parties, *parties, is_joint=bool(parties))

    assert len(reasons_of(draft)) == missing


def test_a_co_applicant_of_another_kind_does_not_make_them_enough(call):
    call = held(call, joint_rule=JointRule.REQUIRED)
    ApplicantKind.objects.create(call=call, kind=OrganisationKind.REGION)
    signer = base.signatory()
    draft = build.complete_draft(call=call, by=signer)
    agency = base.region_organisation("25", kind=OrganisationKind.AGENCY)

    with_parties(draft, signer, build.party(agency), build.party())

    assert reasons_of(draft) == [
        "I den här utlysningen söker minst 2 organisationer tillsammans. Svara att det är ett gemensamt projekt och "
        "lägg till samverkansparter av det slag som får söka, valda ur listan."
    ]
