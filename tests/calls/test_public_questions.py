"""The questions in advance: as applicants will meet them, on a page and as an accessible PDF that is set once."""

import re

import pytest
from django.conf import settings
from django.db import connection

from calls import actions, question_sheet
from calls.models import Question
from grants.core import files, triggers
from grants.documents import letters
from tests.builders.base import call_manager
from tests.builders.calls import draft_call, open_call
from tests.builders.questions import SETTINGS, add_question
from tests.calls.test_public import queries, text_of

pytestmark = pytest.mark.django_db


def page(call):
    return f"/utlysningar/{call.code}/fragor/"


def sheet(call):
    return f"/utlysningar/{call.code}/fragor.pdf"


def call_with_every_kind(**overrides):
    manager = call_manager()
    call = draft_call(manager=manager, **overrides)
    for kind in SETTINGS:
        add_question(call, kind, by=manager, help_text=f"Så svarar ni på {kind}.")
    asked = Question.objects.get(form__call=call, kind="yes_no")
    add_question(call, "text", by=manager, label="Varför?", required="when", condition=f"{asked.code}=ja")
    return actions.open_call(actions.publish(call, by=manager), at=call.opens_at)


def test_every_question_stands_there_with_its_help_limits_options_and_condition(client):
    call = call_with_every_kind()

    said = text_of(client.get(page(call)))

    for question in Question.objects.filter(form__call=call):
        assert question.label in said
        assert question.help_text in said
    for words in ("Högst 50 tecken.", "Tåg", "Välj minst 1 och högst 2.", "Kolumner: Aktivitet, Kostnad och Klart."):
        assert words in said
    assert "Svara om ni har svarat ”Ja” på ”Fråga av slaget yes_no?”." in said


def test_the_pdf_says_the_same_and_is_kept_until_a_word_changes(client, monkeypatch):
    call = call_with_every_kind()
    made = []
    monkeypatch.setattr(letters, "typeset", lambda data, real=letters.typeset: made.append(data) or real(data))

    first, second = client.get(sheet(call)), client.get(sheet(call))
    with triggers.suspended(connection):
        Question.objects.filter(form__call=call, kind="date").update(help_text="Ett nytt ord.")
    third = client.get(sheet(call))

    assert [answer.headers["Content-Type"] for answer in (first, third)] == ["application/pdf"] * 2
    assert first.content == second.content
    assert first.content[:5] == b"%PDF-"
    assert b"pdfuaid" in first.content
    assert third.content != first.content
    assert len(made) == 2
    kept = files.path_of(f"{question_sheet.FOLDER}/{call.pk}")
    assert len(list(kept.iterdir())) == 1
    said = [part["heading"] for block in made[0]["blocks"] for part in block.get("parts", ())]
    assert said == [question.label for question in Question.objects.filter(form__call=call)]


def test_a_lost_or_cut_temporary_file_leaves_nothing_behind(client, monkeypatch):
    call = open_call()
    monkeypatch.setattr(letters, "typeset", lambda data: (_ for _ in ()).throw(letters.RenderingFault("stopp")))

    with pytest.raises(letters.RenderingFault):
        question_sheet.pdf(call, question_sheet.form_shown(call))

    assert not files.path_of(f"{question_sheet.FOLDER}/{call.pk}").exists()


def test_markup_and_rare_signs_in_a_question_are_text(client):
    manager = call_manager()
    call = draft_call(manager=manager, title="Plan #1 *för* $alla$ @här 🌲")
    add_question(call, "text", by=manager, label="#set page(width: 1cm) <script>alert(1)</script> 🌲?")
    client.force_login(manager)

    body = client.get(page(call)).content.decode()
    answer = client.get(sheet(call))

    assert "<script>alert" not in body
    assert answer.status_code == 200
    assert answer.content[:5] == b"%PDF-"


def test_the_draft_is_the_authoritys_and_a_call_without_questions_has_no_page(client):
    manager = call_manager()
    draft = draft_call(manager=manager)
    bare = open_call()
    with triggers.suspended(connection):
        bare.form_versions.all().delete()

    assert client.get(page(draft)).status_code == 404
    assert client.get(sheet(draft)).status_code == 404
    assert client.get(page(bare)).status_code == 404
    assert "Läs frågorna i förväg" not in text_of(client.get(bare.get_absolute_url()))
    client.force_login(manager)
    assert client.get(page(draft)).status_code == 200


def test_a_visitor_gets_no_cookie_and_the_page_costs_the_same_for_3_and_120_questions(client):
    manager = call_manager()
    small, large = draft_call(manager=manager), draft_call(manager=manager)
    form = large.form_versions.get()
    Question.objects.bulk_create(
        Question(form=form, section=form.sections.first(), code=f"f{n}", label=f"Fråga {n}?", order=100 + n)
        for n in range(120)
    )
    calls = [actions.open_call(actions.publish(call, by=manager), at=call.opens_at) for call in (small, large)]

    counts = [queries(client, page(call)) for call in calls]

    assert counts[0] == counts[1] <= 8
    assert not client.get(page(large)).cookies


def test_the_page_of_the_call_leads_to_the_questions(client):
    call = open_call()

    body = client.get(call.get_absolute_url()).content.decode()

    assert page(call) in body
    assert sheet(call) in body
    assert re.search(r"<h1>Frågorna i ansökan</h1>", client.get(page(call)).content.decode())
    assert str(settings.MEDIA_ROOT) not in body
