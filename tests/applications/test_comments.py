"""Comments among the applicants: threads by page, done, quiet mail, and nothing of it ever reaches the authority (INV-12)."""

import datetime as dt
import uuid

import pytest
from django.core.exceptions import PermissionDenied

from applications import actions, commenting
from applications.content import content_of
from applications.models import Comment, Participant
from grants.accounts.enums import Level, Role
from grants.core import mail
from grants.core.models import Event, OutgoingMessage
from grants.core.time import now, pretend, today
from grants.documents.models import Document
from tests.applications.web import signed_in, url
from tests.builders import applications as build
from tests.builders import base
from tests.builders.base import fresh

pytestmark = pytest.mark.django_db
SECRET = "Ska vi verkligen ha med hamnen?"


@pytest.fixture
def signer():
    return base.signatory()


@pytest.fixture
def draft(signer):
    return build.complete_draft(by=signer)


@pytest.fixture
def writer(draft):
    return base.member(draft.applicant)


def written(draft):
    return list(Comment.objects.filter(application=draft).values_list("page", "text", "thread__text"))


def told():
    return sorted(OutgoingMessage.objects.filter(template=commenting.MAIL).values_list("to", flat=True))


def test_a_comment_a_reply_done_and_open_again_from_the_pages(draft, signer, writer):
    first, second = signed_in(writer), signed_in(signer)
    page = first.get(url("review", draft))
    form = {"page": "budget", "text": SECRET, "token": page.context["comment_token"]}

    answers = [first.post(url("comment", draft), form) for _ in range(2)]
    held = Comment.objects.get()
    assert {answer.url for answer in answers} == {f"{url('review', draft)}#kommentar-{held.pk}"}
    second.post(url("comment", draft), {"thread": held.pk, "text": "Ja."})
    assert written(draft) == [("budget", SECRET, None), ("budget", "Ja.", SECRET)]

    second.post(url("comment_resolve", draft, held.pk), {"klar": "1"})
    assert fresh(held).resolved_by == signer
    assert "Klar, enligt" in first.get(url("review", draft)).content.decode()
    first.post(url("comment", draft), {"thread": held.pk, "text": "Vänta."})
    assert (fresh(held).resolved_by, fresh(held).resolved_at) == (None, None)
    first.post(url("comment_resolve", draft, held.pk), {"klar": "1"})
    first.post(url("comment_resolve", draft, held.pk), {"klar": "0"})
    assert fresh(held).resolved_at is None


def test_another_text_sent_with_a_used_token_is_a_comment_of_its_own(draft, writer):
    token = uuid.uuid4()

    for text in ("Ett", "Ett", "Två"):
        commenting.comment(draft, by=writer, text=text, token=token)

    assert [text for _, text, _ in written(draft)] == ["Ett", "Två"]


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"text": ""}, "Skriv en kommentar."),
        ({"text": " \x00\n "}, "Skriv en kommentar."),
        ({"text": "å" * 5_001}, "Korta texten till högst 5"),
        ({"text": "x" * 1_000_000}, "Korta texten till högst 5"),
        ({"text": "Hej", "page": "finns-inte"}, "Den delen av ansökan finns inte längre."),
        ({"text": "Hej", "page": "\x00"}, "Den delen av ansökan finns inte längre."),
        ({"text": "Hej", "thread": "999999999999"}, "Kommentaren som du svarar på finns inte."),
        ({"text": "Hej", "thread": "-1"}, "Kommentaren som du svarar på finns inte."),
        ({"text": "Hej", "thread": "½"}, "Kommentaren som du svarar på finns inte."),
        ({"text": "Hej", "thread": "9" * 400}, "Kommentaren som du svarar på finns inte."),
    ],
)
def test_a_refused_comment_is_told_at_its_field_and_leaves_nothing_behind(draft, writer, form, says):
    answer = signed_in(writer).post(url("comment", draft), form)

    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert written(draft) == [] and told() == []


@pytest.mark.parametrize(
    ("where", "field"),
    [
        ({"page": "budget"}, "budget"),
        ({"page": "borta"}, "hela"),
        ({"page": "budget", "thread": "999999"}, "budget"),
        ({"thread": "x"}, "hela"),
        ({}, "hela"),
    ],
)
def test_what_was_typed_is_kept_when_it_is_refused(draft, writer, where, field):
    text = "å" * 5_001

    page = signed_in(writer).post(url("comment", draft), {"text": text, **where}).content.decode()

    assert page.count(f">{text}</textarea>") == 1
    assert f'href="#id_kommentar-{field}"' in page and f'id="id_kommentar-{field}"' in page


def test_hostile_text_is_stored_as_text_and_shown_as_text(draft, writer):
    text = "<script>alert(1)</script> {{ x }} \u202egnp.exe =1+1 _x0041_ 👩‍👩‍👧"
    client = signed_in(writer)

    client.post(url("comment", draft), {"text": text})

    assert Comment.objects.get().text == text
    page = client.get(url("review", draft)).content.decode()
    assert "<script>alert(1)" not in page and "&lt;script&gt;alert(1)" in page


def test_a_thread_of_another_application_is_not_answered_or_called_done(draft, writer):
    other = build.complete_draft(
        by=base.signatory(base.region_organisation("25")), call=draft.call, applicant=base.region_organisation("25")
    )
    theirs = commenting.comment(other, by=other.created_by, text="Vårt eget")
    client = signed_in(writer)

    assert client.post(url("comment", draft), {"thread": theirs.pk, "text": "Hej"}).status_code == 422
    assert client.post(url("comment_resolve", draft, theirs.pk), {"klar": "1"}).status_code == 422
    assert client.post(url("comment", other), {"text": "Hej"}).status_code == 404
    assert (fresh(theirs).resolved_at, Comment.objects.count()) == (None, 1)


def test_a_comment_on_questions_that_are_gone_stands_with_the_whole_application(draft, writer):
    commenting.comment(draft, by=writer, text="Kvar", page="budget")
    Comment.objects.update(page="fragor-borta")

    found = commenting.threads_by_page(draft, writer)

    assert [(page, [one.first.text for one in held]) for page, held in found.items()] == [("", ["Kvar"])]


# Own space (INV-12) ---------------------------------------------------------------------------------------------------


def everybody_at_the_authority():
    return base.officer(*Role.values)


def test_nobody_at_the_authority_reads_or_writes_them_before_or_after_the_application_came_in(draft, signer, writer):
    commenting.comment(draft, by=writer, text=SECRET, page="budget")
    officer = everybody_at_the_authority()
    client = signed_in(officer)

    for _ in ("draft", "sent"):
        assert list(Comment.objects.visible_to(officer)) == []
        assert client.get(url("review", draft)).status_code == 404
        assert client.post(url("comment", draft), {"text": "Hej"}).status_code == 404
        with pytest.raises(PermissionDenied):
            commenting.comment(draft, by=officer, text="Hej")
        draft = draft if draft.state != "draft" else actions.submit(draft, by=signer)

    for address in (
        f"/arenden/{draft.pk}/",
        f"/arenden/{draft.pk}/handlingar/",
        f"/arenden/{draft.pk}/handelser/",
        "/meddelanden/",
    ):
        page = client.get(address)
        assert page.status_code == 200, address
        assert SECRET not in page.content.decode() and "kommentar" not in page.content.decode().lower(), address
    assert written(draft) == [("budget", SECRET, None)]


def test_they_are_no_part_of_what_is_sent_and_leave_no_event_in_the_case(draft, signer, writer):
    before = content_of(draft)
    commenting.comment(draft, by=writer, text=SECRET)
    assert content_of(draft) == before

    sent = actions.submit(draft, by=signer)

    assert not any(SECRET in str(document.content) for document in Document.objects.filter(case=sent.case))
    assert {event.name for event in Event.objects.filter(stream=draft.pk)} & {"comment", "resolve"} == set()
    assert not OutgoingMessage.objects.filter(stream=draft.pk, template=commenting.MAIL).exists()


def test_without_sign_in_there_are_none():
    from django.contrib.auth.models import AnonymousUser

    assert list(Comment.objects.visible_to(AnonymousUser())) == []


# Mail -----------------------------------------------------------------------------------------------------------------


def test_those_who_write_are_told_once_an_hour_without_a_word_of_what_was_said(draft, signer, writer):
    base.member(draft.applicant, Level.VIEW)
    at = now()

    with pretend(at):
        for number in range(5):
            commenting.comment(draft, by=writer, text=f"{SECRET} {number}")
    due = list(
        OutgoingMessage.objects.filter(to=signer.email).order_by("next_try_at").values_list("next_try_at", flat=True)
    )

    assert told() == [signer.email] * 2
    assert due == [at, at + commenting.QUIET]
    assert SECRET not in OutgoingMessage.objects.filter(template=commenting.MAIL)[0].body


def test_the_second_mail_waits_for_its_hour(draft, signer, writer):
    for text in ("Ett", "Två"):
        commenting.comment(draft, by=writer, text=text)

    assert mail.sweep() == 1
    with pretend(now() + commenting.QUIET + dt.timedelta(seconds=1)):
        assert mail.sweep() == 1
        commenting.comment(draft, by=writer, text="Tre")
        assert mail.sweep() == 0, "the one that has just gone out counts"


def test_a_member_who_reads_is_told_when_they_take_part_and_no_longer_when_they_have_left(draft, writer, signer):
    reader = base.member(draft.applicant, Level.VIEW)
    commenting.comment(draft, by=reader, text="Jag undrar en sak")
    assert set(told()) == {writer.email, signer.email}
    OutgoingMessage.objects.all().delete()

    commenting.comment(draft, by=writer, text="Vad då?")
    assert set(told()) == {reader.email, signer.email}
    OutgoingMessage.objects.all().delete()
    reader.memberships.update(ended_on=today())

    commenting.comment(draft, by=writer, text="Hallå?")
    assert set(told()) == {signer.email}


@pytest.mark.parametrize("count", [0, 1, 60])
def test_the_review_costs_the_same_for_any_number_of_comments(draft, writer, count):
    from tests.applications.test_pages import LIMIT, queries_of

    Comment.objects.bulk_create(
        [Comment(application=draft, page="budget", text=f"Nummer {n}", created_by=writer) for n in range(count)]
    )

    spent = queries_of(signed_in(writer), url("review", draft))

    assert spent <= LIMIT


def test_those_it_is_shared_with_are_told_until_it_ends_and_nobody_of_the_authority(draft, writer, signer):
    guest, gone, officer = base.person("Gäst"), base.person("Borta"), base.handler()
    for one in (guest, gone, officer):
        Participant.objects.create(application=draft, user=one, level=Level.VIEW, given_by=signer)
    Participant.objects.filter(user=gone).update(ended_at=now() + dt.timedelta(seconds=1))

    assert set(commenting.readers(draft)) == {guest.email, signer.email, writer.email}
