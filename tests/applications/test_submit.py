"""Sending in: completeness, mandate, lateness, exactly once, and what is left behind."""

import datetime as dt
import uuid

import pytest
from django.core.exceptions import PermissionDenied

from applications import actions, blockers
from applications.content import content_of
from applications.enums import State
from applications.models import Application
from applications.signals import application_submitted
from grants.accounts.enums import Level
from grants.core import events
from grants.core.exceptions import Blocked
from grants.core.invariants import CHECKS
from grants.core.models import Event, OutgoingMessage, UsedToken
from grants.core.money import format_sek
from grants.core.time import now
from grants.documents.enums import DocumentKind
from grants.documents.models import Case, Document
from tests.builders import applications as build
from tests.builders import base, calls
from tests.builders.base import fresh

pytestmark = pytest.mark.django_db


def check(number: str) -> list[str]:
    """The violations of one invariant's checks of applications."""
    return [text for name, (_, run) in CHECKS.items() if name.startswith(f"{number} ") for text in run()]


@pytest.fixture
def signer():
    return base.signatory(base.region_organisation())


@pytest.fixture
def draft(signer):
    return build.complete_draft(by=signer)


def test_a_complete_application_gets_a_case_a_number_two_documents_and_an_event(draft, signer):
    sent = actions.submit(draft, by=signer)

    assert sent.state == State.SUBMITTED
    assert sent.case_id == sent.pk
    assert sent.register_number == f"{sent.submitted_at:%Y}-00001"
    kinds = list(Document.objects.filter(case=sent.case).order_by("number").values_list("kind", flat=True))
    assert kinds == [DocumentKind.APPLICATION, DocumentKind.RECEIPT]
    assert sent.events.last().name == "submit"
    assert sent.case.parties.get().organisation == sent.applicant


def test_the_receipt_quotes_the_hash_of_what_came_in(draft, signer):
    sent = actions.submit(draft, by=signer)

    document = Document.objects.get(case=sent.case, kind=DocumentKind.APPLICATION)
    receipt = Document.objects.get(case=sent.case, kind=DocumentKind.RECEIPT)
    assert events.sha256(events.canonical(document.content)) == document.sha256
    assert fresh(sent).content_sha256 == document.sha256
    assert ["Kontrollsumma", document.sha256] in receipt.content["facts"]
    assert document.content == content_of(sent)
    assert check("INV-2") == []


def test_a_changed_content_is_found_by_the_invariant(draft, signer):
    sent = actions.submit(draft, by=signer)

    Application.objects.filter(pk=sent.pk).update(content_sha256="0" * 64)

    assert len(check("INV-2")) == 1


def test_mail_goes_once_to_contact_signer_and_those_who_write(draft, signer):
    writer = base.member(draft.applicant)
    base.member(draft.applicant, Level.VIEW)

    actions.submit(draft, by=signer)

    told = sorted(OutgoingMessage.objects.filter(template="applications/receipt").values_list("to", flat=True))
    assert told == sorted([signer.email, writer.email])


def test_the_next_stage_is_told_inside_the_transaction(draft, signer):
    heard = []

    def listen(sender, application, by, **rest):
        heard.append((application.pk, application.state, application.register_number, by))

    application_submitted.connect(listen)
    try:
        sent = actions.submit(draft, by=signer)
        actions.submit(draft, by=signer)
    finally:
        application_submitted.disconnect(listen)

    assert heard == [(sent.pk, State.SUBMITTED, sent.register_number, signer)]


def test_a_second_press_gives_the_same_receipt_and_nothing_new(draft, signer):
    token = uuid.uuid4()

    first = actions.submit(draft, by=signer, token=token)
    counts = (Case.objects.count(), Document.objects.count(), Event.objects.count(), OutgoingMessage.objects.count())
    second = actions.submit(draft, by=signer, token=token)

    assert second.pk == first.pk and second.register_number == first.register_number
    assert second.submitted_at == first.submitted_at
    assert counts == (
        Case.objects.count(),
        Document.objects.count(),
        Event.objects.count(),
        OutgoingMessage.objects.count(),
    )


def test_a_form_token_of_another_application_is_refused_and_leaves_nothing_behind(draft, signer):
    other = build.complete_draft(by=signer, call=draft.call)
    token = uuid.uuid4()
    actions.submit(other, by=signer, token=token)

    with pytest.raises(Blocked) as stop:
        actions.submit(draft, by=signer, token=token)

    assert stop.value.reasons == ["Formuläret är redan använt. Ladda om sidan och försök igen."]
    assert fresh(draft).state == State.DRAFT
    assert Case.objects.count() == 1


def test_without_mandate_nothing_is_sent(draft):
    writer = base.member(draft.applicant, Level.MANAGE)

    with pytest.raises(PermissionDenied):
        actions.submit(draft, by=writer)

    assert fresh(draft).state == State.DRAFT
    assert Case.objects.count() == 0


def test_a_refusal_takes_no_number_and_writes_nothing(signer):
    draft = build.draft_application(by=signer)
    token = uuid.uuid4()

    with pytest.raises(Blocked):
        actions.submit(draft, by=signer, token=token)

    assert fresh(draft).state == State.DRAFT
    assert Case.objects.count() == Document.objects.count() == OutgoingMessage.objects.count() == 0
    assert UsedToken.objects.count() == 0
    assert [event.name for event in draft.events] == ["start"]
    sent = actions.submit(build.complete_draft(by=signer, call=draft.call), by=signer)
    assert sent.register_number.endswith("-00001")


@pytest.mark.parametrize(("offset_ms", "is_late"), [(-1, False), (0, True), (1, True)])
def test_at_the_closing_instant_it_is_late_but_received(signer, offset_ms, is_late):
    call = calls.open_call()
    draft = build.complete_draft(call=call, by=signer)

    sent = actions.submit(draft, by=signer, at=call.closes_at + dt.timedelta(milliseconds=offset_ms))

    assert (sent.state, sent.is_late) == (State.SUBMITTED, is_late)
    receipt = Document.objects.get(case=sent.case, kind=DocumentKind.RECEIPT)
    assert ("sent inkommen" in str(receipt.content)) == is_late
    assert check("INV-3") == []


def test_a_later_extension_of_the_call_does_not_change_the_verdict(signer):
    call = calls.open_call()
    draft = build.complete_draft(call=call, by=signer)
    sent = actions.submit(draft, by=signer, at=call.closes_at + dt.timedelta(milliseconds=1))

    type(call).objects.filter(pk=call.pk).update(closes_at=call.closes_at + dt.timedelta(days=9))

    assert fresh(sent).is_late is True
    assert check("INV-3") == []


def test_a_wrong_verdict_is_found_by_the_invariant(draft, signer):
    sent = actions.submit(draft, by=signer)

    Application.objects.filter(pk=sent.pk).update(is_late=True)

    assert len(check("INV-3")) == 1


def test_every_missing_answer_is_told_at_once(signer):
    draft = build.draft_application(by=signer, title="")

    reasons = blockers.before_submit(draft)

    assert "Skriv projektets namn." in reasons
    assert "Skriv en sammanfattning av projektet." in reasons
    assert "Välj det RUS-mål som projektet främst bidrar till." in reasons
    assert "Välj det strategiska område som projektet främst hör till." in reasons
    assert "Skriv projektets kostnader." in reasons
    assert {reason.where.partition("#")[0] for reason in reasons} == {"parter", "projekt", "mal", "budget"}


def budget_reasons(draft, signer, **changes):
    data = {**build.budget_data(draft), **changes}
    saved = actions.save_budget(draft, data, by=signer, version=fresh(draft).version)
    return blockers.budget_missing(fresh(saved))


def test_financing_must_equal_the_cost_to_the_krona(draft, signer):
    financing = build.budget_data(draft)["financing"]

    high = budget_reasons(draft, signer, financing=[{**financing[0], "amount_sek": 1_160_000}])
    low = budget_reasons(draft, signer, financing=[{**financing[0], "amount_sek": 1_099_999}])

    assert high == [f"Finansieringen är {format_sek(60_000)} högre än kostnaden. Ändra beloppen så att de är lika."]
    assert low == [f"Finansieringen är {format_sek(1)} lägre än kostnaden. Ändra beloppen så att de är lika."]


@pytest.mark.parametrize(
    ("applied_sek", "told"),
    [
        (399_999, [f"Ni söker {format_sek(399_999)}. Sök minst {format_sek(400_000)}."]),
        (400_000, []),
        (1_000_000, []),
        (
            1_000_001,
            [
                f"Stödet ni söker är 50,0\u00a0% av kostnaden. Det får vara högst 50\u00a0%. Sök högst {format_sek(1_000_000)}."
            ],
        ),
    ],
)
def test_amount_and_share_are_compared_exactly(draft, signer, applied_sek, told):
    data = build.budget_data(draft, applied_sek=applied_sek)

    assert budget_reasons(draft, signer, **data) == told


def test_the_largest_amount_of_the_call_holds(signer):
    draft = build.complete_draft(call=calls.open_call(largest_amount_sek=800_000), by=signer)

    assert blockers.budget_missing(draft) == [f"Ni söker {format_sek(900_000)}. Sök högst {format_sek(800_000)}."]


def test_the_period_must_lie_within_the_call(draft, signer):
    year = now().year
    call = draft.call

    def told(start_on, end_on):
        data = build.project_data(draft, start_on=start_on, end_on=end_on)
        saved = actions.save_project(draft, data, by=signer, version=fresh(draft).version)
        return [reason.where for reason in blockers.period_reasons(saved)]

    assert (call.longest_months, call.earliest_start_on) == (36, dt.date(year, 1, 1))
    assert told(dt.date(year, 1, 1), dt.date(year + 2, 12, 31)) == []
    assert told(dt.date(year, 1, 1), dt.date(year + 3, 1, 1)) == ["projekt#end_on"]
    assert told(dt.date(year - 1, 12, 31), dt.date(year, 12, 31)) == ["projekt#start_on"]
    assert told(dt.date(year + 3, 1, 1), dt.date(year + 4, 1, 1)) == ["projekt#end_on"]
    assert told(dt.date(year + 1, 1, 1), dt.date(year, 12, 31)) == ["projekt#end_on"]
    assert told(None, None) == ["projekt#start_on", "projekt#end_on"]


def test_a_joint_project_needs_a_party_with_costs_of_its_own(draft, signer):
    alone = actions.save_parties(
        draft, build.parties_data(signer, is_joint=True), by=signer, version=fresh(draft).version
    )
    assert [reason.where for reason in blockers.parties_missing(alone)] == ["parter#parter-0-name"]

    data = build.parties_data(signer, is_joint=True, parties=[build.party()])
    together = actions.save_parties(alone, data, by=signer, version=alone.version)
    assert blockers.parties_missing(fresh(together)) == []


def test_parties_with_an_account_become_parties_to_the_case(draft, signer):
    partner = base.region_organisation("25")
    data = build.parties_data(signer, is_joint=True, parties=[build.party(partner), build.party()])
    draft = actions.save_parties(draft, data, by=signer, version=fresh(draft).version)

    sent = actions.submit(draft, by=signer)

    assert set(sent.case.parties.values_list("organisation", flat=True)) == {draft.applicant_id, partner.pk}


def test_submitting_costs_a_bounded_number_of_queries(draft, signer):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(
        connection,
    ) as captured:
        actions.submit(draft, by=signer)

    # Reading a call whole, its questions and its rules, opinions planned and own texts: each a query, none per row.
    work = [q["sql"] for q in captured if "SAVEPOINT" not in q["sql"]]
    assert len(work) <= 42, "\n".join(work)
