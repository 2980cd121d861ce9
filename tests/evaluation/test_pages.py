"""The pages of evaluation: few and equal queries, hostile input without a 500, and what each person sees."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from calls.models import YearBudget
from evaluation import actions
from evaluation.enums import DecisionState, ReviewState
from evaluation.models import Decision, Score
from grants.accounts.enums import Role
from tests.builders import applications, base, calls
from tests.builders import evaluation as build
from tests.builders.copies import copies_of

pytestmark = [pytest.mark.usefixtures("reference"), pytest.mark.django_db]
CASE_PAGES = (
    "case",
    "case_assessment",
    "case_documents",
    "case_events",
    "formal_check",
    "supplement",
    "conflict",
    "propose",
)
# The record of active sign-ins (allauth.usersessions) asks these on every request; they are not the page's.
NOT_OURS = ("usersessions", "SAVEPOINT", "BEGIN", "COMMIT")
MEGABYTE = "x" * 1_000_000


@pytest.fixture
def desk(client):
    """A signed-in handler's browser; the first request of a session, which asks more, is behind it."""
    client.person = base.handler()
    client.force_login(client.person)
    client.get(reverse("evaluation:decisions"))
    return client


def queries(client, url):
    """How many queries the page asks."""
    with CaptureQueriesContext(connection) as caught:
        answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    return len([q for q in caught.captured_queries if not any(word in q["sql"] for word in NOT_OURS)])


def desk_addresses(decision):
    application = decision.application
    return {
        reverse("evaluation:list"): 15,
        **{reverse(f"evaluation:{name}", args=[application.pk]): 20 for name in CASE_PAGES},
        reverse("evaluation:ranking", args=[application.call.code]): 25,
        reverse("evaluation:decisions"): 25,
        reverse("evaluation:decision", args=[decision.pk]): 25,
        reverse("evaluation:assessment", args=[application.review.assessments.get().pk]): 25,
    }


def test_every_desk_page_answers_before_and_after_the_decision_within_its_queries(desk):
    proposed = build.proposed_decision(handler=desk.person)
    addresses = desk_addresses(proposed)

    before = {url: queries(desk, url) for url in addresses}
    decider = base.decider()
    actions.dispatch(actions.decide(proposed, by=decider), by=decider)
    after = {url: queries(desk, url) for url in addresses}

    assert {url: n for url, n in (before | after).items() if n > addresses[url]} == {}


def test_lists_and_ranking_ask_the_same_queries_for_1_3_and_200_rows(desk):
    call = calls.open_call()
    assessor = base.assessor()
    urls = [
        reverse("evaluation:list"),
        reverse("evaluation:list") + "?sortera=-poang&q=ord",
        reverse("evaluation:ranking", args=[call.code]),
        reverse("evaluation:decisions"),
    ]
    asked, made = [], 0
    counties = [base.region_organisation(code) for code in ("24", "25", "23")]
    for wanted in (1, 3):
        for county in counties[made:wanted]:
            build.proposed_decision(call=call, applicant=county, handler=desk.person, assessors=[assessor])
        made = wanted
        asked.append([queries(desk, url) for url in urls])
    copies_of(build.received_application(call=call, applicant=counties[0], title="Ord"), 196)
    asked.append([queries(desk, url) for url in urls])

    assert asked == [asked[0]] * 3
    answer = desk.get(urls[0])
    assert len(answer.context["rows"]) == 50
    assert answer.context["figures"]["chosen"] == 200


def test_the_list_filters_by_everything_in_its_address(desk):
    call = calls.open_call()
    found = build.reviewed_application(call=call, handler=desk.person, title="Vatten i östra Småland")
    other = base.region_organisation("25")
    applications.submitted_application(call=call, applicant=other, title="Ord till rum")
    number = found.case.register_number
    narrow = [
        "q=vatten",
        f"q={number}",
        "q=Västerbotten",
        "vy=mina",
        "vy=vantar",
        "lan=24",
        f"handlaggare={desk.person.pk}",
        "status=b-formal_check",
    ]

    titles = {q: [r["title"] for r in desk.get(f"/arenden/?{q}").context["rows"]] for q in narrow}

    assert titles == {q: ["Vatten i östra Småland"] for q in narrow}
    assert len(desk.get(f"/arenden/?utlysning={call.code}").context["rows"]) == 2
    assert [r["title"] for r in desk.get("/arenden/?sortera=projekt").context["rows"]] == [
        "Ord till rum",
        "Vatten i östra Småland",
    ]


@pytest.mark.parametrize(
    "query",
    [
        "q=%00%FF'--",
        f"q={'x' * 3000}",
        "vy=påhittad&status=x&sortera=password&sida=x",
        "sida=99999999999999999999",
        "sida=-1",
        "handlaggare=inte-ett-id",
        f"handlaggare={uuid.uuid4()}",
        "utlysning=../../x&lan=999&omrade=%27",
        "sortera=-applicant__users__password",
    ],
)
def test_no_address_of_a_list_gives_a_fault(desk, query):
    build.received_application()

    assert [desk.get(f"{url}?{query}").status_code for url in ("/arenden/", "/beslut/")] == [200, 200]


# Hostile forms -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"amount_sek": "45k"},
        {"amount_sek": "9" * 400},
        {"amount_sek": "-1"},
        {"amount_sek": "1e9"},
        {"amount_sek": "\x00"},
        {"outcome": "påhittat"},
        {"kind": "payment"},
        {"start_on": "2027-13-45"},
        {"reasons": MEGABYTE},
        {"short_reasons": MEGABYTE},
        {"version": "-5"},
        {"version": "9" * 300},
        {"legal_grounds": "\x00"},
    ],
)
def test_a_proposal_with_nonsense_is_answered_with_422_keeps_what_was_typed_and_leaves_nothing(desk, change):
    application = build.assessed_application(handler=desk.person)
    year = application.call.year_budgets.first().year
    typed = {
        "kind": "support",
        "outcome": "granted",
        "amount_sek": "900 000",
        "basis_cost_sek": "2 000 000",
        f"year-{year}": "900000",
        "start_on": application.start_on.isoformat(),
        "end_on": application.end_on.isoformat(),
        "reasons": "Det här skrev jag.",
        "legal_grounds": "Förordningen.",
        **change,
    }

    answer = desk.post(reverse("evaluation:propose", args=[application.pk]), typed)

    assert answer.status_code == 422
    assert "Fel:" in answer.content.decode()
    if "reasons" not in change:
        assert "Det här skrev jag." in answer.content.decode()
    assert Decision.objects.count() == 0
    assert build.review_of(application).state == ReviewState.ASSESSING


def test_a_whole_proposal_is_left_from_the_page(desk):
    application = build.assessed_application(handler=desk.person)
    url = reverse("evaluation:propose", args=[application.pk])
    form = desk.get(url).context["form"]
    year = application.call.year_budgets.first().year
    typed = {name: form[name].value() for name in form.fields if form[name].value() is not None}

    answer = desk.post(url, {**typed, f"year-{year}": "900 000"})

    decision = Decision.objects.get()
    assert answer.url == reverse("evaluation:decision", args=[decision.pk])
    assert (decision.state, decision.amount_sek, decision.rapporteur) == (DecisionState.PROPOSED, 900_000, desk.person)


def test_a_stale_proposal_form_is_answered_with_409(desk):
    application = build.assessed_application(handler=desk.person)
    url = reverse("evaluation:propose", args=[application.pk])
    form = desk.get(url).context["form"]
    typed = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    actions.assign_handler(build.review_of(application), base.handler(), by=desk.person)

    assert desk.post(url, typed).status_code == 409
    assert Decision.objects.count() == 0


@pytest.mark.parametrize("points", ["6", "-1", "x", "\x00", "9" * 500])
def test_points_that_do_not_exist_are_answered_with_422(client, points):
    application = build.assessing_application()
    person = base.assessor()
    assessment = build.appointed(application, person)
    criterion = application.call.criteria.first()
    client.force_login(person)

    answer = client.post(
        reverse("evaluation:assessment", args=[assessment.pk]),
        {f"points-{criterion.pk}": points, f"reasons-{criterion.pk}": "Det här skrev jag.", "points-999999": "1"},
    )

    assert answer.status_code == 422
    assert "Det här skrev jag." in answer.content.decode()
    assert Score.objects.count() == 0


def test_an_assessment_is_saved_incomplete_and_stays_saved_when_it_cannot_be_completed(client):
    application = build.assessing_application()
    person = base.assessor()
    assessment = build.appointed(application, person)
    criterion = application.call.criteria.first()
    client.force_login(person)
    url = reverse("evaluation:assessment", args=[assessment.pk])

    first, stamp = {f"points-{criterion.pk}": "4"}, client.get(url).context["stamp"]
    assert client.post(url, {**first, "sedd": stamp}).status_code == 302
    form = {f"points-{criterion.pk}": "5", f"reasons-{criterion.pk}": "Bra.", "klar": "1"}
    answer = client.post(url, {**form, "sedd": client.get(url).context["stamp"]})

    assert answer.status_code == 422
    assert Score.objects.get(criterion=criterion).points == 5


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("formal_check", {"met-in_time": "kanske"}),
        ("formal_check", {"comment-in_time": MEGABYTE}),
        ("formal_check", {"avsluta": "1"}),
        ("supplement", {}),
        ("supplement", {"question": "Förklara.", "sections": "påhittad", "due_on": "2099-01-01", "consequence": "x"}),
        ("supplement", {"question": "Förklara.", "due_on": "2001-01-01", "consequence": "x"}),
        ("supplement", {"question": MEGABYTE, "due_on": "\x00", "consequence": "x"}),
        ("conflict", {"reason": "\x00"}),
        ("conflict", {"reason": MEGABYTE}),
        ("assign", {"person": "x"}),
        ("appoint", {"person": str(uuid.uuid4())}),
    ],
)
def test_the_other_forms_answer_nonsense_with_422(desk, name, typed):
    application = build.reviewed_application(handler=desk.person)

    page = reverse(f"evaluation:{name}", args=[application.pk])
    shown = base.fresh(application) if name == "supplement" else build.review_of(application)

    answer = desk.post(page, {**typed, "version": shown.version})

    assert answer.status_code == 422
    assert "Fel:" in answer.content.decode()


def test_deciding_too_much_money_is_answered_with_422_and_the_sentence(client):
    call = build.small_call(1_000_000)
    first, second = (build.proposed_decision(call=call, applicant=base.region_organisation(c)) for c in ("24", "25"))
    decider = base.decider()
    client.force_login(decider)

    assert client.post(reverse("evaluation:decide", args=[first.pk]), {"version": first.version}).status_code == 302
    answer = client.post(
        reverse("evaluation:decide", args=[second.pk]), {"others": "Enhetschefen", "version": second.version}
    )

    assert answer.status_code == 422
    assert "räcker inte" in answer.content.decode()
    assert "Enhetschefen" in answer.content.decode() or "Går inte än" in answer.content.decode()
    assert YearBudget.objects.get(call=call).used_sek == 900_000


# What each person sees -----------------------------------------------------------------------------------------------


def test_a_declared_conflict_hides_the_case_on_every_page(desk):
    decision = build.proposed_decision()
    addresses = desk_addresses(decision)
    desk.post(reverse("evaluation:conflict", args=[decision.application_id]), {"reason": "Min syster leder projektet."})

    hidden = {url: desk.get(url).status_code for url in addresses if str(decision.application_id) in url}
    hidden[reverse("evaluation:decision", args=[decision.pk])] = desk.get(
        reverse("evaluation:decision", args=[decision.pk])
    ).status_code

    assert set(hidden.values()) == {404}
    assert desk.get("/arenden/").context["rows"] == []
    assert decision.application.title not in desk.get("/beslut/").content.decode()
    assert desk.get(reverse("evaluation:ranking", args=[decision.application.call.code])).context["rows"] == []


def test_others_scores_are_hidden_until_ones_own_assessment_is_complete(client):
    first, second = base.assessor(), base.assessor()
    application = build.assessing_application(call=calls.open_call(assessors_needed=2))
    done = build.appointed(application, first)
    own = build.appointed(application, second)
    actions.complete_assessment(done, by=first, scores=build.points_for(application, 5))
    client.force_login(second)
    case = reverse("evaluation:case_assessment", args=[application.pk])
    others = reverse("evaluation:assessment", args=[done.pk])

    for name in ("case", "case_assessment", "case_documents", "case_events"):
        assert "100,0" not in client.get(reverse(f"evaluation:{name}", args=[application.pk])).content.decode()
    assert client.get(others).status_code == 403
    assert client.get("/arenden/").context["rows"][0]["score"] == ""
    assert client.get(reverse("evaluation:ranking", args=[application.call.code])).context["rows"] == []

    actions.complete_assessment(own, by=second, scores=build.points_for(application, 3))

    assert "100,0" in client.get(case).content.decode()
    assert client.get(others).status_code == 200


def test_the_applicant_sees_the_decision_only_when_it_is_dispatched(client):
    decision = build.made_decision()
    member = base.member(decision.application.applicant)
    url = reverse("evaluation:decision_applicant", args=[decision.application_id])
    client.force_login(member)

    assert client.get(url).status_code == 404
    actions.dispatch(decision, by=decision.decider)

    assert "Beslut om stöd" in client.get(url).content.decode()
    client.force_login(base.member(base.region_organisation("25")))
    assert client.get(url).status_code == 404


def test_the_work_pages_are_for_the_authority(client):
    decision = build.proposed_decision()
    client.force_login(base.member(decision.application.applicant))

    assert {client.get(url).status_code for url in desk_addresses(decision)} == {403}


@pytest.mark.parametrize("role", [Role.READER, Role.PAYMENT_OFFICER, Role.REGISTRAR, Role.CALL_MANAGER])
def test_a_press_without_the_role_is_refused_and_changes_nothing(client, role):
    decision = build.proposed_decision()
    application = decision.application
    client.force_login(base.officer(role))
    posts = {
        reverse("evaluation:decide", args=[decision.pk]): {},
        reverse("evaluation:propose", args=[application.pk]): {"kind": "support"},
        reverse("evaluation:formal_check", args=[application.pk]): {},
        reverse("evaluation:supplement", args=[application.pk]): {},
        reverse("evaluation:appoint", args=[application.pk]): {},
        reverse("evaluation:begin", args=[application.pk]): {},
    }

    assert {url: client.post(url, data).status_code for url, data in posts.items()} == dict.fromkeys(posts, 403)
    assert base.fresh(decision).version == decision.version
