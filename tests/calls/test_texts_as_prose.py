"""What call managers write is shown with its lists and links on every page that shows it, and in the PDF; never as markup."""

import pytest

from calls import actions, question_sheet
from calls.enums import AnswerSubject
from calls.parts import WORDING
from calls.questions import kind_of
from tests.builders.base import call_manager
from tests.builders.calls import draft_call, open_call
from tests.builders.questions import add_question

pytestmark = pytest.mark.django_db
WRITTEN = "Så här:\n- mät\n- räkna\n\nLäs https://www.example.se/mer eller skriv till stod@example.se."
LISTED = '<ul class="points"><li>mät</li><li>räkna</li></ul>'
LINK = '<a href="https://www.example.se/mer" rel="nofollow">https://www.example.se/mer</a>'
MAIL = '<a href="mailto:stod@example.se">stod@example.se</a>'
HOSTILE = '- "><script>alert(1)</script>\n1. https://a.se/"onmouseover="alert(1)'
OF_LINES = {"not_funded"}
"""Shown as a list of its own, a line for each thing."""


def page(client, call):
    return client.get(call.get_absolute_url()).content.decode()


@pytest.mark.parametrize("field", [name for name in WORDING.texts if name not in OF_LINES])
def test_every_text_of_a_call_has_its_lists_and_links_on_the_public_page(client, field):
    call = open_call(**{field: WRITTEN})

    said = page(client, call)

    assert (said.count(LISTED), said.count(LINK), said.count(MAIL)) == (1, 1, 1)


def test_what_gives_no_support_may_be_typed_with_dashes(client):
    call = open_call(not_funded="- Lokaler\nInköp, se https://www.example.se/mer")

    said = page(client, call)

    assert "</svg>Lokaler</li>" in said
    assert f"</svg>Inköp, se {LINK}</li>" in said


def test_published_answers_are_shown_the_same_way(client):
    call = open_call()
    actions.write_answer(call, "Hur?", WRITTEN, AnswerSubject.OTHER, by=call_manager(), publish=True)

    said = page(client, call)

    assert (said.count(LISTED), said.count(LINK)) == (1, 1)


def test_help_texts_and_introductions_have_lists_in_advance_and_in_the_application(client):
    manager = call_manager()
    call = draft_call(manager=manager)
    question = add_question(call, "number", by=manager, help_text=WRITTEN)
    client.force_login(manager)

    in_advance = client.get(f"/utlysningar/{call.code}/fragor/").content.decode()
    asked = client.get(
        f"/utlysningar/hantera/{call.code}/fragor/avsnitt/{question.section.code}/visa/"
    ).content.decode()

    assert (in_advance.count(LISTED), in_advance.count(LINK)) == (1, 1)
    assert (asked.count(LISTED), asked.count(LINK)) == (1, 1)
    (limit,) = kind_of(question).limits(question.settings)
    assert f"<p>{limit}</p>" in asked  # what the kind says stands apart from a text of several lines


def test_the_pdf_of_the_questions_has_the_lists_too():
    manager = call_manager()
    call = draft_call(manager=manager)
    add_question(call, "text", by=manager, label="Vad?", help_text="Så här:\n1. mät\n2. räkna")
    form = question_sheet.form_shown(call)

    said = question_sheet.content(call, form)

    part = next(part for block in said["blocks"] for part in block.get("parts", ()) if part["heading"] == "Vad?")
    assert part["paragraphs"][:2] == ["Så här:", {"items": ["mät", "räkna"], "numbers": [1, 2]}]
    assert question_sheet.pdf(call, form)[:5] == b"%PDF-"


def test_hostile_texts_are_text_on_the_page_and_in_the_pdf(client):
    manager = call_manager()
    call = draft_call(manager=manager, **{name: HOSTILE for name in WORDING.texts if name != "is_money_reserved"})
    add_question(call, "text", by=manager, help_text=HOSTILE)
    client.force_login(manager)

    said = page(client, call) + client.get(f"/utlysningar/{call.code}/fragor/").content.decode()

    assert ("<script>alert" in said, '"onmouseover=' in said) == (False, False)
    assert said.count("&lt;script&gt;alert(1)&lt;/script&gt;") == len(WORDING.texts) + 1
    assert question_sheet.pdf(call, question_sheet.form_shown(call))[:5] == b"%PDF-"
