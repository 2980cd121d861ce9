"""The applicant's pages through HTTP: the way from the call to the receipt, faults, stale tabs, foreign eyes, queries."""

import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications import actions, panels
from applications.enums import Section, State
from applications.models import Application, CostLine
from applications.views.bound import BOUND
from calls.models import CostType
from grants.accounts.enums import Level
from grants.accounts.models import Membership
from grants.documents.models import Case
from grants.strategy.models import Objective
from tests.applications.web import posted, read_form, section_url, signed_in, url
from tests.builders import applications as build
from tests.builders import base, calls
from tests.builders.base import fresh

pytestmark = pytest.mark.django_db
LIMIT = 25


def queries_of(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.fixture
def signer():
    return base.signatory(base.region_organisation())


@pytest.fixture
def client(signer):
    return signed_in(signer)


@pytest.fixture
def draft(signer):
    return build.complete_draft(by=signer)


# Starting ------------------------------------------------------------------------------------------------------------


def test_a_press_on_the_calls_page_starts_a_draft_and_a_second_press_opens_the_same(client):
    call = calls.open_call()
    address = reverse("applications:start", args=[call.code])

    first, second = client.post(address), client.post(address)

    application = Application.objects.get()
    assert first.url == second.url == section_url(application, "parter")
    assert (application.call, application.state) == (call, State.DRAFT)


def test_a_person_of_several_organisations_chooses_one(client, signer):
    other = base.region_organisation("25")
    Membership.objects.create(user=signer, organisation=other, level=Level.EDIT)
    call = calls.open_call()
    address = reverse("applications:start", args=[call.code])

    asked = client.post(address)
    wrong = client.post(address, {"organisation": str(uuid.uuid4())})
    assert (asked.status_code, wrong.status_code, Application.objects.count()) == (200, 422, 0)
    assert "Vilken organisation söker?" in asked.content.decode()

    client.post(address, {"organisation": str(other.pk)})
    assert Application.objects.get().applicant == other


def test_a_closed_call_a_reader_and_an_unknown_call_get_a_sentence_or_404(client):
    closed = client.post(reverse("applications:start", args=[calls.closed_call().code]))
    reader = signed_in(base.member(level=Level.VIEW))
    shut = reader.post(reverse("applications:start", args=[calls.open_call().code]))
    unknown = client.post(reverse("applications:start", args=["finns-inte"]))

    assert (closed.status_code, shut.status_code, unknown.status_code) == (422, 422, 404)
    assert "Utlysningen stängde" in closed.content.decode()
    assert "Be er ansvariga om behörighet" in shut.content.decode()
    assert Application.objects.count() == 0


# Writing -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("section", ["parter", "projekt", "mal", "budget"])
def test_saving_what_the_page_shows_changes_nothing_but_the_version(client, draft, section):
    before = actions.content_of(draft)

    answer = client.post(section_url(draft, section), posted(draft, section, gor="vidare"))

    assert answer.status_code == 302
    assert actions.content_of(draft) == before
    assert fresh(draft).version == draft.version + 1


def test_every_section_of_a_draft_just_started_is_saved_empty(client, signer):
    draft = build.draft_application(by=signer, title="")

    for section in [one for one in Section if one in BOUND]:
        answer = client.post(section_url(draft, section), posted(draft, section))
        assert (section, answer.status_code) == (section, 302)

    assert fresh(draft).version == 4


def test_45k_is_told_with_the_year_kept_in_the_field_and_nothing_is_saved(client, draft):
    travel = CostType.objects.get(call=draft.call, code="travel")
    year = draft.call.years[0]
    name = f"kostnad-{travel.pk}-{year}"

    answer = client.post(
        section_url(draft, "budget"), posted(draft, "budget", **{name: "45k", "applied_sek": "800 000"})
    )

    text = answer.content.decode()
    sentence = f"Skriv resor och logi för {year} i hela kronor, till exempel 45\u00a0000."
    assert answer.status_code == 422
    assert text.count(sentence) == 2, "in the summary and at the field"
    assert 'value="45k"' in text and f'href="#id_{name}"' in text and "<title>Fel:" in text
    assert fresh(draft).applied_sek == 900_000


def test_the_sums_are_recounted_and_saved_so_that_a_reload_sends_nothing_again(client, draft):
    travel = CostType.objects.get(call=draft.call, code="travel")
    data = posted(draft, "budget", gor="rakna", **{f"kostnad-{travel.pk}-{draft.call.years[0]}": "45 000"})

    answer = client.post(section_url(draft, "budget"), data)

    assert (answer.status_code, answer.url) == (302, f"{section_url(draft, 'budget')}#id_kostnader")
    assert "2\u00a0045\u00a0000" in client.get(section_url(draft, "budget")).text
    assert fresh(draft).total_cost_sek == 2_045_000


def test_a_stale_tab_sees_both_texts_and_can_then_save_on_purpose(client, draft, signer):
    old = posted(draft, "projekt", title="Min titel")
    actions.save_project(draft, build.project_data(draft, title="Kollegans titel"), by=signer, version=draft.version)

    answer = client.post(section_url(draft, "projekt"), old)

    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Min titel" in text and "Kollegans titel" in text and "Din text är inte sparad" in text
    assert fresh(draft).title == "Kollegans titel"

    again = client.post(section_url(draft, "projekt"), {**old, "version": fresh(draft).version})
    assert (again.status_code, fresh(draft).title) == (302, "Min titel")


def test_one_more_party_is_a_saved_press_away(client, draft):
    answer = client.post(section_url(draft, "parter"), posted(draft, "parter", gor="rad"))

    page = client.get(answer.url)

    assert 'name="parter-0-name"' in page.content.decode()


def test_a_party_named_like_an_organisation_here_is_linked_to_it(client, draft):
    partner = base.region_organisation("25")
    data = {
        "parter-TOTAL_FORMS": "2",
        "parter-0-name": partner.name.upper(),
        "parter-0-kind": "co_applicant",
        "parter-0-level": "3",
        "parter-1-name": "",
    }

    client.post(section_url(draft, "parter"), posted(draft, "parter", is_joint="ja", **data))

    party = fresh(draft).parties.get()
    assert (party.organisation, party.collaboration_level.step, fresh(draft).is_joint) == (partner, 3, True)


# Attachments ---------------------------------------------------------------------------------------------------------


def test_a_file_is_added_opened_and_removed(client, draft):
    answer = client.post(
        url("attachment_add", draft), {"file": SimpleUploadedFile("plan.txt", b"En plan"), "label": "Tidplan"}
    )
    row = draft.attachments.get()
    opened = client.get(url("attachment", draft, row.pk))

    assert answer.status_code == 302
    assert b"".join(opened.streaming_content) == b"En plan"
    assert opened["Content-Disposition"].startswith("attachment")
    assert "plan.txt" in client.get(section_url(draft, "bilagor")).content.decode()

    client.post(url("attachment_remove", draft, row.pk))
    assert "plan.txt" not in client.get(section_url(draft, "bilagor")).content.decode()
    assert draft.attachments.count() == 1, "the row stays for versions that were sent"


@pytest.mark.parametrize("upload", [None, SimpleUploadedFile("a.exe", b"MZ"), SimpleUploadedFile("a.pdf", b"no pdf")])
def test_a_refused_file_gets_a_sentence(client, draft, upload):
    answer = client.post(url("attachment_add", draft), {"file": upload} if upload else {})

    assert answer.status_code == 422
    assert draft.attachments.count() == 0


# Sending -------------------------------------------------------------------------------------------------------------


def test_the_way_from_review_to_receipt(client, draft):
    review = client.get(url("review", draft))
    form = {"token": review.context["token"], "sha256": review.context["sha256"]}

    first, second = client.post(url("submit", draft), form), client.post(url("submit", draft), form)

    sent = fresh(draft)
    assert first.url == second.url == url("receipt", draft)
    receipt = client.get(first.url).content.decode()
    assert sent.register_number in receipt and sent.content_sha256 in receipt and "kl.\u00a0" in receipt
    assert client.get(url("detail", draft)).status_code == 200
    assert Case.objects.count() == 1


@pytest.mark.parametrize("token", ["", "inte-en-token", "\x00", "x" * 100_000])
def test_a_broken_token_does_not_stop_the_sending(client, draft, token):
    assert client.post(url("submit", draft), read_form(draft, token=token)).status_code == 302
    assert fresh(draft).state == State.SUBMITTED


def test_a_complete_draft_asks_to_be_read_through_and_an_incomplete_one_to_be_written(client, draft, signer):
    unfinished = build.draft_application(by=signer)

    asked = [primary_button(client.get(url("detail", one)).content.decode()) for one in (draft, unfinished)]

    assert asked == ["Granska och skicka in", "Fortsätt skriva"]


def primary_button(page):
    """The text of the only strong link in the page's main part."""
    main = page.partition("<main")[2].partition("</main>")[0]
    (text,) = re.findall(r'<a class="ds-button" href="[^"]*">([^<]+)</a>', main)
    return text


def test_an_incomplete_application_is_refused_with_links_to_each_field(client, signer):
    draft = build.draft_application(by=signer)

    answer = client.post(url("submit", draft), read_form(draft, token=uuid.uuid4()))

    text = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="{section_url(draft, "projekt")}#id_summary"' in text
    assert f'href="{section_url(draft, "budget")}#id_applied_sek"' in text
    assert fresh(draft).state == State.DRAFT


def test_without_mandate_the_page_says_who_can_sign(draft, signer):
    writer = signed_in(base.member(draft.applicant))

    text = writer.get(url("review", draft)).content.decode()

    assert "saknar fullmakt" in text and signer.email in text
    assert writer.post(url("submit", draft), read_form(draft)).status_code == 403
    assert fresh(draft).state == State.DRAFT


def test_a_withdrawal_without_a_reason_keeps_the_application_and_says_so(client, draft, signer):
    sent = actions.submit(draft, by=signer)

    refused = client.post(url("withdraw", sent), {"reason": "", "version": sent.version})
    given = {"reason": "Vi söker senare.", "version": sent.version}
    taken, again = client.post(url("withdraw", sent), given), client.post(url("withdraw", sent), given)

    assert (refused.status_code, taken.status_code, again.status_code) == (422, 302, 302)
    assert sent.events.filter(name="withdraw").count() == 1
    assert "Skriv en motivering." in refused.content.decode()
    assert fresh(sent).state == State.WITHDRAWN


def test_a_supplement_is_read_written_and_sent_on_its_pages(client, draft, signer):
    sent = actions.submit(draft, by=signer)
    build.supplement_request(sent)
    copy = build.working_copy(sent)

    page = client.get(url("supplement", sent)).content.decode()
    assert "Förklara kostnaden" in page and section_url(copy, "budget") in page
    assert client.get(section_url(copy, "budget")).status_code == 200
    assert client.get(section_url(sent, "projekt")).url == url("review", sent)
    for one in (sent, copy):
        assert client.post(section_url(one, "projekt"), posted(one, "projekt", title="Kupp")).status_code == 422
    changes = {"applied_sek": "800 000", "finansiar-0-amount_sek": "1 200 000"}
    saved = client.post(section_url(copy, "budget"), posted(copy, "budget", gor="vidare", **changes))
    assert saved.url == url("supplement", copy)

    empty = client.post(url("supplement", sent), read_form(sent, answer=""))
    done = client.post(url("supplement", sent), read_form(sent, answer="Vi har ändrat."))

    assert (empty.status_code, done.status_code) == (422, 302)
    assert (fresh(sent).state, fresh(sent).title) == (State.IN_REVIEW, build.TITLE)


def test_a_later_stage_adds_its_part_to_the_page(client, draft):
    def shown(application, user):
        return "components/alert.html", {"text": f"Panel för {application.pk}", "tone": "info"}

    panels.register(shown)
    try:
        text = client.get(url("detail", draft)).content.decode()
    finally:
        panels.unregister(shown)

    assert f"Panel för {draft.pk}" in text
    assert "Panel för" not in client.get(url("detail", draft)).content.decode()


# Queries -------------------------------------------------------------------------------------------------------------


def test_our_applications_cost_the_same_for_1_3_and_many(client, draft, signer):
    address = reverse("applications:mine")
    counts = [queries_of(client, address)]
    for _ in range(2):
        build.complete_draft(by=signer, call=draft.call)
    counts.append(queries_of(client, address))
    many = [
        Application(call=draft.call, applicant=draft.applicant, created_by=signer, form=draft.form, title=f"Nummer {n}")
        for n in range(197)
    ]
    Application.objects.bulk_create(many)
    counts.append(queries_of(client, address))

    assert len(set(counts)) == 1, counts
    assert counts[0] <= LIMIT


def test_an_empty_list_says_what_to_do(client):
    text = client.get(reverse("applications:mine")).content.decode()

    assert "Inga ansökningar än" in text


def test_every_page_of_a_full_draft_stays_within_the_limit(client, draft):
    objectives = Objective.objects.current().exclude(pk=draft.main_objective_id)[:200]
    draft.objective_links.model.objects.bulk_create(
        [draft.objective_links.model(application=draft, objective=one, contribution="Text") for one in objectives]
    )
    staff = draft.call.cost_types.get(code="staff")
    CostLine.objects.bulk_create(
        [CostLine(application=draft, cost_type=staff, year=2030 + n, amount_sek=1) for n in range(200)]
    )

    pages = {section: queries_of(client, section_url(draft, section)) for section in Section}
    pages |= {name: queries_of(client, url(name, draft)) for name in ("detail", "review")}

    assert {name: count for name, count in pages.items() if count > LIMIT} == {}
