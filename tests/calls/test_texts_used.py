"""The texts of a call at work: in proposals, decisions, letters and mails."""

import pytest
from django.urls import reverse

from calls import actions, texts
from calls.enums import DecisionKind
from evaluation import actions as evaluation_actions
from evaluation.enums import Outcome
from evaluation.models import Decision
from grants.core.models import OutgoingMessage
from tests.builders import applications, base, calls
from tests.builders import evaluation as build
from tests.builders.sessions import browser

pytestmark = pytest.mark.django_db
KEY = "support-conditions"


def managed():
    manager = base.call_manager()
    return calls.open_call(manager=manager), manager


def write(call, manager, **bodies):
    for key, body in bodies.items():
        actions.save_text(call, key.replace("_", "-"), body, by=manager, version=0)


def test_a_proposal_starts_from_the_calls_texts_and_keeps_what_it_was_made_with():
    call, manager = managed()
    write(call, manager, support_conditions="{sokande} redovisar.", support_special_conditions="Gäller {projekt}.")
    write(call, manager, support_reasons_rejected="{projekt} fick {poang} poäng.", support_grounds="Egna grunder.")
    application = build.assessed_application(call=call)
    review = build.review_of(application)
    client = browser(review.handler)
    page = reverse("evaluation:propose", args=[application.pk])

    granted = client.get(page).context["form"].initial
    rejected = client.get(page + "?utfall=rejected").context["form"].initial
    decision = evaluation_actions.propose(review, by=review.handler, **build.proposal(application))
    actions.save_text(call, "support-grounds", "Andra grunder.", by=manager, version=1)

    assert granted["conditions"] == f"{application.applicant} redovisar."
    assert granted["special_conditions"] == f"Gäller {application}."
    assert (granted["legal_grounds"], granted["reasons"]) == ("Egna grunder.", "")
    assert (rejected["outcome"], rejected["reasons"]) == ("rejected", f"{application} fick 80,0 poäng.")
    assert "amount_sek" not in rejected
    assert base.fresh(decision).legal_grounds == "Egna grunder."


def test_without_texts_of_its_own_a_call_has_the_standard_ones():
    call, _ = managed()
    application = build.assessed_application(call=call)
    review = build.review_of(application)

    decision = evaluation_actions.propose(review, by=review.handler, **build.proposal(application))

    assert decision.legal_grounds == f"1–3, 5 och 8 §§ {texts.ORDINANCE}."
    assert (decision.is_appealable, decision.appeal_text) == (False, "Beslutet kan inte överklagas.")


def test_appeals_follow_the_rule_of_the_decisions_kind():
    manager = base.call_manager()
    rules = calls.appeals(DecisionKind.SUPPORT, DecisionKind.DISMISSAL)
    call = calls.open_call(manager=manager, decision_rules=rules)
    write(call, manager, appeal_support="Skriv till {myndighet} och ange {dnr}.", no_appeal_support="Går inte.")
    application = build.assessed_application(call=call)
    review = build.review_of(application)
    support = evaluation_actions.propose(review, by=review.handler, **build.proposal(application))
    other = build.review_of(build.reviewed_application(call=call))
    dismissal = evaluation_actions.propose(
        other, by=other.handler, kind="dismissal", outcome=Outcome.DISMISSED, reasons="Sent.", short_reasons="Sent."
    )

    assert (support.is_appealable, support.appeal_text) == (
        True,
        f"Skriv till Tillväxtverket och ange {application.register_number}.",
    )
    assert dismissal.is_appealable
    assert dismissal.appeal_text.startswith("Ni kan överklaga beslutet hos förvaltningsrätten.")


def test_mails_speak_in_the_calls_own_words_and_others_as_before():
    call, manager = managed()
    actions.save_text(
        call, "mail-receipt", "{dnr} har kommit in. {lank}", subject="Tack, {sokande}", by=manager, version=0
    )
    sent = applications.submitted_application(call=call)
    other = applications.submitted_application(call=calls.open_call(manager=manager))

    mail = OutgoingMessage.objects.filter(stream=sent.pk, template="applications/receipt").first()
    usual = OutgoingMessage.objects.filter(stream=other.pk, template="applications/receipt").first()
    assert mail.subject == f"Tack, {sent.applicant}"
    assert mail.body.startswith(f"{sent.register_number} har kommit in. http")
    assert reverse("applications:receipt", args=[sent.pk]) in mail.body
    assert usual.subject == f"Vi har tagit emot er ansökan, {other.register_number}"


def test_the_mail_of_a_decision_has_its_own_words_too():
    call, manager = managed()
    actions.save_text(call, "mail-decision", "{beslut}: {belopp}. {lank}", by=manager, version=0)

    decision = build.dispatched_decision(call=call)

    mail = OutgoingMessage.objects.filter(template="evaluation/decision").first()
    assert mail.body.replace("\u00a0", " ").startswith("beviljad: 900 000 kr. http")
    assert mail.subject == f"Beslut i ärende {decision.case.register_number}"
    assert Decision.objects.count() == 1


def test_a_request_for_supplement_starts_from_the_calls_consequence():
    call, manager = managed()
    write(call, manager, supplement_consequence="Annars avgör vi ärendet om {projekt}.")
    application = build.reviewed_application(call=call)
    client = browser(build.review_of(application).handler)

    form = client.get(reverse("evaluation:supplement", args=[application.pk])).context["form"]

    assert form.initial["consequence"] == f"Annars avgör vi ärendet om {application}."
