"""The history of the texts: who sees it, what it shows, what a restored text or page becomes, what the page costs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications import actions
from applications.models import Presence, Revision
from applications.writing import presence
from applications.writing.values import digest
from grants.accounts.enums import Level
from grants.accounts.models import Membership
from grants.core import time
from grants.core.differing import GONE, NEW, SAME, Piece, shortened, word_changes
from tests.applications.web import posted, section_url, signed_in, url
from tests.builders import applications as build
from tests.builders import base
from tests.builders.base import fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def region():
    return base.region_organisation()


@pytest.fixture
def writer(region):
    return base.signatory(region)


@pytest.fixture
def draft(writer, region):
    return build.complete_draft(by=writer, applicant=region)


def write(user, application, name, text, was, section="projekt"):
    data = {"del": section, "falt": name, "varde": text, "bas": digest([was])}
    answer = signed_in(user).post(url("autosave", application), data)
    assert answer.status_code == 200, answer.content
    return answer


def other_writer(region):
    user = base.person("Bo Annan")
    Membership.objects.create(user=user, organisation=region, level=Level.EDIT)
    return user


def test_the_history_shows_the_words_that_went_and_came_with_their_writer(writer, draft):
    old = draft.summary
    write(writer, draft, "summary", old.replace("regionen", "länet"), old)

    page = signed_in(writer).get(url("changes", draft)).content.decode()

    assert f"Ändrat av {writer}" in page
    assert '<del><span class="vh">Borttaget: </span>regionen<' in page
    assert '<ins><span class="vh">Tillagt: </span>länet<' in page


def test_nobody_but_the_applicants_people_sees_the_history_not_even_after_it_was_sent_in(region, writer, draft):
    write(writer, draft, "title", "Ett annat namn", draft.title)
    sent = actions.submit(draft, by=writer)
    revision = Revision.objects.get()

    for user in (base.handler(), base.call_manager(), base.member(base.region_organisation("25"))):
        client = signed_in(user)
        assert client.get(url("changes", sent)).status_code == 404
        assert client.post(url("restore", sent, revision.pk)).status_code == 404
        assert Revision.objects.visible_to(user).count() == 0
    assert signed_in(writer).get(url("changes", sent)).status_code == 200
    assert signed_in(base.member(region, Level.VIEW)).get(url("changes", sent)).status_code == 200


def test_an_earlier_text_comes_back_as_a_change_of_its_own(region, writer, draft):
    old = draft.summary
    write(writer, draft, "summary", "Ny text.", old)
    revision = Revision.objects.get()

    answer = signed_in(writer).post(url("restore", draft, revision.pk), {"vad": "falt", "bas": digest(["Ny text."])})

    assert answer.status_code == 302
    assert fresh(draft).summary == old
    assert [(row.kind, row.old, row.new) for row in Revision.objects.order_by("id")] == [
        ("written", old, "Ny text."),
        ("restored", "Ny text.", old),
    ]


def test_a_text_that_changed_since_the_history_was_shown_is_not_overwritten(region, writer, draft):
    write(writer, draft, "summary", "Ny text.", draft.summary)
    revision = Revision.objects.get()
    write(other_writer(region), draft, "summary", "Bos text.", "Ny text.")

    answer = signed_in(writer).post(url("restore", draft, revision.pk), {"vad": "falt", "bas": digest(["Ny text."])})

    assert (answer.status_code, fresh(draft).summary) == (409, "Bos text.")
    assert "Texten har ändrats sedan du öppnade sidan" in answer.content.decode()


def test_a_whole_page_comes_back_as_it_was_before_a_change(region, writer, draft):
    code = next(iter(draft.answers))
    before = fresh(draft)
    write(writer, draft, "summary", "Ny text.", draft.summary)
    write(other_writer(region), draft, f"fraga_{code}", "Nytt svar.", draft.answers[code])
    write(writer, draft, "title", "Nytt namn", draft.title)
    first = Revision.objects.order_by("id").first()

    answer = signed_in(writer).post(url("restore", draft, first.pk), {"vad": "del"})

    after = fresh(draft)
    assert answer.status_code == 302
    assert (after.summary, after.title, after.answers) == (before.summary, before.title, before.answers)
    assert Revision.objects.filter(kind="restored", by=writer).count() == 3


def test_a_refused_text_can_be_used_from_the_history(region, writer, draft):
    old = draft.summary
    write(other_writer(region), draft, "summary", "Bos text.", old)
    refused = {"del": "projekt", "falt": "summary", "varde": "Min text.", "bas": digest([old])}
    assert signed_in(writer).post(url("autosave", draft), refused).status_code == 409
    revision = Revision.objects.get(kind="conflict")

    answer = signed_in(writer).post(url("restore", draft, revision.pk), {"vad": "min", "bas": digest(["Bos text."])})

    assert (answer.status_code, fresh(draft).summary) == (302, "Min text.")


@pytest.mark.parametrize(
    "data", [{"vad": "allt"}, {"vad": "falt", "bas": "\x00"}, {"vad": ["a", "b"]}, {"bas": "x" * 9_999}]
)
def test_whatever_is_posted_to_restore_changes_nothing(writer, draft, data):
    write(writer, draft, "summary", "Ny text.", draft.summary)
    revision = Revision.objects.get()

    answer = signed_in(writer).post(url("restore", draft, revision.pk), data)

    assert answer.status_code in (404, 409)
    assert (fresh(draft).summary, Revision.objects.count()) == ("Ny text.", 1)
    assert signed_in(writer).post(url("restore", draft, 10**18), data).status_code == 404


def test_another_applications_change_is_nobodys_to_restore_here(region, writer, draft):
    other = build.draft_application(by=writer, applicant=region, title="Annat", call=draft.call)
    write(writer, other, "title", "Ännu ett", "Annat")
    revision = Revision.objects.get(application=other)

    assert signed_in(writer).post(url("restore", draft, revision.pk), {"vad": "falt"}).status_code == 404


def test_the_page_costs_the_same_for_one_change_as_for_a_hundred(region, writer, draft):
    other = other_writer(region)
    write(writer, draft, "summary", "Text 0", draft.summary)
    costs = []
    for number in range(1, 101):
        write(
            (writer, other)[number % 2], draft, "summary", f"Text {number}", f"Text {number - 1}"
        ) if number < 4 else (
            Revision.objects.create(
                application=draft,
                section="projekt",
                field="summary",
                label="Sammanfattning",
                by=other,
                old="a",
                new="b",
            )
        )
        if number in (1, 3, 100):
            client = signed_in(writer)
            client.get(url("changes", draft))
            with CaptureQueriesContext(connection) as captured:
                assert client.get(url("changes", draft)).status_code == 200
            costs.append(len(captured))
    assert len(set(costs)) == 1
    assert costs[0] <= 25


def test_a_saved_page_leaves_a_change_for_each_field_that_differs_and_no_other(writer, draft):
    data = posted(draft, "parter", contact_phone="010-1", contact_name="Ny Person")

    assert signed_in(writer).post(section_url(draft, "parter"), data).status_code == 302
    assert sorted(row.field for row in Revision.objects.all()) == ["contact_name", "contact_phone"]


# Who writes where ----------------------------------------------------------------------------------------------------


def beat(user, application, section="projekt", writes="1"):
    return signed_in(user).post(url("beat", application), {"del": section, "skriver": writes})


def test_others_see_who_writes_where_for_a_minute(region, writer, draft):
    other = other_writer(region)
    assert beat(writer, draft).json()["andra"] == []

    told = beat(other, draft, section="budget", writes="0").json()["andra"]
    assert told == [{"del": "projekt", "ord": f"{writer} skriver här nu"}]
    with time.pretend(time.now() + presence.LASTS):
        assert beat(other, draft, writes="0").json()["andra"] == []


def test_writing_on_makes_no_more_rows(writer, draft):
    for section in ("projekt", "budget", "projekt"):
        beat(writer, draft, section=section)

    assert [(row.user, row.section) for row in Presence.objects.all()] == [(writer, "projekt")]


def test_only_those_who_write_are_told_of(region, draft):
    reader = base.member(region, Level.VIEW)

    assert (beat(reader, draft).status_code, beat(base.handler(), draft).status_code) == (403, 404)
    assert signed_in(reader).get(url("beat", draft)).json()["person"] == str(reader.pk)
    assert Presence.objects.count() == 0


# Differences ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("", "Ny", [(NEW, "Ny")]),
        ("Bort", "", [(GONE, "Bort")]),
        ("en två tre", "en fyra tre", [(SAME, "en "), (GONE, "två"), (NEW, "fyra"), (SAME, " tre")]),
        ("2027-12-31", "2028-12-31", [(GONE, "2027-12-31"), (NEW, "2028-12-31")]),
        ("lika", "lika", [(SAME, "lika")]),
    ],
)
def test_differences_are_told_word_by_word(old, new, wanted):
    assert word_changes(old, new) == wanted


def test_nothing_is_left_out_of_the_differences_of_long_texts():
    old, new = " ".join(f"a{n}" for n in range(9_000)), " ".join(f"b{n}" for n in range(9_000))

    parts = word_changes(old, new)

    assert "".join(text for kind, text in parts if kind != NEW) == old
    assert "".join(text for kind, text in parts if kind != GONE) == new
    assert len(shortened([Piece(SAME, "x" * 5_000), Piece(NEW, "y")])[0][1]) < 500
