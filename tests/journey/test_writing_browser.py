"""Writing in a real browser: a press right after the text is saved is taken at once, and a comment can be written."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from applications.models import Comment
from grants.accounts.models import User
from grants.demo import people
from grants.demo.people import address
from tests.builders import applications as build
from tests.builders.base import fresh, region_organisation
from tests.journey.browser import BrowserPerson, Watch

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WRITER = "Projektledare Region Västerbotten"


@pytest.fixture
def draft():
    people.ensure_people()
    writer = User.objects.get(email=address(WRITER))
    return build.complete_draft(by=writer, applicant=region_organisation("24"))


@pytest.fixture
def person(live_server, browser, browser_context_args, draft):
    watch = Watch()
    made = BrowserPerson(browser, live_server.url, watch, browser_context_args, WRITER)
    yield made
    made.context.close()
    assert watch.faults == []


def section(draft, name):
    return reverse("applications:section", args=[draft.pk, name])


@pytest.mark.parametrize("press", ["Enter", "button"])
def test_one_press_after_the_text_is_saved_is_enough(person, draft, press):
    person.visit(section(draft, "parter"))
    phone = person.page.get_by_label("Kontaktpersonens telefonnummer")
    with person.page.expect_response("**/spara-falt/"):
        phone.fill("010-111 22 33")
    expect(person.page.locator("[data-saved]")).to_contain_text("Sparat")

    with person.page.expect_navigation():
        if press == "Enter":
            phone.press("Enter")
        else:
            person.page.get_by_role("button", name="Spara och gå vidare").dispatch_event("click")

    assert (fresh(draft).contact_phone, fresh(draft).parties.count()) == ("010-111 22 33", 0)
    assert person.url.startswith(section(draft, "parter" if press == "Enter" else "projekt"))


def test_a_comment_is_written_where_the_section_stands(person, draft):
    person.visit(reverse("applications:review", args=[draft.pk]))
    talk = person.page.locator(".comments").first
    talk.get_by_text("Kommentera").click()
    talk.get_by_label("Kommentar", exact=True).fill("Stämmer numret?")

    with person.page.expect_navigation():
        talk.get_by_role("button", name="Spara kommentar").click()

    comment = Comment.objects.get()
    assert (comment.text, comment.created_by.email) == ("Stämmer numret?", address(WRITER))
    expect(person.page.locator(f"#kommentar-{comment.pk}")).to_contain_text("Stämmer numret?")


def test_all_municipalities_of_a_county_and_a_text_stand_after_the_page_is_loaded_again(person, draft):
    type(draft.call).objects.filter(pk=draft.call_id).update(asks_spatial=True)
    person.visit(section(draft, "geografi"))
    person.page.get_by_role("button", name="Välj alla i Västerbottens län").click()
    expect(person.page.get_by_text("15 av 15").first).to_be_visible()
    with person.page.expect_response("**/spara-falt/"):
        person.page.get_by_label("Hur bidrar projektet till det?").fill("Med kartor.")

    person.page.reload()

    expect(person.page.get_by_label("Hur bidrar projektet till det?")).to_have_value("Med kartor.")
    assert (fresh(draft).spatial_how, len(fresh(draft).concerns["municipality"])) == ("Med kartor.", 15)


def test_what_the_sums_come_to_is_said_anew_once_an_amount_is_saved(person, draft):
    """It is the server's sentence: hidden while one types, and there again as it is now."""
    person.visit(section(draft, "budget"))
    notes = person.page.locator("[data-notes]")
    right = "Finansieringen är lika stor som kostnaden, och stödet ni söker ligger inom gränsen."
    wrong = "Finansieringen är 100\u00a0000\u00a0kr lägre än kostnaden. Ändra beloppen så att de är lika."
    expect(notes).to_have_text(right)
    amount = person.page.get_by_label("Belopp").first
    before = amount.input_value()

    for text, said in (("1\u00a0000\u00a0000", wrong), (before, right)):
        with person.page.expect_response("**/spara-falt/"):
            amount.fill(text)
            expect(notes).to_be_hidden()
        expect(notes).to_have_text(said)
        expect(notes).to_be_visible()
