"""Which decisions of a call can be appealed is chosen kind by kind, and what they say of it is a text like any other."""

import pytest
from django.urls import reverse

from calls import actions, texts, words
from calls.enums import DecisionKind
from calls.models import DecisionRule
from evaluation.enums import DecisionState
from evaluation.process import decision_notes
from grants.core.exceptions import Blocked
from grants.core.models import Event
from tests.builders import applications, base, calls
from tests.builders import evaluation as build
from tests.builders.sessions import browser
from tests.builders.setup_pages import as_shown, faults_on, fill, filled, page_of

pytestmark = pytest.mark.django_db
KINDS = list(DecisionKind)


def name(kind):
    return f"decision_rules-{kind}-is_appealable"


def choices(call):
    return dict(call.decision_rules.values_list("kind", "is_appealable"))


def listed(client, call):
    """The texts about appeal that the page of texts shows."""
    groups = dict(client.get(reverse("calls:texts", args=[call.code])).context["groups"])
    return [row["purpose"].key for row in groups.get(texts.APPEALS, [])]


def text_url(call, key, view="text"):
    return reverse(f"calls:{view}", args=[call.code, key])


# The choice ----------------------------------------------------------------------------------------------------------


def test_nothing_is_chosen_for_a_new_call_and_saving_the_page_untouched_says_nothing():
    manager = base.call_manager()
    client = browser(manager)
    call = actions.start_call({"code": "plan-2027", "title": "Ny"}, by=manager)

    shown = as_shown(client, page_of(call, "decisions"))
    saved = client.post(page_of(call, "decisions"), shown)

    assert [field for field in shown if field.startswith("decision_rules")] == []
    assert saved.status_code == 302
    assert choices(call) == {}
    assert [event.name for event in call.events] == ["created"]


def test_the_choice_is_kept_kind_by_kind_and_publishing_asks_for_what_is_left():
    manager = base.call_manager()
    client = browser(manager)
    call = calls.draft_call(manager=manager, decision_rules=[])
    filled(client, call, "decisions", **{name("support"): "False", name("dismissal"): "True"})

    with pytest.raises(Blocked) as stop:
        actions.publish(call, by=manager)

    assert choices(call) == {"support": False, "dismissal": True}
    assert [(str(reason), reason.where) for reason in stop.value.reasons] == [
        (
            "Välj om avskrivning, ändringsbeslut, beslut om utbetalning, beslut om förskott, beslut om återkrav, rättelse och "
            "omprövning kan överklagas.",
            "decision_rules",
        )
    ]
    filled(client, call, "decisions", **{name(kind): "False" for kind in KINDS})
    assert actions.publish(base.fresh(call), by=manager).state == "published"


def test_the_overview_leads_to_the_choice_that_is_missing():
    manager = base.call_manager()
    call = calls.draft_call(manager=manager, decision_rules=[])

    left = browser(manager).get(call.get_desk_url()).context["left"]

    assert [(label, [(str(item["text"]), item["url"]) for item in items]) for label, items in left] == [
        (
            "Överklagande",
            [
                (
                    "Välj för varje slag av beslut om det kan överklagas.",
                    f"{page_of(call, 'decisions')}#decision_rules",
                )
            ],
        )
    ]


def test_a_choice_that_is_made_can_change_but_not_be_unmade():
    manager = base.call_manager()
    client = browser(manager)
    call = calls.open_call(manager=manager, decision_rules=calls.appeals("support"))
    before = choices(call)

    refused = fill(client, call, "decisions", **{name("support"): None})
    kept = choices(call)
    filled(client, call, "decisions", **{name("support"): "False"})

    assert faults_on(refused) == {name("support"): ["Beslut om stöd: välj om det kan överklagas."]}
    assert kept == before
    assert choices(call)["support"] is False
    event = call.events.last()
    assert (
        event.facts["before"]["decision_rules"].splitlines()[0],
        event.facts["after"]["decision_rules"].splitlines()[0],
    ) == (
        "Beslut om stöd: kan överklagas",
        "Beslut om stöd: kan inte överklagas",
    )


@pytest.mark.parametrize("typed", ["true", "ja", "\0", "1", "x" * 100_000])
def test_an_answer_that_is_not_offered_is_refused_at_its_field(typed):
    manager = base.call_manager()
    call = calls.draft_call(manager=manager, decision_rules=[])

    refused = fill(browser(manager), call, "decisions", **{name("support"): typed})

    assert faults_on(refused) == {name("support"): ["Beslut om stöd: välj bland det som står i listan."]}
    assert choices(call) == {}


def test_a_call_that_was_published_before_anybody_was_asked_stands_and_can_still_be_saved():
    manager = base.call_manager()
    client = browser(manager)
    call = calls.open_call(manager=manager)
    DecisionRule.objects.filter(call=call).exclude(kind="support").delete()

    filled(client, call, "decisions")
    filled(client, call, "wording", pitch="Ny text.")

    assert choices(call) == {"support": False}
    assert texts.appeal_of(call, "recovery", {}) == (False, "Beslutet kan inte överklagas.")
    assert listed(client, call) == [texts.appeal_key(kind, False) for kind in KINDS]


def test_a_copy_keeps_the_choice_and_the_texts():
    manager = base.call_manager()
    call = calls.open_call(manager=manager, decision_rules=calls.appeals("dismissal"))
    actions.save_text(call, "appeal-dismissal", "Skriv till {myndighet}.", by=manager, version=0)

    made = actions.copy_call(call, code="plan-nasta", by=manager)

    assert choices(made) == choices(call)
    assert texts.appeal_of(made, "dismissal", {"myndighet": "oss"}) == (True, "Skriv till oss.")


def test_the_hint_says_that_a_dismissal_may_be_appealed_whom_to_ask_and_where_it_stands():
    manager = base.call_manager()
    call = calls.draft_call(manager=manager)

    said = browser(manager).get(page_of(call, "decisions")).content.decode()

    assert "avvisas. Fråga er jurist" in said
    assert "40–43 §§ förvaltningslagen" in said


def test_what_nobody_has_said_is_said_nowhere():
    call = calls.draft_call(decision_rules=[])

    assert words.appeal_words(call) == []
    assert decision_notes(call)[DecisionState.DISPATCHED] == []


# The texts -----------------------------------------------------------------------------------------------------------


def test_the_page_of_texts_shows_of_each_kind_the_text_that_the_choice_points_at():
    manager = base.call_manager()
    client = browser(manager)
    call = calls.draft_call(manager=manager, decision_rules=[])
    before = listed(client, call)
    filled(client, call, "decisions", **{name("support"): "False", name("dismissal"): "True"})
    chosen = listed(client, call)
    filled(client, call, "decisions", **{name("support"): "True"})

    assert before == []
    assert chosen == ["no-appeal-support", "appeal-dismissal"]
    assert listed(client, call) == ["appeal-support", "appeal-dismissal"]


def test_a_text_about_appeal_has_placeholders_the_standard_text_a_preview_and_versions():
    manager = base.call_manager()
    client = browser(manager)
    call = calls.open_call(manager=manager, decision_rules=calls.appeals("dismissal"))
    sent = applications.submitted_application(call=call)
    url = text_url(call, "appeal-dismissal")

    page = client.get(url)
    refused = client.post(url, {"version": "0", "body": "Skriv till {forvaltningsratten}."})
    preview = client.post(
        url, {"version": "0", "body": "Ange {dnr}.", "forhandsgranska": "1", "application": str(sent.pk)}
    )
    client.post(url, {"version": "0", "body": "Ange {dnr}."})
    client.post(url, {"version": "1", "body": "Ange {dnr} och {sokande}."})

    assert page.context["form"]["body"].value() == texts.APPEAL
    assert "{myndighet}" in page.content.decode()
    assert refused.status_code == 422
    assert preview.context["preview"]["body"] == f"Ange {sent.register_number}."
    assert list(call.text_templates.values_list("version", "body")) == [
        (2, "Ange {dnr} och {sokande}."),
        (1, "Ange {dnr}."),
    ]
    assert Event.objects.filter(stream=call.pk).last().label == "Mallen ”Avvisning, hur man överklagar” ändrades"


def test_a_changed_choice_never_leaves_an_instruction_in_what_cannot_be_appealed():
    manager = base.call_manager()
    client = browser(manager)
    call = calls.open_call(manager=manager, decision_rules=calls.appeals("support"))
    actions.save_text(call, "appeal-support", "Skriv till oss.", by=manager, version=0)
    before = texts.appeal_of(call, "support", {})

    filled(client, call, "decisions", **{name("support"): "False"})

    assert before == (True, "Skriv till oss.")
    assert texts.appeal_of(base.fresh(call), "support", {}) == (False, "Beslutet kan inte överklagas.")
    assert "Texten används inte nu." in client.get(text_url(call, "appeal-support")).content.decode()
    assert "Texten används inte nu." not in client.get(text_url(call, "no-appeal-support")).content.decode()


def test_decisions_that_are_made_keep_what_they_said_of_appeal():
    manager = base.call_manager()
    call = calls.open_call(manager=manager, decision_rules=calls.appeals("support"))
    decision = build.made_decision(call=call)
    before = (decision.is_appealable, decision.appeal_text)

    actions.save_text(call, "appeal-support", "Något annat.", by=manager, version=0)
    filled(browser(manager), call, "decisions", **{name("support"): "False"})

    kept = base.fresh(decision)
    assert (kept.is_appealable, kept.appeal_text) == before
    assert before[1].startswith("Ni kan överklaga beslutet hos förvaltningsrätten.")
