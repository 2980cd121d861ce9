"""The texts of a call: placeholders from a closed list, versions, pages, and what they are used for."""

from urllib.parse import quote_plus

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from calls import actions, texts
from calls.enums import DecisionKind
from calls.models import DecisionRule, TextTemplate
from evaluation import actions as evaluation_actions
from evaluation.enums import Outcome
from evaluation.models import Decision
from grants.core.exceptions import Blocked, Stale
from grants.core.models import Event, OutgoingMessage
from tests.builders import applications, base, calls
from tests.builders import evaluation as build
from tests.builders.setup_pages import faults_on, fill

pytestmark = pytest.mark.django_db
KEY = "support-conditions"
HOSTILE = (
    "{0.__class__}",
    "{sokande.__class__.__mro__}",
    "{sokande!r}",
    "{sokande:>1000000}",
    "{sokande[0]}",
    "{}",
    "{ sokande }",
    "{Sokande}",
    "{sökande}",
    "{pengar}",
    "{sokande",
    "sokande}",
    "{{sokande}}",
    "{{{sokande}}}",
    "{sok\nande}",
    "{" * 5000,
)
MARKUP = ("{% load x %}", "{%", "%(sokande)s", "${sokande}")


def browser(person):
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def state():
    return TextTemplate.objects.count(), Event.objects.count()


def managed():
    manager = base.call_manager()
    return calls.open_call(manager=manager), manager


def url(call, key=KEY, name="text"):
    return reverse(f"calls:{name}", args=[call.code, key])


# Placeholders --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_is_no_known_placeholder_is_refused_with_those_that_are(text):
    call, manager = managed()
    before = state()

    with pytest.raises(Blocked) as stop:
        actions.save_text(call, KEY, f"Till {text}.", by=manager, version=0)

    said = " ".join(stop.value.reasons)
    assert {reason.where for reason in stop.value.reasons} == {"body"}
    assert "{sokande}" in said
    assert len(said) < 600
    assert state() == before


def test_a_placeholder_of_another_purpose_is_refused():
    call, manager = managed()

    with pytest.raises(Blocked) as stop:
        actions.save_text(call, KEY, "Läs mer: {lank}", by=manager, version=0)

    assert stop.value.reasons[0].startswith("”{lank}” finns inte här. Använd någon av {sokande}, {projekt}, ")


def test_a_mail_must_hold_its_link():
    call, manager = managed()

    with pytest.raises(Blocked) as stop:
        actions.save_text(call, "mail-decision", "Vi har beslutat om {projekt}.", by=manager, version=0)

    assert stop.value.reasons == ["Texten behöver {lank}: adressen till sidan som mejlet handlar om."]


@pytest.mark.parametrize("text", MARKUP)
def test_the_signs_of_template_languages_are_plain_text_or_refused(text):
    found = texts.faults(texts.PURPOSES[KEY], text)
    filled = texts.fill(text, {"sokande": "Region Norr"})

    assert found or filled == text.replace("{sokande}", "Region Norr")


def test_what_replaces_a_placeholder_is_not_read_for_placeholders():
    assert texts.fill("{sokande} och {projekt}", {"sokande": "{projekt}", "projekt": "{sokande}"}) == (
        "{projekt} och {sokande}"
    )


def test_every_purpose_has_a_standard_text_that_it_would_accept_itself():
    wrong = {p.key: texts.faults(p, p.standard) for p in texts.PURPOSES.values()}

    assert {key: said for key, said in wrong.items() if said} == {}
    assert texts.faults(texts.APPEAL_PURPOSE, texts.APPEAL) == []
    assert all(len(key) <= 60 for key in texts.PURPOSES)


# Versions ------------------------------------------------------------------------------------------------------------


def test_each_save_makes_the_next_version_with_who_and_an_event():
    call, manager = managed()
    actions.save_text(call, KEY, "Ett.", by=manager, version=0)
    actions.save_text(call, KEY, "Två, {sokande}.", by=manager, version=1)

    rows = list(TextTemplate.objects.filter(call=call).order_by("version"))
    last = Event.objects.filter(stream=call.pk).last()
    assert [(row.version, row.body, row.created_by) for row in rows] == [
        (1, "Ett.", manager),
        (2, "Två, {sokande}.", manager),
    ]
    assert (last.label, last.facts) == ("Texten ”Allmänna villkor” ändrades", {"purpose": KEY, "version": 2})
    assert texts.text_for(call, KEY, {"sokande": "Region Norr"}) == "Två, Region Norr."


def test_saving_the_same_text_or_nothing_makes_no_version():
    call, manager = managed()
    assert actions.save_text(call, KEY, "", by=manager, version=0) is None
    actions.save_text(call, KEY, "Ett.", by=manager, version=0)
    before = state()

    actions.save_text(call, KEY, " Ett. ", by=manager, version=1)

    assert state() == before


def test_a_stale_page_overwrites_nothing():
    call, manager = managed()
    actions.save_text(call, KEY, "Ett.", by=manager, version=0)
    before = state()

    with pytest.raises(Stale):
        actions.save_text(call, KEY, "Annat.", by=manager, version=0)
    with pytest.raises(Stale):
        actions.restore_text(call, KEY, 0, by=manager, version=0)

    assert state() == before


def test_an_older_version_comes_back_as_a_new_one_and_the_standard_text_too():
    call, manager = managed()
    actions.save_text(call, KEY, "Ett.", by=manager, version=0)
    actions.save_text(call, KEY, "Två.", by=manager, version=1)

    third = actions.restore_text(call, KEY, 1, by=manager, version=2)
    assert (third.version, third.body) == (3, "Ett.")
    fourth = actions.restore_text(call, KEY, 0, by=manager, version=3)

    assert (fourth.version, fourth.body) == (4, "")
    assert texts.current_texts(call) == {}
    with pytest.raises(Blocked):
        actions.restore_text(call, KEY, 99, by=manager, version=4)


@pytest.mark.parametrize("person", [base.handler, base.decider, base.reader, base.member])
def test_only_a_call_manager_of_the_authority_changes_texts(person):
    call, _ = managed()
    by = person()

    with pytest.raises(PermissionDenied):
        actions.save_text(call, KEY, "Ett.", by=by, version=0)
    assert browser(by).get(reverse("calls:texts", args=[call.code])).status_code == 403


def test_the_texts_of_an_ended_call_stand():
    manager = base.call_manager()
    call = actions.archive(calls.settled_call(manager=manager), by=manager)

    with pytest.raises(Blocked):
        actions.save_text(call, KEY, "Ett.", by=manager, version=0)


# Pages ---------------------------------------------------------------------------------------------------------------


def test_a_call_manager_writes_compares_restores_and_previews_by_the_pages():
    call, manager = managed()
    client = browser(manager)
    assert client.post(url(call), {"version": "0", "body": "Ett till {sokande}."}).status_code == 302
    assert client.post(url(call), {"version": "1", "body": "Två till {sokande}."}).status_code == 302

    compared = client.get(url(call) + "?jamfor=1").content.decode()
    overview = client.get(reverse("calls:texts", args=[call.code])).content.decode()
    restored = client.post(url(call, name="text_restore"), {"version": "2", "nummer": "1"})

    assert "<del>" in compared and "Ett till {sokande}." in compared
    assert "Egen text" in overview and "Standardtext" in overview
    assert restored.status_code == 302
    assert texts.current_texts(call)[KEY].body == "Ett till {sokande}."


def test_a_preview_uses_the_frozen_content_of_a_real_application_and_saves_nothing():
    call, manager = managed()
    sent = applications.submitted_application(call=call)
    draft = applications.draft_application(call=call, title="Hemligt utkast")
    client = browser(manager)
    before = state()

    page = client.post(
        url(call),
        {
            "version": "0",
            "body": "{dnr} {sokande} {projekt} {sokt_belopp}",
            "application": str(sent.pk),
            "forhandsgranska": "1",
        },
    )

    said = page.content.decode().replace("\u00a0", " ")
    assert page.status_code == 200
    assert f"{sent.register_number} {sent.applicant} {sent} 900 000 kr" in said
    assert draft.title not in said
    assert state() == before


def test_without_applications_the_preview_is_invented_and_says_so():
    call, manager = managed()

    said = (
        browser(manager).post(url(call), {"version": "0", "body": "{sokande}", "forhandsgranska": "1"}).content.decode()
    )

    assert "Region Exempel" in said
    assert "påhittade" in said


def test_a_fault_stands_at_the_field_with_what_was_typed():
    call, manager = managed()

    page = browser(manager).post(url(call), {"version": "0", "body": "Hej {sokande.__class__}"})

    said = page.content.decode()
    assert page.status_code == 422
    assert "Hej {sokande.__class__}" in said
    assert said.count("finns inte här. Använd någon av") == 2
    assert TextTemplate.objects.count() == 0


@pytest.mark.parametrize(
    "typed",
    [
        {"body": "\0", "version": "0"},
        {"body": "x" * 1_000_000, "version": "0"},
        {"body": "Ett.", "version": "\0"},
        {"body": "Ett.", "version": "9" * 60},
        {"body": "Ett.", "version": "0", "application": "0' OR 1=1"},
        {"body": "Ett.", "version": "0", "application": "00000000-0000-0000-0000-000000000000"},
        {"body": "\ud800"},
    ],
)
def test_hostile_posts_are_answered_in_words(typed):
    call, manager = managed()
    client = browser(manager)
    client.raise_request_exception = False

    pairs = [f"{name}={quote_plus(value, errors='surrogatepass')}" for name, value in typed.items()]
    for name in ("text", "text_restore"):
        answer = client.post(url(call, name=name), "&".join(pairs), content_type="application/x-www-form-urlencoded")
        assert answer.status_code in (302, 409, 422)


def test_unknown_purposes_and_other_authorities_calls_are_not_found():
    call, manager = managed()
    stranger = base.officer("call_manager", at=base.authority(code="annan", name="Annan"))

    assert browser(manager).get(url(call, "pahittad")).status_code == 404
    assert browser(stranger).get(url(call)).status_code == 404
    assert browser(stranger).post(url(call), {"version": "0", "body": "Ett."}).status_code == 404


def test_the_pages_cost_the_same_for_one_version_and_for_many(django_assert_max_num_queries):
    call, manager = managed()
    client = browser(manager)
    actions.save_text(call, KEY, "0", by=manager, version=0)

    def costs():
        found = []
        for page in (reverse("calls:texts", args=[call.code]), url(call)):
            client.get(page)
            with django_assert_max_num_queries(25) as caught:
                client.get(page)
            found.append(len(caught))
        return found

    before = costs()
    for number in range(1, 40):
        actions.save_text(call, KEY, str(number), by=manager, version=number)

    assert costs() == before


# Used for real -------------------------------------------------------------------------------------------------------


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
    call, _ = managed()
    for kind, text in ((DecisionKind.SUPPORT, "Skriv till {myndighet} och ange {dnr}."), (DecisionKind.DISMISSAL, "")):
        DecisionRule.objects.update_or_create(
            call=call, kind=kind, defaults={"is_appealable": True, "appeal_text": text}
        )
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


def test_an_instruction_with_a_placeholder_that_does_not_exist_is_refused_at_its_field(client):
    call = calls.draft_call(manager=base.call_manager())
    client.force_login(base.call_manager())
    name = f"decision_rules-{DecisionKind.SUPPORT}-appeal_text"

    refused = fill(client, call, "decisions", **{name.replace("-", "__"): "Skriv till {forvaltningsratten}."})
    kept = list(call.decision_rules.values_list("appeal_text", flat=True))
    saved = fill(client, call, "decisions", **{name.replace("-", "__"): "Skriv till {myndighet} om {dnr}."})

    assert refused.status_code == 422
    assert [text for text in faults_on(refused)[name] if "{forvaltningsratten}" in text] == faults_on(refused)[name]
    assert set(kept) <= {""}
    assert saved.status_code == 302
