"""Saving a field while one writes: kept, refused, kept as typed, never overwritten; what it costs; who may."""

import itertools
import json

import pytest
from django.db import IntegrityError, transaction

from applications import actions
from applications.models import Revision
from applications.writing.values import digest
from grants.accounts.enums import Level
from grants.accounts.models import Membership
from grants.core.exceptions import Blocked
from tests.applications.web import posted, section_url, send, shown, signed_in, url
from tests.builders import applications as build
from tests.builders import base
from tests.builders.base import fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def region():
    return base.region_organisation()


@pytest.fixture
def writer(region):
    return base.member(region)


@pytest.fixture
def draft(writer, region):
    return build.complete_draft(by=writer, applicant=region)


def colleague(region):
    bo = base.person("Bo Annan")
    Membership.objects.create(user=bo, organisation=region, level=Level.EDIT)
    return bo


def test_a_text_is_saved_with_its_writer_in_the_history(writer, draft):
    answer = send(writer, draft, "projekt", "summary", "En ny text.", was=[draft.summary])

    assert (answer.status_code, answer.json()["fel"]) == (200, [])
    assert answer.json()["bas"] == digest(["En ny text."])
    assert fresh(draft).summary == "En ny text."
    row = Revision.objects.get()
    assert (row.field, row.label, row.old, row.new, row.by) == (
        "summary",
        "Sammanfattning",
        draft.summary,
        "En ny text.",
        writer,
    )


@pytest.mark.parametrize(
    ("section", "name", "value", "read", "held"),
    [
        ("projekt", "title", "Nytt namn", lambda a: a.title, "Nytt namn"),
        ("projekt", "end_on", "2028-06-30", lambda a: str(a.end_on), "2028-06-30"),
        ("parter", "is_joint", "ja", lambda a: a.is_joint, True),
        ("parter", "contact_email", "ny@example.se", lambda a: a.contact_email, "ny@example.se"),
        ("budget", "applied_sek", "750 000", lambda a: a.applied_sek, 750_000),
    ],
)
def test_every_kind_of_field_is_saved_as_the_page_would(writer, draft, section, name, value, read, held):
    _, bases = shown(writer, draft, section)

    answer = signed_in(writer).post(
        url("autosave", draft), {"del": section, "falt": name, "varde": value, "bas": bases[name]}
    )

    assert (answer.status_code, answer.json()["fel"]) == (200, [])
    assert read(fresh(draft)) == held
    assert answer.json()["bas"] == shown(writer, draft, section)[1][name]


def test_a_question_is_answered_and_all_others_stay(writer, draft):
    before = dict(draft.answers)
    code = next(iter(before))

    answer = send(writer, draft, "projekt", f"fraga_{code}", "Ett nytt svar.", was=[before[code]])

    assert (answer.status_code, answer.json()["fel"]) == (200, [])
    assert fresh(draft).answers == {**before, code: "Ett nytt svar."}


def test_two_who_change_the_same_field_get_both_texts_and_both_are_kept(region, writer, draft):
    other = colleague(region)
    old = draft.summary
    assert send(other, draft, "projekt", "summary", "Bos text.", was=[old]).status_code == 200

    answer = send(writer, draft, "projekt", "summary", "Min text.", was=[old])

    told = answer.json()
    assert (answer.status_code, told["deras"], told["vem"], told["varden"]) == (
        409,
        "Bos text.",
        other.name,
        ["Bos text."],
    )
    assert fresh(draft).summary == "Bos text."
    kept = [(row.kind, row.new, row.by) for row in Revision.objects.order_by("id")]
    assert kept == [("written", "Bos text.", other), ("conflict", "Min text.", writer)]
    again = send(writer, draft, "projekt", "summary", "Min text.", was=[old])
    assert (again.status_code, Revision.objects.count()) == (409, 2)
    assert send(writer, draft, "projekt", "summary", "Min text.", was=["Bos text."]).status_code == 200
    assert fresh(draft).summary == "Min text."


def test_others_changes_of_other_fields_are_no_conflict(region, writer, draft):
    other = colleague(region)
    assert send(other, draft, "projekt", "title", "Bos namn", was=[draft.title]).status_code == 200

    assert send(writer, draft, "projekt", "summary", "Min text.", was=[draft.summary]).status_code == 200
    assert (fresh(draft).title, fresh(draft).summary) == ("Bos namn", "Min text.")


def test_a_lost_answer_that_is_sent_again_is_the_same_save(writer, draft):
    first = send(writer, draft, "projekt", "summary", "Min text.", was=[draft.summary])
    second = send(writer, draft, "projekt", "summary", "Min text.", was=[draft.summary])

    assert (first.status_code, second.status_code, second.json()["bas"]) == (200, 200, first.json()["bas"])
    assert Revision.objects.count() == 1


def test_a_malformed_date_is_kept_as_typed_comes_back_on_the_page_and_gives_way_to_a_right_one(writer, draft):
    held = draft.end_on

    answer = send(writer, draft, "projekt", "end_on", "2028-13-45", was=[held.isoformat()])

    assert (answer.status_code, len(answer.json()["fel"])) == (200, 1)
    assert fresh(draft).end_on == held
    page, bases = shown(writer, draft, "projekt")
    assert 'value="2028-13-45"' in page
    assert answer.json()["fel"][0] in page
    assert "inte sparat som svar än" in page
    assert bases["end_on"] == answer.json()["bas"] == digest(["2028-13-45"])
    assert send(writer, draft, "projekt", "title", "Annat namn", was=[draft.title]).json()["fel"] == []
    assert fresh(draft).title == "Annat namn"
    assert send(writer, draft, "projekt", "end_on", "2028-12-31", was=["2028-13-45"]).json()["fel"] == []
    assert (str(fresh(draft).end_on), fresh(draft).typed) == ("2028-12-31", {})


def test_a_party_is_kept_as_typed_until_it_is_one(writer, draft):
    first = send(writer, draft, "parter", "parter-0-name", "Kommunernas samverkan")
    assert len(first.json()["fel"]) == 1
    assert fresh(draft).parties.count() == 0
    assert 'value="Kommunernas samverkan"' in shown(writer, draft, "parter")[0]

    second = send(writer, draft, "parter", "parter-0-kind", "cooperating")

    assert (second.status_code, second.json()["fel"]) == (200, [])
    assert [(one.name, one.kind) for one in fresh(draft).parties.all()] == [("Kommunernas samverkan", "cooperating")]
    assert fresh(draft).typed == {}


def test_a_row_that_is_not_stored_yet_comes_back_with_what_was_typed_in_it(writer, draft):
    held = build.parties_data(writer, parties=[build.party(name="Första")])
    actions.save_parties(draft, held, by=writer, version=None)

    first = send(writer, draft, "parter", "parter-1-name", "Andra")
    page, bases = shown(writer, draft, "parter")
    second = send(writer, draft, "parter", "parter-1-kind", "cooperating")

    assert (first.status_code, len(first.json()["fel"]), second.json()["fel"]) == (200, 1, [])
    assert 'name="parter-1-name" value="Andra"' in page
    assert bases["parter-1-name"] == digest(["Andra"])
    assert [one.name for one in fresh(draft).parties.order_by("order")] == ["Första", "Andra"]


def test_an_objective_that_is_not_ticked_keeps_the_text_that_waits_for_its_tick(writer, draft):
    held = [str(link.objective_id) for link in draft.objective_links.all()]
    _, bases = shown(writer, draft, "mal")
    other = next(name for name in bases if name.startswith("mal-") and name.split("-")[1] not in held)
    pk = other.split("-")[1]

    text = send(writer, draft, "mal", other, "Så bidrar vi.")
    tick = send(writer, draft, "mal", "mal", *held, pk, was=held)

    assert (len(text.json()["fel"]), tick.json()["fel"]) == (1, [])
    assert fresh(draft).objective_links.get(objective=pk).contribution == "Så bidrar vi."
    assert fresh(draft).typed == {}


def test_rows_that_would_move_wait_for_the_pages_button(writer, draft):
    actions.save_parties(
        draft,
        build.parties_data(writer, parties=[build.party(name="Första"), build.party(name="Andra")]),
        by=writer,
        version=None,
    )
    _, bases = shown(writer, draft, "parter")
    client = signed_in(writer)
    for name in ("name", "kind", "level", "contribution"):
        sent = {"del": "parter", "falt": f"parter-0-{name}", "varde": "", "bas": bases[f"parter-0-{name}"]}
        assert client.post(url("autosave", draft), sent).status_code == 200

    assert [one.name for one in fresh(draft).parties.order_by("order")] == ["Första", "Andra"]


def test_writing_on_is_one_change_until_somebody_else_writes(region, writer, draft):
    other = colleague(region)
    texts = [draft.summary, "En", "En text", "En text till"]
    for old, new in itertools.pairwise(texts):
        assert send(writer, draft, "projekt", "summary", new, was=[old]).status_code == 200
    send(other, draft, "projekt", "summary", "Bos", was=["En text till"])
    send(writer, draft, "projekt", "summary", "Min igen", was=["Bos"])

    kept = [(row.old, row.by) for row in Revision.objects.order_by("id")]
    assert kept == [(draft.summary, writer), ("En text till", other), ("Bos", writer)]


def test_what_another_window_of_the_same_person_replaces_is_kept(writer, draft):
    send(writer, draft, "projekt", "summary", "Första fönstret", was=[draft.summary])
    send(writer, draft, "projekt", "summary", "Andra fönstret", was=["Första fönstret"], sida="page-2")

    assert [row.old for row in Revision.objects.order_by("id")] == [draft.summary, "Första fönstret"]


def test_the_history_can_only_grow(writer, draft):
    send(writer, draft, "projekt", "summary", "Min text.", was=[draft.summary])

    for harm in (lambda: Revision.objects.update(new="x"), lambda: Revision.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            harm()
    assert Revision.objects.get().new == "Min text."


def test_only_those_who_write_for_the_applicant_may(region, draft):
    reader = base.member(region, Level.VIEW)
    foreign = base.member(base.region_organisation("25"))
    for user, status in ((reader, 403), (foreign, 404), (base.handler(), 404)):
        assert send(user, draft, "projekt", "summary", "x", was=[draft.summary]).status_code == status
        assert fresh(draft).summary == draft.summary
    assert Revision.objects.count() == 0


def test_what_was_sent_in_is_not_changed(region):
    signer = base.signatory(region)
    application = build.submitted_application(applicant=region, signer=signer)

    answer = send(signer, application, "projekt", "summary", "x", was=[application.summary])

    assert (answer.status_code, fresh(application).summary) == (422, application.summary)
    assert answer.json()["fel"] == ["Delen ”Projektet” går inte att ändra när ansökan är inkommen."]


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({}, 422),
        ({"del": "projekt", "falt": "finns_inte", "varde": "x"}, 422),
        ({"del": "projekt", "falt": "applicant", "varde": "x"}, 422),
        ({"del": "bilagor", "falt": "file", "varde": "x"}, 422),
        ({"del": "finns-inte", "falt": "title", "varde": "x"}, 422),
        ({"del": "projekt", "falt": "title", "varde": "x" * 40_001}, 413),
        ({"del": "projekt", "falt": "title", "varde": ["x"] * 401}, 422),
        ({"del": "projekt", "falt": "title", "varde": "x", "bas": "\x00", "rad": "[" * 5_000}, 409),
        ({"del": "projekt", "falt": "title", "varde": "x", "bas": ["a", "b"], "rad": '{"a": 1}'}, 409),
    ],
)
def test_whatever_is_posted_gets_an_answer_and_changes_nothing(writer, draft, data, status):
    before = fresh(draft)

    answer = signed_in(writer).post(url("autosave", draft), data)

    assert (answer.status_code, len(answer.json()["fel"])) == (status, 1)
    assert (fresh(draft).title, fresh(draft).version) == (before.title, before.version)


@pytest.mark.parametrize(
    "text", ["\x00\x01Hej\ud83d", "‮exe.gnp", "a\ufffe\uffff", "=HYPERLINK(1)", "<script>alert(1)</script>"]
)
def test_hostile_text_is_cleaned_or_stored_as_it_is(writer, draft, text):
    answer = signed_in(writer).post(
        url("autosave", draft),
        {"del": "projekt", "falt": "summary", "varde": text.encode("utf-8", "replace"), "bas": digest([draft.summary])},
    )

    assert answer.status_code == 200
    assert answer.json()["bas"] == shown(writer, draft, "projekt")[1]["summary"]


def test_too_much_that_is_no_answer_is_refused(writer, draft):
    fields = [name for name in shown(writer, draft, "projekt")[1] if name.startswith("fraga_")]
    statuses = []
    for number in range(7):
        name = ["start_on", "end_on", *fields][number % (2 + len(fields))]
        was = fresh(draft).typed.get("projekt", {}).get(name, {}).get("values") or None
        was = (
            was
            if was is not None
            else ([str(getattr(draft, name))] if hasattr(draft, name) else [draft.answers[name[6:]]])
        )
        statuses.append(send(writer, draft, "projekt", name, str(number) * 39_000, was=was).status_code)

    assert set(statuses) <= {200, 422}
    assert sum(len(one["values"][0]) for one in fresh(draft).typed["projekt"].values()) <= 200_000


def test_a_whole_page_is_put_together_with_what_others_saved_meanwhile(region, writer, draft):
    other = colleague(region)
    _, bases = shown(writer, draft, "projekt")
    mine = posted(draft, "projekt", summary="Min text.", bas=json.dumps(bases))
    send(other, draft, "projekt", "title", "Bos namn", was=[draft.title])

    answer = signed_in(writer).post(section_url(draft, "projekt"), mine)

    assert answer.status_code == 302
    assert (fresh(draft).title, fresh(draft).summary) == ("Bos namn", "Min text.")
    assert [(row.field, row.new) for row in Revision.objects.order_by("id")] == [
        ("title", "Bos namn"),
        ("summary", "Min text."),
    ]


def test_a_whole_page_with_the_same_field_changed_twice_shows_both_texts(region, writer, draft):
    other = colleague(region)
    _, bases = shown(writer, draft, "projekt")
    mine = posted(draft, "projekt", summary="Min text.", bas=json.dumps(bases))
    send(other, draft, "projekt", "title", "Bos namn", was=[draft.title])
    send(other, draft, "projekt", "summary", "Bos text.", was=[draft.summary])

    answer = signed_in(writer).post(section_url(draft, "projekt"), mine)

    assert answer.status_code == 409
    assert answer.context["differences"] == [("Sammanfattning", "Min text.", "Bos text.")]
    assert fresh(draft).summary == "Bos text."
    assert Revision.objects.filter(kind="conflict", new="Min text.", by=writer).count() == 1
    page = answer.content.decode()
    assert 'value="Bos namn"' in page
    again = {**mine, "title": "Bos namn", "bas": answer.context["bases"], "version": answer.context["version"]}
    assert signed_in(writer).post(section_url(draft, "projekt"), again).status_code == 302
    assert (fresh(draft).title, fresh(draft).summary) == ("Bos namn", "Min text.")


def test_a_party_that_somebody_else_added_stays_when_an_older_page_is_saved(region, writer, draft):
    other = colleague(region)
    actions.save_parties(
        draft, build.parties_data(writer, parties=[build.party(name="Första")]), by=writer, version=None
    )
    _, bases = shown(writer, draft, "parter")
    mine = posted(draft, "parter", contact_phone="010-1", bas=json.dumps(bases))
    actions.save_parties(
        fresh(draft),
        build.parties_data(writer, parties=[build.party(name="Första"), build.party(name="Andra")]),
        by=other,
        version=None,
    )

    assert signed_in(writer).post(section_url(draft, "parter"), mine).status_code == 302
    assert [one.name for one in fresh(draft).parties.order_by("order")] == ["Första", "Andra"]
    assert fresh(draft).contact_phone == "010-1"


def test_a_page_that_does_not_say_what_it_held_is_old_as_before(region, writer, draft):
    mine = posted(draft, "projekt", summary="Min text.", bas="{broken")
    send(colleague(region), draft, "projekt", "title", "Bos namn", was=[draft.title])

    assert signed_in(writer).post(section_url(draft, "projekt"), mine).status_code == 409
    assert fresh(draft).summary == draft.summary


def test_saving_the_page_takes_away_what_was_only_typed(writer, draft):
    send(writer, draft, "projekt", "end_on", "2028-13-45", was=[str(draft.end_on)])
    assert fresh(draft).typed != {}

    mine = posted(draft, "projekt", end_on="2028-12-31")
    assert signed_in(writer).post(section_url(draft, "projekt"), mine).status_code == 302
    assert (fresh(draft).typed, str(fresh(draft).end_on)) == ({}, "2028-12-31")


def test_the_key_to_the_browsers_copies_is_the_persons_own_and_the_same_after_a_new_sign_in(region, writer, draft):
    def key(user):
        return signed_in(user).get(section_url(draft, "projekt")).context["writing"]["key"]

    assert key(writer) == key(writer) != key(colleague(region))


def test_what_is_only_typed_keeps_the_application_from_being_sent(region):
    signer = base.signatory(region)
    draft = build.complete_draft(by=signer, applicant=region)
    send(signer, draft, "projekt", "end_on", "2028-13-45", was=[str(draft.end_on)])

    with pytest.raises(Blocked) as stop:
        actions.submit(fresh(draft), by=signer)

    assert [(str(one), one.where) for one in stop.value.reasons] == [
        ("Det som står i ”Projektet slutar” är inte sparat som svar än. Rätta det och spara sidan.", "projekt#end_on")
    ]
    assert fresh(draft).state == "draft"
