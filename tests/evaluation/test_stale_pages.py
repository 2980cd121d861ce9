"""Nobody decides, sends back or dispatches something else than their page showed (TRUST INV-14; forms carry a version)."""

import pytest
from django.urls import reverse

from evaluation import actions
from evaluation.enums import DecisionState
from evaluation.models import Decision
from grants.core.exceptions import Stale
from tests.builders import base
from tests.builders import evaluation as build

pytestmark = [pytest.mark.usefixtures("reference"), pytest.mark.django_db]
BROKEN = ["", "-1", "1.0", "\x00", "٣", "9" * 400]


def proposed_anew(decision, **changes):
    """The proposal as it is after somebody sent it back and the handler wrote it anew."""
    application = decision.application
    actions.send_back(decision, by=base.decider(), reason="Se över beloppet.")
    review = build.review_of(application)
    return actions.propose(review, by=decision.rapporteur, **build.proposal(application, **changes))


def posted(client, decision, name, **form):
    return client.post(reverse(f"evaluation:{name}", args=[decision.pk]), form)


@pytest.fixture
def decider(client):
    person = base.decider()
    client.force_login(person)
    return person


def test_a_proposal_that_was_rewritten_meanwhile_is_shown_again_instead_of_decided(client, decider):
    opened = build.proposed_decision()
    anew = proposed_anew(opened, reasons="Helt andra skäl.")

    answer = posted(client, opened, "decide", version=opened.version, others="Enhetschefen")

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Förslaget har ändrats sedan du öppnade sidan. Läs det som står här nu" in page
    assert "Helt andra skäl." in page and "Enhetschefen" in page
    assert f'name="version" value="{anew.version}"' in page
    assert (base.fresh(opened).state, base.fresh(opened).version) == (DecisionState.PROPOSED, anew.version)
    assert opened.events.filter(name="decide").count() == 0


def test_the_page_that_was_shown_again_decides_what_it_shows(client, decider):
    opened = build.proposed_decision()
    proposed_anew(opened, reasons="Helt andra skäl.")
    again = posted(client, opened, "decide", version=opened.version)

    answer = posted(client, opened, "decide", version=again.context["decision"].version)

    assert answer.status_code == 302
    assert (base.fresh(opened).state, base.fresh(opened).decider) == (DecisionState.MADE, decider)


@pytest.mark.parametrize("version", BROKEN, ids=range(len(BROKEN)))
@pytest.mark.parametrize("name", ["decide", "send_back"])
def test_a_form_without_a_readable_version_counts_as_old(client, decider, name, version):
    decision = build.proposed_decision()

    answer = posted(client, decision, name, version=version, reason="Därför.")

    assert answer.status_code == 409
    assert base.fresh(decision).version == decision.version


def test_a_second_press_of_each_button_gets_the_first_ones_answer_and_happens_once(client, decider):
    decision = build.proposed_decision()

    for name in ("decide", "dispatch"):
        version = base.fresh(decision).version
        answers = [posted(client, decision, name, version=version) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [302, 302]
        assert decision.events.filter(name=name).count() == 1

    assert base.fresh(decision).state == DecisionState.DISPATCHED


def test_a_second_press_of_sending_back_gets_the_first_ones_answer_but_another_reason_is_told(client, decider):
    decision = build.proposed_decision()
    form = {"version": decision.version, "reason": "Se över beloppet."}

    answers = [posted(client, decision, "send_back", **form) for _ in range(2)]
    other = posted(client, decision, "send_back", **{**form, "reason": "Något annat."})

    assert [*(answer.status_code for answer in answers), other.status_code] == [302, 302, 409]
    assert decision.events.filter(name="send_back").count() == 1


def test_a_decision_taken_back_and_made_anew_is_not_dispatched_from_the_old_page(client, decider):
    opened = build.made_decision()
    anew = proposed_anew(opened, reasons="Helt andra skäl.")
    actions.decide(anew, by=base.decider())

    answer = posted(client, opened, "dispatch", version=opened.version)

    assert answer.status_code == 409
    assert "Beslutet har ändrats sedan du öppnade sidan." in answer.content.decode()
    assert base.fresh(opened).document is None


@pytest.mark.parametrize("name", ["decide", "send_back", "dispatch"])
def test_every_form_of_the_page_carries_its_version(client, decider, name):
    decision = build.made_decision() if name == "dispatch" else build.proposed_decision()

    page = client.get(reverse("evaluation:decision", args=[decision.pk])).content.decode()

    form = page.partition(f'action="{reverse(f"evaluation:{name}", args=[decision.pk])}"')[2].partition("</form>")[0]
    assert f'name="version" value="{decision.version}"' in form


def test_the_action_itself_refuses_another_version_and_asks_none_of_commands():
    decision = build.proposed_decision()
    person = base.decider()

    with pytest.raises(Stale):
        actions.decide(decision, by=person, version=decision.version - 1)
    assert Decision.objects.get(pk=decision.pk).state == DecisionState.PROPOSED

    assert actions.decide(decision, by=person).state == DecisionState.MADE
