"""Each party confirms its part: digitally with mandate or by certificate; what changes afterwards makes it fall."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from applications import actions, commitments, confirming, reminders
from applications.blockers import before_submit
from applications.content import content_of
from applications.invariants import confirmations_keep_their_hash
from applications.models import Application, PartyConfirmation, PartyReminder
from applications.views.review import warnings
from calls.enums import ConfirmationRule
from calls.models import Call
from grants.core import events
from grants.core.exceptions import Blocked, Stale
from grants.core.models import OutgoingMessage
from grants.core.time import now, today
from tests.applications.web import signed_in, url
from tests.builders import applications as build
from tests.builders import base, calls
from tests.builders.base import fresh

pytestmark = pytest.mark.django_db
PARTNER = "25"
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def joint_draft(*, rule=ConfirmationRule.WANTED, by=None, organisation=True):
    """A complete draft with one co-applicant: a region with an account, or somebody by name only."""
    by = by or base.member()
    call = calls.open_call()
    Call.objects.filter(pk=call.pk).update(confirmation_rule=rule)
    draft = build.complete_draft(call=fresh(call), by=by)
    partner = base.region_organisation(PARTNER) if organisation else None
    data = build.parties_data(by, is_joint=True, parties=[build.party(partner)])
    draft = actions.save_parties(draft, data, by=by, version=draft.version)
    return draft, draft.parties.get(), by


def standing(draft):
    [one] = commitments.standings(loaded(draft))
    return one


def loaded(draft):
    from applications.content import loaded

    return loaded(draft)


def certificate(draft, party, by, **changes):
    given = {
        "upload": SimpleUploadedFile("intyg.pdf", PDF, "application/pdf"),
        "name": "Partens Chef",
        "day": today(),
        **changes,
    }
    return confirming.certify(draft, party.pk, by=fresh(by), **given)


def test_somebody_with_mandate_confirms_what_they_have_read():
    draft, party, _ = joint_draft()
    head = base.signatory(base.region_organisation(PARTNER))
    assert standing(draft).words == "Väntar"

    made = confirming.confirm(draft, party.pk, by=fresh(head), read_sha256=standing(draft).sha256)
    again = confirming.confirm(draft, party.pk, by=fresh(head))

    assert (made, made.name, made.confirmed_on) == (again, head.name, today())
    assert (standing(draft).words, standing(draft).is_current) == ("Bekräftad", True)
    assert [event.name for event in events.of(draft)].count("confirm_part") == 1
    assert list(confirmations_keep_their_hash()) == []


def test_nobody_confirms_for_a_party_without_its_mandate():
    draft, party, writer = joint_draft()
    others = [writer, base.member(base.region_organisation(PARTNER)), base.signatory(), base.handler()]

    for person in others:
        with pytest.raises(PermissionDenied):
            confirming.confirm(draft, party.pk, by=fresh(person))
        with pytest.raises(PermissionDenied):
            certificate(draft, party, base.member(base.region_organisation(PARTNER)))

    assert PartyConfirmation.objects.count() == 0


def test_a_part_that_changed_since_it_was_read_is_not_confirmed():
    draft, party, _ = joint_draft()
    head = base.signatory(base.region_organisation(PARTNER))

    with pytest.raises(Stale):
        confirming.confirm(draft, party.pk, by=fresh(head), read_sha256="0" * 64)

    assert PartyConfirmation.objects.count() == 0


@pytest.mark.parametrize("what", ["text", "financing", "own facts"])
def test_a_confirmation_falls_away_when_the_part_changes_and_holds_when_something_else_does(what):
    draft, party, by = joint_draft()
    confirming.confirm(draft, party.pk, by=fresh(base.signatory(base.region_organisation(PARTNER))))
    draft = actions.save_project(
        fresh(draft), build.project_data(draft, title="Nytt namn"), by=by, version=fresh(draft).version
    )
    assert standing(draft).is_current

    if what == "financing":
        data = build.budget_data(draft)
        line = {"kind": "public", "financier": party.name, "form": "cash", "amount_sek": 10_000}
        actions.save_budget(
            draft, {**data, "financing": [*data["financing"], line]}, by=by, version=fresh(draft).version
        )
    else:
        change = {"contribution": "Något annat."} if what == "text" else {"signatory_name": "En Annan"}
        row = build.party(base.region_organisation(PARTNER), **change)
        data = build.parties_data(by, is_joint=True, parties=[row])
        actions.save_parties(draft, data, by=by, version=fresh(draft).version)

    assert (standing(draft).is_current, standing(draft).words) == (False, "Gäller inte längre")
    [row] = [block for block in content_of(draft)["blocks"] if block["heading"] == "Bekräftelser"]
    assert row["table"]["rows"][0][1] == "Gäller inte längre"


def test_the_call_decides_whether_a_missing_confirmation_stops_or_warns():
    wanted, _, _ = joint_draft()
    required, party, _ = joint_draft(rule=ConfirmationRule.REQUIRED)

    assert before_submit(fresh(wanted)) == []
    assert any("har inte bekräftat sin del" in text for text in warnings(loaded(wanted)))
    [reason] = before_submit(fresh(required))
    assert (reason.where, party.name in reason) == ("parter#bekraftelser", True)

    confirming.confirm(required, party.pk, by=fresh(base.signatory(base.region_organisation(PARTNER))))
    assert before_submit(fresh(required)) == []


def test_the_applicant_adds_a_certificate_with_its_file_signer_and_day():
    draft, party, by = joint_draft(organisation=False)

    made = certificate(draft, party, by)

    assert (made.how, made.name, made.file.label) == ("certificate", "Partens Chef", f"Intyg från {party.name}")
    assert made.file.application_id == draft.pk
    assert standing(draft).is_current
    assert content_of(draft)["data"]["confirmations"][0]["how"] == "certificate"


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"name": "\x00 "}, "name"),
        ({"name": "å" * 151}, "name"),
        ({"day": None}, "day"),
        ({"day": today() + dt.timedelta(days=1)}, "day"),
        ({"day": dt.date(1, 1, 1)}, "day"),
        ({"upload": None}, "file"),
    ],
)
def test_a_faulty_certificate_is_refused_at_its_field_and_leaves_nothing(changes, where):
    draft, party, by = joint_draft(organisation=False)

    with pytest.raises(Blocked) as stop:
        certificate(draft, party, by, **changes)

    assert [reason.where for reason in stop.value.reasons] == [where]
    assert (PartyConfirmation.objects.count(), draft.attachments.count()) == (0, 0)


def test_a_certificate_that_is_no_file_of_its_kind_leaves_nothing():
    draft, party, by = joint_draft(organisation=False)

    with pytest.raises(Blocked):
        certificate(draft, party, by, upload=SimpleUploadedFile("intyg.pdf", b"MZ\x90 not a pdf"))

    assert (PartyConfirmation.objects.count(), draft.attachments.count()) == (0, 0)


def test_what_has_come_in_is_confirmed_no_more():
    by = base.signatory()
    draft, party, _ = joint_draft(by=by)
    sent = actions.submit(draft, by=fresh(by))

    with pytest.raises(Blocked):
        confirming.confirm(sent, party.pk, by=fresh(base.signatory(base.region_organisation(PARTNER))))

    assert PartyConfirmation.objects.count() == 0


# Reminders -------------------------------------------------------------------------------------------------------------


def test_a_party_is_reminded_once_a_day():
    draft, party, by = joint_draft()
    head = base.signatory(base.region_organisation(PARTNER))

    confirming.remind(draft, party.pk, by=fresh(by))
    with pytest.raises(Blocked):
        confirming.remind(draft, party.pk, by=fresh(by))
    with time_machine.travel(now() + dt.timedelta(days=1)):
        confirming.remind(draft, party.pk, by=fresh(by))

    sent = OutgoingMessage.objects.filter(template="applications/confirm_part")
    assert [message.to for message in sent] == [head.email, head.email]
    assert PartyReminder.objects.count() == 2


def test_a_party_without_account_is_reminded_at_the_address_that_the_applicant_gave():
    draft, party, by = joint_draft(organisation=False)

    confirming.remind(draft, party.pk, by=fresh(by))

    [message] = OutgoingMessage.objects.filter(template="applications/confirm_part")
    assert message.to == "kontakt@example.se"
    assert "Skriv under ett intyg" in message.body


def test_parties_are_reminded_by_the_clock_when_the_deadline_is_near_and_not_when_they_have_confirmed():
    draft, _, _ = joint_draft()
    done, party, _ = joint_draft()
    head = base.signatory(base.region_organisation(PARTNER))
    confirming.confirm(done, party.pk, by=fresh(head))
    closes_at = now() + dt.timedelta(days=6)
    Call.objects.filter(pk__in=(draft.call_id, done.call_id)).update(closes_at=closes_at)
    Application.objects.filter(pk__in=(draft.pk, done.pk)).update(created_at=now() - dt.timedelta(days=20))

    reminders.run()
    reminders.run()

    about = PartyReminder.objects.values_list("party__application", flat=True)
    assert list(about) == [draft.pk]


# Pages -----------------------------------------------------------------------------------------------------------------


def test_the_pages_show_who_has_confirmed_and_give_each_their_own_button(monkeypatch):
    draft, party, by = joint_draft()
    head = base.signatory(base.region_organisation(PARTNER))
    writer, signer = signed_in(by), signed_in(head)
    page = url("confirmation", draft, party.pk)

    table = writer.get(url("confirmations", draft)).content.decode()
    assert party.name in table and "Väntar" in table
    text = writer.get(page).content.decode()
    assert "Bekräfta delen" not in text and "Lägg in intyget" in text
    text = signer.get(page).content.decode()
    assert "Bekräfta delen" in text and "Lägg in intyget" not in text
    monkeypatch.setattr("grants.accounts.stepup.is_confirmed", lambda request: False)
    answer = signer.post(page, {"gor": "bekrafta", "sha256": standing(draft).sha256})
    assert answer.status_code == 302
    assert answer.url.startswith("/konto/")  # to the page that asks for the password
    assert PartyConfirmation.objects.count() == 0
    sent = writer.post(page, {"gor": "paminn"})
    assert (sent.status_code, PartyReminder.objects.count()) == (302, 1)
    assert writer.post(page, {"gor": "paminn"}).status_code == 422


@pytest.mark.parametrize("press", ["", "bekrafta", "intyg", "paminn", "\x00", "x" * 100_000])
def test_a_party_of_another_application_is_not_found_and_nothing_is_written(press):
    _, _, by = joint_draft()
    _, party, _ = joint_draft(by=by)
    bare = build.draft_application(by=by)

    answer = signed_in(by).post(url("confirmation", bare, party.pk), {"gor": press, "name": "\x00", "day": "x"})

    assert answer.status_code in (404, 422)
    assert (PartyConfirmation.objects.count(), PartyReminder.objects.count()) == (0, 0)


def test_a_faulty_certificate_is_told_on_the_page():
    draft, party, by = joint_draft(organisation=False)
    client, page = signed_in(by), url("confirmation", draft, party.pk)

    answer = client.post(page, {"gor": "intyg", "name": "", "day": "igår", "sha256": standing(draft).sha256})
    stale = client.post(page, {"gor": "intyg", "name": "A", "day": "2026-01-01", "sha256": "x"})

    assert (answer.status_code, stale.status_code) == (422, 409)
    assert PartyConfirmation.objects.count() == 0
