"""Questions and answers: who writes them, what is published, and that nothing published is lost without trace."""

import datetime as dt
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from calls import actions
from calls.models import PublicAnswer
from grants.accounts.enums import Role
from grants.core.exceptions import Blocked, Stale
from grants.core.models import Event, OutgoingMessage
from grants.core.time import now
from tests.builders.applications import draft_application
from tests.builders.base import authority, call_manager, fresh, handler, member, officer, person
from tests.builders.calls import draft_call, open_call, settled_call
from tests.calls.test_public import queries, text_of

pytestmark = pytest.mark.django_db
TEXT = {"subject": "money", "question": "Får vi söka för lön?", "answer": "Ja, se https://example.se/lon."}


def desk(call, *rest):
    return "/".join(["/utlysningar/hantera", call.code, "svar", *map(str, rest), ""])


def names(call):
    return list(call.events.values_list("name", flat=True).filter(name__startswith="answer"))


def published(call, by):
    return actions.write_answer(call, **TEXT, by=by, publish=True)


# Actions -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [handler, call_manager])
def test_handlers_and_call_managers_publish_and_everyone_reads(client, who):
    call = open_call()

    made = published(call, who())

    said = text_of(client.get(call.get_absolute_url()))
    assert made.question in said
    assert '<a href="https://example.se/lon" rel="nofollow">https://example.se/lon</a>.' in said
    assert names(call) == ["answer_published"]
    assert call.events.last().facts["answer"] == TEXT["answer"]


@pytest.mark.parametrize(
    "who",
    [
        person,
        member,
        lambda: officer(Role.DECIDER, Role.ASSESSOR, Role.READER),
        lambda: officer(Role.HANDLER, at=authority(code="annan", name="Annan myndighet")),
    ],
)
def test_nobody_else_does(who):
    call, other = open_call(), who()
    row = published(call, call_manager())

    for act in (
        lambda: published(call, other),
        lambda: actions.change_answer(row, "Ny?", "Ny.", by=other, version=0),
        lambda: actions.withdraw_answer(row, by=other, version=0, reason="Fel."),
        lambda: actions.discard_answer(row, by=other, version=0),
    ):
        with pytest.raises(PermissionDenied):
            act()

    assert PublicAnswer.objects.get().answer == TEXT["answer"]
    assert names(call) == ["answer_published"]


def test_a_draft_answer_is_nobodys_outside_and_can_be_thrown_away(client):
    call, by = open_call(), handler()
    row = actions.write_answer(call, **TEXT, by=by)

    assert TEXT["question"] not in text_of(client.get(call.get_absolute_url()))
    actions.discard_answer(row, by=by, version=row.version)

    assert not PublicAnswer.objects.exists()
    assert names(call) == ["answer_written", "answer_discarded"]


def test_a_correction_is_marked_and_the_words_before_stay_in_the_history(client):
    call, by = open_call(), handler()
    row = published(call, by)

    changed = actions.change_answer(row, row.question, "Nej.", by=by, version=row.version)

    assert changed.changed_at is not None
    assert "Ändrat" in text_of(client.get(call.get_absolute_url()))
    assert call.events.last().facts["answer_before"] == TEXT["answer"]
    assert call.events.last().facts["answer"] == "Nej."


def test_saving_the_same_text_is_no_correction():
    call, by = open_call(), handler()
    row = published(call, by)

    same = actions.change_answer(row, **TEXT, by=by, version=row.version)

    assert (same.changed_at, same.version) == (None, row.version)
    assert names(call) == ["answer_published"]


def test_a_withdrawn_answer_leaves_the_page_with_a_reason_and_cannot_come_back(client):
    call, by = open_call(), handler()
    row = published(call, by)

    gone = actions.withdraw_answer(row, by=by, version=row.version, reason="Gällde en annan utlysning.")

    assert TEXT["question"] not in text_of(client.get(call.get_absolute_url()))
    assert call.events.last().reason == "Gällde en annan utlysning."
    with pytest.raises(Stale):
        actions.change_answer(gone, "Ny?", "Ny.", by=by, version=gone.version)


def test_a_published_answer_is_never_thrown_away_and_a_draft_never_withdrawn():
    call, by = open_call(), handler()
    row, draft = published(call, by), actions.write_answer(call, "Utkast?", "Ja.", by=by)

    with pytest.raises(Blocked):
        actions.discard_answer(row, by=by, version=row.version)
    with pytest.raises(Blocked):
        actions.withdraw_answer(draft, by=by, version=draft.version, reason="Fel.")
    with pytest.raises(Blocked) as stop:
        actions.withdraw_answer(row, by=by, version=row.version, reason=" \n")

    assert stop.value.reasons == ["Skriv varför svaret tas bort."]
    assert PublicAnswer.objects.filter(withdrawn_at__isnull=True).count() == 2


def test_two_who_correct_at_once_are_told(client):
    call, by = open_call(), handler()
    row = published(call, by)
    actions.change_answer(row, "Först?", "Först.", by=by, version=row.version)

    with pytest.raises(Stale):
        actions.change_answer(row, "Sedan?", "Sedan.", by=by, version=row.version)

    assert fresh(row).question == "Först?"


def test_nothing_is_published_in_a_draft_call_and_nothing_changes_in_an_archived_one():
    manager = call_manager()
    draft = draft_call(manager=manager)
    archived = settled_call(manager=manager)
    row = published(archived, manager)
    archived = actions.archive(archived, by=manager)

    with pytest.raises(Blocked) as unpublished:
        published(draft, manager)
    with pytest.raises(Blocked) as over:
        actions.change_answer(row, "Ny?", "Ny.", by=manager, version=row.version)

    assert "Utlysningen är inte publicerad." in unpublished.value.reasons[0]
    assert over.value.reasons == ["Utlysningen är arkiverad. Svaren går inte längre att ändra."]
    assert names(draft) == []
    assert fresh(row).answer == TEXT["answer"]


def test_the_database_refuses_an_answer_that_is_withdrawn_or_changed_but_never_published():
    row = actions.write_answer(open_call(), **TEXT, by=handler())

    for field in ("changed_at", "withdrawn_at"):
        with pytest.raises(IntegrityError), transaction.atomic():
            PublicAnswer.objects.filter(pk=row.pk).update(**{field: now()})


def test_those_with_a_draft_are_told_of_each_change_that_everyone_can_read():
    call, by = open_call(), handler()
    draft_application(call=call)
    row = actions.write_answer(call, **TEXT, by=by)
    silent = OutgoingMessage.objects.filter(template="calls/answered").count()

    row = actions.change_answer(row, **TEXT, by=by, version=row.version, publish=True)
    row = actions.change_answer(row, row.question, "Nej.", by=by, version=row.version)
    actions.withdraw_answer(row, by=by, version=row.version, reason="Fel.")

    mails = OutgoingMessage.objects.filter(template="calls/answered")
    receivers = {mail.to for mail in mails}
    assert silent == 0
    assert receivers != set()
    assert mails.count() == 3 * len(receivers)
    assert {part for mail in mails for part in ("svarat", "ändrat ett", "tagit bort") if part in mail.body} == {
        "svarat",
        "ändrat ett",
        "tagit bort",
    }
    assert all("Får vi söka för lön?" in mail.body for mail in mails)


# Subjects ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("subject", ["", "guld", "\x00", "x" * 1_000_000])
def test_nothing_is_published_without_a_subject_of_the_list(client, subject):
    call, by = open_call(), handler()
    draft = actions.write_answer(call, "Utkast?", "Ja.", by=by)
    client.force_login(by)

    for act in (
        lambda: actions.write_answer(call, "Ny?", "Ja.", subject, by=by, publish=True),
        lambda: actions.change_answer(draft, "Utkast?", "Ja.", subject, by=by, version=0, publish=True),
    ):
        with pytest.raises(Blocked) as stop:
            act()
        assert [reason.where for reason in stop.value.reasons] == ["subject"]
    page = client.post(desk(call), {**TEXT, "subject": subject, "gor": "publicera"})

    assert (page.status_code, page.context["form"].errors.keys()) == (422, {"subject"})
    assert list(PublicAnswer.objects.values_list("question", "published_at")) == [("Utkast?", None)]


def headings(client, call):
    page = client.get(call.get_absolute_url()).content.decode()
    part = page[page.index('<section id="svar">') :].partition("</section>")[0]
    return [" ".join(text.split()) for _, text in re.findall(r"<h([34])[^>]*>(.*?)</h", part, re.DOTALL)]


def test_the_page_does_not_call_optional_what_publishing_asks_for(client):
    call, by = open_call(), handler()
    client.force_login(by)
    draft = actions.write_answer(call, "Utkast?", "Ja.", by=by)

    for page in (client.get(desk(call)), client.get(desk(call, draft.pk))):
        assert "frivilligt" not in page.text
        assert "Ämnet behövs när svaret publiceras." in page.text


def test_answers_stand_under_their_subjects_the_newest_first_and_older_ones_under_other(client):
    call, by = open_call(), handler()
    for question, subject in (("Lön?", "money"), ("Vem?", "applicants"), ("Moms?", "money"), ("Annat?", "other")):
        actions.write_answer(call, question, "Ja.", subject, by=by, publish=True)
    old = actions.write_answer(call, "Äldre?", "Ja.", "other", by=by, publish=True)
    PublicAnswer.objects.filter(pk=old.pk).update(subject="", published_at=now() - dt.timedelta(days=9))

    assert headings(client, call) == [
        "Vem som kan söka",
        "Vem?",
        "Pengar och medfinansiering",
        "Moms?",
        "Lön?",
        "Övrigt",
        "Annat?",
        "Äldre?",
    ]


def test_without_any_subject_the_newest_stands_first_as_before(client):
    call, by = open_call(), handler()
    for question in ("Ett?", "Två?"):
        actions.write_answer(call, question, "Ja.", "other", by=by, publish=True)
    PublicAnswer.objects.update(subject="")

    assert headings(client, call) == ["Två?", "Ett?"]


def test_another_subject_alone_is_an_event_but_no_correction_and_no_mail():
    call, by = open_call(), handler()
    draft_application(call=call)
    row = published(call, by)
    OutgoingMessage.objects.all().delete()

    moved = actions.change_answer(row, **{**TEXT, "subject": "judging"}, by=by, version=row.version)

    assert (moved.subject, moved.changed_at, OutgoingMessage.objects.count()) == ("judging", None, 0)
    assert names(call) == ["answer_published", "answer_moved"]
    facts = call.events.last().facts
    assert (facts["subject_before"], facts["subject"]) == ("money", "judging")


def test_the_database_knows_no_other_subjects():
    row = published(open_call(), handler())

    with pytest.raises(IntegrityError), transaction.atomic():
        PublicAnswer.objects.filter(pk=row.pk).update(subject="guld")


# Pages ---------------------------------------------------------------------------------------------------------------


def test_the_page_publishes_corrects_and_takes_away(client):
    call, by = open_call(), handler()
    client.force_login(by)

    assert client.post(desk(call), {**TEXT, "gor": "publicera"}).status_code == 302
    row = PublicAnswer.objects.get()
    assert "Publicerat" in text_of(client.get(desk(call)))
    assert client.post(desk(call, row.pk), {**TEXT, "answer": "Nej.", "version": "0"}).status_code == 302
    assert client.post(desk(call, row.pk, "ta-bort"), {"version": "1", "reason": "Fel."}).status_code == 302

    assert fresh(row).withdrawn_at is not None
    assert names(call) == ["answer_published", "answer_changed", "answer_withdrawn"]
    assert client.get(desk(call, row.pk)).status_code == 404


def test_faults_stand_at_their_fields_and_what_was_typed_is_kept(client):
    call = open_call()
    client.force_login(handler())

    empty = client.post(desk(call), {"question": "Kvar?", "answer": "", "gor": "publicera"})
    long = client.post(desk(call), {"question": "Kvar?", "answer": "x" * 1_000_000})

    assert (empty.status_code, long.status_code) == (422, 422)
    assert "Skriv svaret." in text_of(empty)
    assert "Kvar?" in text_of(empty)
    assert "Korta texten till högst 5 000 tecken." in text_of(long)
    assert not PublicAnswer.objects.exists()


def test_a_stale_tab_gets_409_with_both_texts(client):
    call, by = open_call(), handler()
    row = published(call, by)
    actions.change_answer(row, "Sparad fråga?", "Sparat svar.", by=by, version=0)
    client.force_login(by)

    response = client.post(desk(call, row.pk), {"question": "Min fråga?", "answer": "Mitt svar.", "version": "0"})

    assert response.status_code == 409
    assert "Sparat svar." in text_of(response)
    assert "Mitt svar." in text_of(response)
    assert fresh(row).answer == "Sparat svar."


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 400, "\x00", "١"])
def test_a_version_that_cannot_be_read_is_stale(client, version):
    call, by = open_call(), handler()
    row = published(call, by)
    client.force_login(by)

    assert client.post(desk(call, row.pk), {"question": "Ny?", "answer": "Ny.", "version": version}).status_code == 409
    assert client.post(desk(call, row.pk, "ta-bort"), {"version": version, "reason": "Fel."}).status_code == 409
    assert fresh(row).answer == TEXT["answer"]


def test_control_characters_are_taken_out_and_markup_stays_text(client):
    call = open_call()
    client.force_login(handler())

    client.post(
        desk(call), {**TEXT, "question": "Får\x00 vi?\u202e", "answer": "<b>Ja</b>\r\n\x07Nej", "gor": "publicera"}
    )

    row = PublicAnswer.objects.get()
    assert (row.question, row.answer) == ("Får vi?\u202e", "<b>Ja</b>\nNej")
    assert "&lt;b&gt;Ja&lt;/b&gt;" in client.get(call.get_absolute_url()).content.decode()


@pytest.mark.parametrize("pk", [987654321, 9**30])
def test_answers_of_other_calls_and_numbers_that_nothing_has_are_404(client, pk):
    call, other = open_call(), open_call()
    by = handler()
    row = published(other, by)
    client.force_login(by)

    for number in (row.pk, pk):
        assert client.get(desk(call, number)).status_code == 404
        assert client.post(desk(call, number, "ta-bort"), {"version": "0", "reason": "x"}).status_code == 404
    assert fresh(row).withdrawn_at is None


def test_another_authoritys_people_do_not_find_the_page(client):
    call = open_call()
    client.force_login(officer(Role.HANDLER, at=authority(code="annan", name="Annan myndighet")))

    assert client.get(desk(call)).status_code == 404
    assert client.post(desk(call), {**TEXT, "gor": "publicera"}).status_code == 404
    assert not Event.objects.filter(name__startswith="answer").exists()


def test_the_page_costs_the_same_for_one_three_and_two_hundred_answers(client):
    call, by = open_call(), handler()
    client.force_login(by)
    published(call, by)
    client.get(desk(call))
    counts = []
    for many in (1, 3, 200):
        for number in range(PublicAnswer.objects.count(), many):
            PublicAnswer.objects.create(call=call, question=f"{number}?", answer="Ja.", created_by=by)
        counts.append(queries(client, desk(call)))

    assert counts == [counts[0]] * 3
    assert counts[0] <= 25
