"""The set-up pages: what they take, show and keep, row by row."""

import datetime as dt
from decimal import Decimal

import pytest

from calls import actions
from calls.enums import State
from calls.models import Call, FlatRate, Theme
from calls.parts import BY_KEY, PARTS
from grants.core.time import now
from tests.builders.base import fresh, region_organisation
from tests.builders.calls import draft_call
from tests.builders.setup_pages import as_shown, faults_on, fill, filled, page_of, rows, started

pytestmark = pytest.mark.django_db
CREATE = "/utlysningar/ny/"
NEW = {"code": "plan-2027", "title": "Strategisk planering i praktiken", "kind": "open"}
CODES = "Skriv bara bokstäverna a–z, siffror och bindestreck, till exempel plan-2027."


def test_a_new_call_starts_with_what_every_call_has(client, manager):
    response = client.post(CREATE, NEW)

    call = Call.objects.get()
    assert (response.status_code, response.url) == (302, page_of(call, "basics"))
    assert (call.state, call.authority, call.code) == (State.DRAFT, manager.roles_now[0].authority, "plan-2027")
    assert [row.code for row in call.formal_check_points.all()][:3] == ["in_time", "eligible_applicant", "authorised"]
    assert [row.body for row in call.consultations.all()] == ["region"]
    assert [row.code for row in call.cost_types.all()] == ["staff", "services", "travel", "indirect", "in_kind"]
    assert list(call.decision_rules.all()) == []


@pytest.mark.parametrize(
    ("changes", "field", "text"),
    [
        ({"title": ""}, "title", "Fyll i rubrik."),
        ({"title": "\x00\x01 \u202e"}, "title", "Fyll i rubrik."),
        ({"title": "x" * 201}, "title", "”Rubrik” har 201 tecken. Korta texten till högst 200 tecken."),
        ({"code": "Med mellanslag"}, "code", f"Beteckning: {CODES[0].lower()}{CODES[1:]}"),
        ({"code": "../x"}, "code", f"Beteckning: {CODES[0].lower()}{CODES[1:]}"),
        ({"code": "hantera"}, "code", "Beteckningen används av tjänsten själv. Välj en annan."),
        ({"code": "program"}, "code", "Beteckningen används av tjänsten själv. Välj en annan."),
        ({"code": "x" * 41}, "code", "”Beteckning” har 41 tecken. Korta texten till högst 40 tecken."),
        ({"kind": "annat"}, "kind", "Slag av utlysning: välj bland det som står i listan."),
        ({"programme": "4711"}, "programme", "Program: välj bland det som står i listan."),
    ],
)
def test_a_new_call_that_cannot_be_made_is_refused_at_its_field(client, manager, changes, field, text):
    response = client.post(CREATE, {**NEW, **changes})

    assert response.status_code == 422
    assert faults_on(response)[field] == [text]
    assert "<title>Fel: " in response.content.decode()
    assert Call.objects.count() == 0


def test_a_code_that_is_taken_is_told_at_the_code(client, manager):
    draft_call(code="plan-2027")

    response = client.post(CREATE, NEW)

    assert faults_on(response) == {"code": ["Beteckningen används redan av en annan utlysning. Välj en annan."]}


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.key)
def test_a_page_shows_what_is_saved_and_saving_it_again_changes_nothing(client, manager, part):
    minute = now().replace(second=0, microsecond=0)
    times = {"opens_at": minute, "closes_at": minute + dt.timedelta(days=30)}
    call = draft_call(manager=manager, **times)
    before = actions.version_of(call, part)

    response = client.post(page_of(call, part.key), as_shown(client, page_of(call, part.key)))

    assert response.status_code == 302
    assert actions.version_of(fresh(call), part) == before
    assert [event.name for event in call.events] == ["created"]


def test_saving_goes_on_to_the_next_page_when_asked(client, manager):
    call = draft_call(manager=manager)

    onwards, here = fill(client, call, "basics", gor="vidare"), fill(client, call, "basics", gor="spara")

    assert [onwards.url, here.url] == [page_of(call, "wording"), page_of(call, "basics")]


def test_every_kind_of_value_and_row_is_kept(client, manager):
    call = started(client, **NEW)
    filled(
        client,
        call,
        "basics",
        rows(
            "cutoffs",
            {"closes_at": "2099-02-15 15.00", "decided_by_on": "2099-04-01"},
            {"closes_at": "2099-03-15 15.00", "decided_by_on": ""},
        ),
        opens_at="2099-01-15 09.00",
    )
    filled(
        client,
        call,
        "themes",
        rows(
            "themes",
            {"level": "track", "title": "Kunskap"},
            {"level": "theme", "title": "El", "about": "Tillgång på el."},
            {"level": "theme", "title": "Mark"},
        ),
    )
    el, mark = Theme.objects.get(title="El"), Theme.objects.get(title="Mark")
    filled(
        client,
        call,
        "money",
        rows(
            "years",
            {"year": "2099", "theme": str(el.pk), "budget_sek": "14 000 000"},
            {"year": "2099", "theme": str(mark.pk), "budget_sek": "10\u00a0000\u00a0000 kr"},
        ),
        rows(
            "flat_rates",
            {"cost_type": "indirect", "percent": "15,5", "basis": ["staff", "services"], "valid_from": "2099-01-01"},
        ),
        budget_sek="24 000 000 kr",
        largest_share_percent="50",
        allows_direct="on",
    )
    filled(
        client,
        call,
        "judging",
        rows(
            "criteria",
            {"title": "Nytta", "weight_percent": "60", "levels": "0: Ingen nytta\n5: Stor nytta"},
            {"title": "Plan", "weight_percent": "40", "max_points": "4", "minimum_points": "2"},
        ),
        consultations__boverket__chosen="on",
        consultations__boverket__question="Hur påverkas den fysiska planeringen?",
        consultations__boverket__answer_days="30",
    )
    call = fresh(call)
    assert call.opens_at == dt.datetime(2099, 1, 15, 8, tzinfo=dt.UTC)
    assert call.closes_at == dt.datetime(2099, 3, 15, 14, tzinfo=dt.UTC)
    assert [(row.number, row.closes_at.month) for row in call.cutoffs.all()] == [(1, 2), (2, 3)]
    assert [(row.title, str(row.track)) for row in call.themes.all()] == [
        ("Kunskap", "None"),
        ("El", "Kunskap"),
        ("Mark", "Kunskap"),
    ]
    assert [(row.year, row.theme, row.budget_sek) for row in call.year_budgets.all()] == [
        (2099, el, 14_000_000),
        (2099, mark, 10_000_000),
    ]
    rate = FlatRate.objects.get()
    assert (rate.percent, [row.code for row in rate.basis.order_by("order")]) == (
        Decimal("15.5"),
        ["staff", "services"],
    )
    assert (call.allows_cash, call.allows_direct) == (True, True)
    assert [(row.title, row.max_points, row.minimum_points) for row in call.criteria.all()] == [
        ("Nytta", 5, None),
        ("Plan", 4, 2),
    ]
    assert [(row.points, row.meaning) for row in call.criteria.first().levels.all()] == [
        (0, "Ingen nytta"),
        (5, "Stor nytta"),
    ]
    assert [(row.body, row.answer_days) for row in call.consultations.all()] == [("region", 21), ("boverket", 30)]


def test_the_region_is_consulted_while_the_ordinance_applies_whatever_is_posted(client, manager):
    call = draft_call(manager=manager)

    filled(client, call, "judging", consultations__region__chosen=None)
    locked = [row.body for row in call.consultations.all()]
    filled(client, call, "basics", follows_ordinance=None)
    filled(client, call, "judging", consultations__region__chosen=None)

    assert (locked, [row.body for row in call.consultations.all()]) == (["region"], [])


def test_every_region_is_invited_by_one_button_that_saves_nothing(client, manager):
    regions = [region_organisation("24"), region_organisation("08")]
    call = draft_call(manager=manager, kind="directed", invitations=[{"organisation": regions[0]}])

    response = fill(client, call, "applicants", rad="invitations:all")

    shown = {form["organisation"].value() for form in response.context["setup"].groups["invitations"].forms}
    assert response.status_code == 200
    assert {str(region.pk) for region in regions} == shown
    assert call.invitations.count() == 1


def test_only_directed_calls_and_offers_ask_for_the_invited(client, manager):
    call = draft_call(manager=manager)

    assert "invitations-antal" not in as_shown(client, page_of(call, "applicants"))


MOVES = [
    ("criteria:add", ["Bidrag till RUS", "Genomförande", "Kostnader", None]),
    ("criteria:remove:0", ["Genomförande", "Kostnader"]),
    ("criteria:up:1", ["Genomförande", "Bidrag till RUS", "Kostnader"]),
    ("criteria:down:1", ["Bidrag till RUS", "Kostnader", "Genomförande"]),
    *(
        (f"criteria:{press}", ["Bidrag till RUS", "Genomförande", "Kostnader"])
        for press in ("up:0", "remove:99", "x", "down:²")
    ),
    ("annat:add", ["Bidrag till RUS", "Genomförande", "Kostnader"]),
]


@pytest.mark.parametrize(("press", "titles"), MOVES)
def test_rows_are_added_removed_and_moved_with_everything_typed_kept_and_nothing_saved(client, manager, press, titles):
    call = draft_call(manager=manager)

    response = fill(client, call, "judging", rad=press, assessors_needed="många", criteria__0__weight_percent="45k")

    setup = response.context["setup"]
    shown = [form["title"].value() or None for form in setup.groups["criteria"].forms]
    weights = [form["weight_percent"].value() for form in setup.groups["criteria"].forms]
    assert (response.status_code, shown) == (200, titles)
    assert setup.form["assessors_needed"].value() == "många"
    assert ("45k" in weights) == (press != "criteria:remove:0")
    assert "err-msg" not in response.content.decode()
    assert [row.title for row in call.criteria.all()] == ["Bidrag till RUS", "Genomförande", "Kostnader"]


def test_a_criterion_that_is_moved_stays_the_same_row(client, manager):
    call = draft_call(manager=manager)
    first, second, third = call.criteria.all()

    moved = fill(client, call, "judging", rad="criteria:up:1")
    posted = {
        b.html_name: b.value() for form in moved.context["setup"].forms for b in form if b.value() not in (None, False)
    }
    client.post(
        page_of(call, "judging"),
        {**posted, "criteria-antal": "4", "version": actions.version_of(call, BY_KEY["judging"])},
    )

    assert list(call.criteria.all()) == [second, first, third]
