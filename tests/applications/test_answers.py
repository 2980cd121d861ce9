"""Answers of every kind: what is kept, what is refused and where, what is missing, what is frozen, and following new versions."""

import copy

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from applications import actions
from applications.blockers import before_submit
from applications.content import content_of, sent_content
from calls import actions as call_actions
from calls.actions import questions as questions
from calls.enums import QuestionKind
from calls.models import Question
from calls.questions import form_in_use, questions_of
from grants.core import events
from grants.core.exceptions import Blocked
from grants.core.time import now
from grants.strategy.models import Municipality
from tests.builders import applications as build
from tests.builders.base import call_manager, fresh, member, region_organisation, signatory
from tests.builders.calls import call_data
from tests.builders.questions import add_question, question_data, remove_standard_questions

pytestmark = pytest.mark.django_db


def call_with(*kinds, manager=None, change=None, **overrides):
    """An open call that asks one question of each kind, by code f1, f2, …; ``change`` sets more up before it opens."""
    manager = manager or call_manager()
    data = call_data()
    call = call_actions.create_call(data, by=manager, at=data["opens_at"])
    remove_standard_questions(call, by=manager)
    for kind in kinds:
        add_question(call, kind, by=manager, **overrides)
    if change:
        change(call, manager)
    return call_actions.open_call(call_actions.publish(call, by=manager, at=data["opens_at"]), at=data["opens_at"])


def draft_in(call, by=None):
    region = region_organisation()
    return build.draft_application(call=call, applicant=region, by=by or member(region))


def save(draft, answers):
    """The answers as the action is given them."""
    row = fresh(draft)
    return actions.save_project(row, {"title": "Titel", "answers": answers}, by=row.created_by, version=row.version)


UMEA = {"code": "2480", "name": "Umeå", "county": "Västerbottens län"}
ROW = {"k1": "Dialog", "k2": 45000, "k3": "2027-03-01"}
RISK = {"risk": "Försening", "likelihood": 3, "consequence": 4, "measure": "Börja tidigt"}
CHAIN = {"problem": "P", "activities": "A", "results": "R", "effects": "E"}
INDICATOR = {"name": "Planer", "unit": "antal", "baseline": "2", "target": "6.5"}
GOOD = [
    ("text", " Så här\r\nsvarar vi ", "Så här\nsvarar vi", "Så här\nsvarar vi"),
    ("number", "12,5", "12.5", "12,5 kilometer"),
    ("number", 40, "40", "40 kilometer"),
    ("amount", "45\u00a0000 kr", 45000, "45\u00a0000\u00a0kr"),
    ("date", "2027-01-15", "2027-01-15", "2027-01-15"),
    ("yes_no", "ja", "ja", "Ja"),
    ("one_of", "a2", "a2", "Buss"),
    ("several_of", ["a3", "a1", "a1"], ["a1", "a3"], "Bostäder, Natur"),
    ("table", [{"k1": "Dialog", "k2": "45 000", "k3": "2027-03-01"}, {"k1": " "}], [ROW], None),
    ("municipalities", ["2480"], [UMEA], "Västerbottens län: Umeå"),
    ("theory_of_change", CHAIN, CHAIN, "Problem: P\nAktiviteter: A\nResultat: R\nEffekter: E"),
    ("risks", [{**RISK, "likelihood": "3", "consequence": "4"}], [RISK], None),
    ("indicators", [{**INDICATOR, "target": "6,5"}], [INDICATOR], None),
]


@pytest.mark.parametrize(("kind", "given", "stored", "words"), GOOD)
def test_an_answer_is_stored_in_its_kinds_shape_and_reads_as_people_write(kind, given, stored, words):
    draft = draft_in(call_with(kind))

    saved = save(draft, {"f1": given})

    assert fresh(saved).answers == {"f1": stored}
    again = save(saved, copy.deepcopy(fresh(saved).answers))
    assert fresh(again).answers == {"f1": stored}
    block = next(block for block in content_of(again)["blocks"] if block.get("question") == "f1")
    if words is not None:
        told = block.get("paragraphs") or ["\n".join(f"{a}: {b}" for a, b in block["facts"])]
        assert told == [words]


def test_tables_are_frozen_with_their_heads_units_and_computed_values():
    draft = draft_in(call_with("table", "risks", "indicators"))

    saved = save(draft, {"f1": [ROW], "f2": [RISK], "f3": [INDICATOR]})

    tables = {block["question"]: block["table"] for block in content_of(saved)["blocks"] if "question" in block}
    assert tables["f1"]["head"] == ["Aktivitet", "Kostnad", "Klart"]
    assert tables["f1"]["rows"] == [["Dialog", "45\u00a0000\u00a0kr", "2027-03-01"]]
    assert tables["f2"]["rows"] == [["Försening", "3", "4", "12", "Börja tidigt"]]
    assert tables["f3"]["rows"] == [["Planer", "antal", "2", "6,5"]]


HOSTILE = [
    float("nan"),
    float("inf"),
    1.5,
    True,
    {"a": {"b": []}},
    [["x"]],
    [None],
    [{"k1": {"x": 1}}],
    "x" * 1_000_000,
    ["0180"] * 10_000,
    [{"k1": "x", "risk": "x", "name": "x"}] * 10_000,
    10**400,
    -(10**30),
    "1e999",
    "NaN",
    "١٢٣",
    "9" * 5_000,
    [{"likelihood": 9, "consequence": "\x00"}],
    {"problem": ["x"]},
    [{"code": {"x": 1}}],
    ["9999"],
    [{"code": "0180", "county": "X"}],
]


@pytest.mark.parametrize("kind", QuestionKind.values)
def test_what_no_form_sends_is_refused_at_the_question_or_stored_as_cleaned(kind):
    draft = draft_in(call_with(kind))
    wrong = []

    for given in HOSTILE:
        try:
            answers = fresh(save(draft, {"f1": given})).answers
        except Blocked as stop:
            said = [(str(reason), reason.where) for reason in stop.reasons]
            if not all(text.endswith(".") and where.startswith("fraga_f1") for text, where in said):
                wrong.append((str(given)[:60], said))
            continue
        if kind not in ("text",) and answers not in ({}, {"f1": "ja"}):
            wrong.append((str(given)[:60], answers))

    assert wrong == []


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b", "a\ufffeb", "a\x07b"])
@pytest.mark.parametrize(
    ("kind", "shape"),
    [
        ("text", lambda text: text),
        ("theory_of_change", lambda text: {"problem": text}),
        ("table", lambda text: [{"k1": text}]),
        ("risks", lambda text: [{"risk": text}]),
        ("indicators", lambda text: [{"name": text}]),
    ],
)
def test_characters_that_one_database_refuses_are_cleaned_from_every_kind_of_text(kind, shape, text):
    draft = draft_in(call_with(kind))

    saved = save(draft, {"f1": shape(text)})

    assert fresh(saved).answers == {"f1": shape("ab")}


LIMITS = [
    ("text", "x" * 51, "Svaret på ”Fråga av slaget text?” har 51 tecken. Korta texten till högst 50 tecken."),
    ("number", "101", "”Fråga av slaget number?”: skriv ett tal, lägst 0 och högst 100 kilometer."),
    ("number", "1,25", "”Fråga av slaget number?”: skriv talet med siffror och högst 1 decimal, till exempel 12,5."),
    (
        "amount",
        "50 001",
        "”Fråga av slaget amount?”: skriv ett belopp, lägst 1\u00a0000\u00a0kr och högst 50\u00a0000\u00a0kr.",
    ),
    ("date", "2031-01-01", "”Fråga av slaget date?”: skriv en dag, tidigast 2026-01-01 och senast 2030-12-31."),
    ("yes_no", "kanske", "”Fråga av slaget yes_no?”: välj ja eller nej."),
    ("one_of", "a9", "”Fråga av slaget one_of?”: välj ett av alternativen i listan."),
    ("several_of", ["a1", "a2", "a3"], "”Fråga av slaget several_of?”: välj högst 2 alternativ."),
    ("table", [ROW] * 4, "”Fråga av slaget table?”: skriv högst 3 rader."),
    ("municipalities", ["0180"], "”Fråga av slaget municipalities?”: välj kommuner ur listan."),
]


@pytest.mark.parametrize(("kind", "given", "sentence"), LIMITS)
def test_a_limit_is_kept_by_the_server_with_a_sentence(kind, given, sentence):
    draft = draft_in(call_with(kind))

    with pytest.raises(Blocked) as stop:
        save(draft, {"f1": given})

    assert stop.value.reasons == [sentence]
    assert (fresh(draft).answers, fresh(draft).title) == ({}, build.TITLE)


def test_a_limit_in_words_counts_words():
    draft = draft_in(call_with("text", most="3", unit="words"))

    assert fresh(save(draft, {"f1": "ett  två\ntre"})).answers == {"f1": "ett  två\ntre"}
    with pytest.raises(Blocked) as stop:
        save(draft, {"f1": "ett två tre fyra"})
    assert stop.value.reasons == ["Svaret på ”Fråga av slaget text?” har 4 ord. Korta texten till högst 3 ord."]


@pytest.mark.parametrize("kind", QuestionKind.values)
def test_a_required_answer_is_missing_until_it_is_there_and_an_optional_one_never(kind):
    required, optional = draft_in(call_with(kind)), draft_in(call_with(kind, required="never"))

    missing = [reason for reason in before_submit(required) if "#fraga_f1" in reason.where]

    assert len(missing) == 1
    assert missing[0].where.startswith("projekt#fraga_f1")
    assert [reason for reason in before_submit(optional) if "#fraga_f1" in reason.where] == []


@pytest.mark.parametrize(
    ("kind", "given", "sentence"),
    [
        ("risks", [{"risk": "Försening"}], "fyll i sannolikhet 1–5 i risk 1."),
        ("theory_of_change", {"problem": "P"}, "beskriv aktiviteter."),
        ("indicators", [{"name": "Planer"}], "fyll i enhet i indikator 1."),
    ],
)
def test_what_is_begun_is_saved_and_its_gaps_are_told_before_sending(kind, given, sentence):
    draft = save(draft_in(call_with(kind, required="never")), {"f1": given})

    missing = [reason for reason in before_submit(fresh(draft)) if "#fraga_f1" in reason.where]

    assert missing[0] == f"”Fråga av slaget {kind}?”: {sentence}"


def conditional(call, manager):
    add_question(call, "text", by=manager, label="Vilket?", required="when", condition="f1=ja", for_assessors=False)


def test_a_conditional_question_is_asked_and_sent_only_when_its_condition_holds():
    draft = draft_in(call_with("yes_no", change=conditional))

    no = save(draft, {"f1": "nej", "f2": "Skrevs ändå"})
    asked = [block["question"] for block in content_of(no)["blocks"] if "question" in block]
    assert (asked, content_of(no)["data"]["answers"]) == (["f1"], {"f1": "nej"})
    assert [reason for reason in before_submit(fresh(no)) if "fraga_f2" in reason.where] == []

    yes = save(no, {"f1": "ja"})
    assert [reason for reason in before_submit(fresh(yes)) if "fraga_f2" in reason.where] == ["Svara på ”Vilket?”."]


def test_a_chosen_municipality_stays_choosable_when_its_county_leaves():
    draft = draft_in(call_with("municipalities"))
    save(draft, {"f1": ["2480"]})
    row = fresh(draft)
    row.answers = {"f1": [{"code": "0180", "name": "Stockholm", "county": "Stockholms län"}]}
    row.save()

    saved = save(row, {"f1": ["0180", "2480"]})

    assert [one["name"] for one in fresh(saved).answers["f1"]] == ["Stockholm", "Umeå"]
    assert Municipality.objects.filter(code="0180").exists()


def pdf(name="bilaga.pdf"):
    return SimpleUploadedFile(name, b"%PDF-1.4 innehall")


def test_a_file_answers_its_question_and_no_other():
    draft = draft_in(call_with("file", "text"))

    actions.save_files(draft, {"f1": pdf()}, [], by=draft.created_by)

    assert [(row.question_code, row.label) for row in draft.attachments.all()] == [("f1", "Fråga av slaget file?")]
    assert [reason for reason in before_submit(fresh(draft)) if "fraga_f1" in reason.where] == []
    for code in ("f1", "f2", "f9"):
        with pytest.raises(Blocked):
            actions.save_files(draft, {code: pdf("en annan.pdf")}, [], by=draft.created_by)
    assert draft.attachments.count() == 1
    actions.save_files(draft, {"f1": pdf("ny.pdf")}, [draft.attachments.get().pk], by=draft.created_by)
    assert [row.attachment.name for row in draft.attachments.filter(removed_at=None)] == ["ny.pdf"]


# Versions ------------------------------------------------------------------------------------------------------------


def next_version(call, manager):
    """Version 2: f1 is a number now, f2 is gone, f3 stays, f4 is new."""
    questions.begin_version(call, by=manager)
    questions.save_question(call, "f1", question_data(call, "number", label="Hur många?"), by=manager)
    questions.remove_question(call, "f2", by=manager)
    add_question(call, by=manager, label="Ny fråga?")
    return questions.take_into_use(call, note="Frågan om antal kräver ett tal.", by=manager)


def answered_draft(manager, signer=None):
    call = call_with("text", "text", "text", manager=manager)
    region = region_organisation()
    draft = build.complete_draft(call=call, applicant=region, by=signer or member(region))
    data = build.project_data(draft, answers={"f1": "Ungefär tio", "f2": "Två", "f3": "Tre"})
    return actions.save_project(draft, data, by=draft.created_by, version=draft.version)


def test_a_draft_follows_a_new_version_and_no_answer_is_lost():
    manager = call_manager()
    draft = answered_draft(manager)
    new = next_version(draft.call, manager)

    assert actions.follow_form(fresh(draft), by=draft.created_by) is True

    row = fresh(draft)
    assert (row.form, row.answers) == (new, {"f3": "Tre"})
    assert row.earlier_answers == {
        "f1": {"label": "Fråga av slaget text?", "words": "Ungefär tio"},
        "f2": {"label": "Fråga 2 av slaget text?", "words": "Två"},
    }
    assert list(events.of(row))[-1].facts["version"] == 2
    assert actions.follow_form(row, by=draft.created_by) is False
    assert fresh(save(row, {"f1": "10", "f3": "Tre"})).earlier_answers == {
        "f2": {"label": "Fråga 2 av slaget text?", "words": "Två"}
    }


def test_a_draft_that_was_being_written_is_judged_by_the_version_it_shows_and_then_moves():
    manager = call_manager()
    draft = answered_draft(manager)
    new = next_version(draft.call, manager)

    saved = save(draft, {"f1": "Ungefär elva", "f2": "Två", "f3": "Tre"})

    assert (saved.form, saved.answers) == (new, {"f3": "Tre"})
    assert saved.earlier_answers["f1"]["words"] == "Ungefär elva"


def test_an_application_that_is_in_keeps_its_version_wording_and_hash():
    manager = call_manager()
    signer = signatory(region_organisation())
    draft = answered_draft(manager, signer)
    sent = actions.submit(fresh(draft), by=signer)
    before = (sent.form_id, sent.content_sha256, sent_content(sent))

    next_version(sent.call, manager)

    assert actions.follow_form(fresh(sent), by=signer) is False
    row = fresh(sent)
    assert (row.form_id, row.content_sha256, sent_content(row)) == before
    assert sent_content(row)["data"]["form_version"] == 1
    assert [block["heading"] for block in sent_content(row)["blocks"] if "question" in block] == [
        "Fråga av slaget text?",
        "Fråga 2 av slaget text?",
        "Fråga 3 av slaget text?",
    ]


def test_an_application_starts_on_the_version_that_the_call_asks_now():
    manager = call_manager()
    call = call_with("text", "text", "text", manager=manager)
    new = next_version(call, manager)

    assert draft_in(call).form == new == form_in_use(fresh(call))
    assert [one.code for one in questions_of(new)] == ["f1", "f3", "f4"]
    assert Question.objects.filter(form__call=call, code="f2").count() == 1
    assert new.frozen_at <= now()
