"""The call's rules at work in applications: who, alone or together, when, for which theme, with which files."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from applications import actions
from applications.blockers import before_submit
from applications.enums import Section, State
from applications.models import Application
from calls import actions as call_actions
from calls.enums import CallKind, JointRule
from calls.models import ApplicantKind, Call, Cutoff, Invitation, RequiredAttachment, Theme
from grants.accounts.enums import OrganisationKind
from grants.core.exceptions import Blocked
from grants.core.invariants import CHECKS
from grants.core.models import Event, OutgoingMessage
from grants.core.time import format_instant, now
from grants.documents.models import Case, Document
from grants.strategy.models import Region
from tests.builders import applications as build
from tests.builders import base, calls
from tests.builders.base import fresh

pytestmark = pytest.mark.django_db


def municipality(**fields):
    return base.region_organisation("25", kind=OrganisationKind.MUNICIPALITY, code="x", **fields)


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


# When: cut-offs, late, open again ------------------------------------------------------------------------------------


@pytest.fixture
def rounds():
    """A call with three cut-offs, the last being its end."""
    at = now()
    call = calls.open_call(opens_at=at - dt.timedelta(days=60), closes_at=at + dt.timedelta(days=60))
    for number, days in ((1, -30), (2, 15), (3, 60)):
        Cutoff.objects.create(call=call, number=number, closes_at=at + dt.timedelta(days=days))
    return call


def sent_at(call, at):
    return build.submitted_application(call=call, at=at)


def test_an_application_belongs_to_the_first_cut_off_that_it_came_before(rounds):
    first, second, third = rounds.cutoffs.all()
    moment = dt.timedelta(microseconds=1)

    found = [
        sent_at(rounds, at).cutoff
        for at in (
            first.closes_at - moment,
            first.closes_at,
            second.closes_at - moment,
            second.closes_at,
            third.closes_at - moment,
        )
    ]

    assert found == [first, second, second, third, third]


def test_after_the_last_cut_off_it_is_late_and_belongs_to_none(rounds):
    sent = sent_at(rounds, rounds.closes_at)

    assert (sent.is_late, sent.cutoff) == (True, None)


def test_between_cut_offs_nothing_is_late_and_a_draft_can_be_started(rounds):
    sent = sent_at(rounds, rounds.cutoffs.first().closes_at)

    assert (sent.is_late, sent.events.last().facts["cutoff"]) == (False, 2)
    assert build.draft_application(call=rounds).state == State.DRAFT


def test_the_receipt_names_the_round(rounds):
    sent = sent_at(rounds, now())
    second = rounds.cutoffs.get(number=2)

    receipt = Document.objects.get(case=sent.case, kind="receipt")
    assert ["Omgång", f"2, till {format_instant(second.closes_at)}"] in receipt.content["facts"]


def test_extending_changes_nothing_for_what_has_come_in(rounds):
    manager = base.call_manager()
    sent = sent_at(rounds, rounds.closes_at - dt.timedelta(hours=1))

    longer = call_actions.extend_closing(
        rounds, rounds.closes_at + dt.timedelta(days=7), by=manager, version=fresh(rounds).version
    )

    assert (fresh(sent).cutoff.number, fresh(sent).is_late) == (3, False)
    assert rounds.cutoffs.get(number=3).closes_at == longer.closes_at
    assert longer.events.last().reason.endswith("Ansökningar som redan har kommit in påverkas inte.")
    assert [text for name, (_, run) in CHECKS.items() if name.startswith("INV-3 ") for text in run()] == []


@pytest.fixture
def closed():
    return calls.closed_call()


def reopened(call, organisation, **given):
    values = {"reason": "Tjänsten låg nere.", "ends_at": now() + dt.timedelta(days=2), "by": base.call_manager()}
    return call_actions.reopen_for(call, organisation, **{**values, **given})


def test_a_call_open_again_for_one_takes_its_application_in_time_and_nobody_elses(closed):
    region, other = base.region_organisation("24"), base.region_organisation("25")
    assert refused_start(closed, region) == refused_start(closed, other)

    reopened(closed, region)

    sent = build.submitted_application(call=closed, applicant=region)
    assert (sent.is_late, sent.state) == (False, State.SUBMITTED)
    with pytest.raises(Blocked):
        build.draft_application(call=closed, applicant=other)
    assert [text for name, (_, run) in CHECKS.items() if name.startswith("INV-3 ") for text in run()] == []


def test_after_the_end_of_the_reopening_it_is_late_again(closed):
    region = base.region_organisation("24")
    until = reopened(closed, region).ends_at
    signer = base.signatory(region)
    draft = build.complete_draft(call=closed, applicant=region, by=signer)

    sent = actions.submit(draft, by=signer, at=until)

    assert sent.is_late is True
    with pytest.raises(Blocked):
        build.draft_application(call=closed, applicant=region, at=until)


def test_a_draft_begun_in_time_by_another_is_late_as_before():
    closed = calls.open_call(opens_at=now() - dt.timedelta(days=9), closes_at=now() - dt.timedelta(hours=1))
    reopened(closed, base.region_organisation("24"))
    other = base.signatory(base.region_organisation("25"))
    draft = build.complete_draft(
        call=closed, applicant=base.region_organisation("25"), by=other, at=closed.closes_at - dt.timedelta(hours=2)
    )

    assert actions.submit(draft, by=other).is_late is True


def test_the_region_that_is_let_in_again_starts_on_the_page(client, closed):
    region = base.region_organisation("24")
    client.force_login(base.member(region))
    assert client.post(reverse("applications:start", args=[closed.code])).status_code == 422

    reopened(closed, region)

    assert client.post(reverse("applications:start", args=[closed.code])).status_code == 302
    assert Application.objects.get().applicant == region


def test_a_draft_in_a_cancelled_call_is_not_sent(call):
    signer = base.signatory()
    draft = build.complete_draft(call=call, by=signer)
    call_actions.cancel(call, by=base.call_manager(), reason="Pengarna uteblev.")
    events = Event.objects.count()

    with pytest.raises(Blocked) as stop:
        actions.submit(draft, by=signer)

    assert stop.value.reasons == ["Utlysningen är inställd. Ansökan går inte att skicka in."]
    assert (fresh(draft).state, Event.objects.count(), Case.objects.count()) == (State.DRAFT, events, 0)


def test_what_has_come_in_when_a_call_is_cancelled_goes_on(call):
    signer = base.signatory()
    sent = build.submitted_application(call=call, signer=signer)
    build.supplement_request(sent)

    call_actions.cancel(call, by=base.call_manager(), reason="Pengarna uteblev.")

    assert actions.answer_supplement(fresh(sent), by=signer, answer="Här är svaret.").state == State.IN_REVIEW


# Themes and files ----------------------------------------------------------------------------------------------------


@pytest.fixture
def themed(call):
    track = Theme.objects.create(call=call, title="Ökad kunskap", order=1)
    Theme.objects.create(call=call, title="El och mark", track=track, order=2)
    Theme.objects.create(call=call, title="Tillgänglighet", track=track, order=3)
    return call


def test_a_call_with_themes_asks_for_one_of_them(themed):
    signer = base.signatory()
    draft = build.complete_draft(call=themed, by=signer)
    assert reasons_of(draft) == ["Välj det tema som ansökan gäller."]
    chosen = themed.themes.get(title="Tillgänglighet")

    data = {**build.objectives_data(draft), "theme": chosen.pk}
    actions.save_objectives(draft, data, by=signer, version=draft.version)
    sent = actions.submit(fresh(draft), by=signer)

    assert sent.theme == chosen
    content = Document.objects.get(case=sent.case, kind="application").content
    assert ["Tema", "Ökad kunskap: Tillgänglighet"] in content["facts"]


@pytest.mark.parametrize("which", ["track", "of another call", "none such"])
def test_only_a_theme_of_the_call_that_is_no_track_can_be_chosen(themed, which):
    other = Theme.objects.create(call=calls.draft_call(), title="Annan")
    pk = {"track": themed.themes.get(track=None).pk, "of another call": other.pk, "none such": 987_654}[which]
    signer = base.signatory()
    draft = build.complete_draft(call=themed, by=signer)

    with pytest.raises(Blocked) as stop:
        actions.save_objectives(draft, {**build.objectives_data(draft), "theme": pk}, by=signer, version=draft.version)

    assert [(str(reason), reason.where) for reason in stop.value.reasons] == [
        ("Välj ett av utlysningens teman.", "theme")
    ]
    assert fresh(draft).theme is None


def test_the_section_shows_the_tracks_as_groups_and_saves_the_choice(client, themed):
    signer = base.signatory()
    draft = build.complete_draft(call=themed, by=signer)
    client.force_login(signer)
    url = reverse("applications:section", args=[draft.pk, Section.OBJECTIVES.value])

    page = client.get(url)

    assert '<optgroup label="Ökad kunskap">' in page.text
    for hostile in ("0", "\x00", "9" * 40, "track", str(themed.themes.get(track=None).pk)):
        answer = client.post(url, {"theme": hostile, "version": draft.version})
        assert (answer.status_code, fresh(draft).theme) == (422, None)
    chosen = themed.themes.get(title="El och mark")
    assert client.post(url, {"theme": chosen.pk, "version": draft.version}).status_code == 302
    assert fresh(draft).theme == chosen


def test_a_call_without_themes_asks_for_none(client, call):
    signer = base.signatory()
    draft = build.complete_draft(call=call, by=signer)
    client.force_login(signer)

    page = client.get(reverse("applications:section", args=[draft.pk, Section.OBJECTIVES.value]))

    assert 'name="theme"' not in page.text
    assert reasons_of(draft) == []


def pdf():
    return SimpleUploadedFile("intyg.pdf", b"%PDF-1.4\n%%EOF\n", content_type="application/pdf")


def test_a_required_file_is_asked_for_until_it_is_there(client, call):
    asked = RequiredAttachment.objects.create(call=call, code="intyg", title="Medfinansieringsintyg")
    RequiredAttachment.objects.create(call=call, code="karta", title="Karta", is_required=False)
    signer = base.signatory()
    draft = build.complete_draft(call=call, by=signer)
    missing = ["Lägg till filen ”Medfinansieringsintyg”."]
    assert reasons_of(draft) == missing

    actions.add_attachment(draft, pdf(), by=signer, label="Något annat")
    assert missing[0] in reasons_of(draft)
    actions.add_attachment(draft, pdf(), by=signer, required=asked)

    assert missing[0] not in reasons_of(draft)
    row = draft.attachments.get(required=asked)
    assert row.label == "Medfinansieringsintyg"
    actions.remove_attachment(draft, row.pk, by=signer)
    assert missing[0] in reasons_of(draft)


def test_the_page_lists_what_is_asked_for_and_takes_which_file_it_is(client, call):
    asked = RequiredAttachment.objects.create(call=call, code="intyg", title="Medfinansieringsintyg")
    signer = base.signatory()
    draft = build.complete_draft(call=call, by=signer)
    client.force_login(signer)
    add = reverse("applications:attachment_add", args=[draft.pk])

    page = client.get(reverse("applications:section", args=[draft.pk, Section.ATTACHMENTS.value]))
    assert "Det här ber utlysningen om" in page.text
    for hostile in ("9" * 40, "\x00", str(asked.pk + 1)):
        assert client.post(add, {"required": hostile, "file": pdf()}).status_code == 422
    assert draft.attachments.count() == 0
    assert client.post(add, {"required": asked.pk, "file": pdf()}).status_code == 302
    assert draft.attachments.get().required == asked


def test_a_file_cannot_answer_what_another_call_asks_for(call):
    foreign = RequiredAttachment.objects.create(call=calls.draft_call(), code="intyg", title="Intyg")
    signer = base.signatory()
    draft = build.complete_draft(call=call, by=signer)

    with pytest.raises(Blocked):
        actions.add_attachment(draft, pdf(), by=signer, required=foreign)

    assert draft.attachments.count() == 0


def test_the_public_page_has_no_button_but_a_sentence_for_those_who_are_not_invited(client, call):
    call = held(call, kind=CallKind.DIRECTED)
    region = base.region_organisation("24")
    client.force_login(base.member(region))
    start = reverse("applications:start", args=[call.code])

    page = client.get(call.get_absolute_url()).text
    assert (start in page, "Region Västerbotten är inte inbjuden" in page) == (False, True)

    Invitation.objects.create(call=call, organisation=region)
    page = client.get(call.get_absolute_url()).text
    assert (start in page, "är inte inbjuden" in page) == (True, False)


def test_the_public_page_of_a_closed_call_has_a_button_for_the_one_it_is_open_for_again(client, closed):
    region = base.region_organisation("24")
    client.force_login(base.member(region))
    start = reverse("applications:start", args=[closed.code])
    assert start not in client.get(closed.get_absolute_url()).text

    reopened(closed, region)

    assert start in client.get(closed.get_absolute_url()).text
    client.force_login(base.member(base.region_organisation("25")))
    assert start not in client.get(closed.get_absolute_url()).text
