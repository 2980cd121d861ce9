"""The set-up pages: what they take, what they refuse at which field, and that nothing that was typed is lost."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from calls import actions
from calls.enums import State
from calls.models import Call, FlatRate, Theme
from calls.parts import BY_KEY, PARTS
from calls.standards import starting_lists
from grants.core.time import now
from tests.builders.base import call_manager, fresh, handler, reference_data, region_organisation
from tests.builders.calls import draft_call, published_call, save
from tests.builders.setup_pages import as_shown, faults_on, fill, filled, page_of, rows, started, with_rows

pytestmark = pytest.mark.django_db
CREATE = "/utlysningar/ny/"
NEW = {"code": "plan-2027", "title": "Strategisk planering i praktiken", "kind": "open"}
CODES = "Skriv bara bokstäverna a–z, siffror och bindestreck, till exempel plan-2027."


@pytest.fixture
def manager(client):
    reference_data()
    user = call_manager()
    client.force_login(user)
    return user


def test_a_new_call_starts_with_what_every_call_has(client, manager):
    response = client.post(CREATE, NEW)

    call = Call.objects.get()
    assert (response.status_code, response.url) == (302, page_of(call, "basics"))
    assert (call.state, call.authority, call.code) == (State.DRAFT, manager.roles_now[0].authority, "plan-2027")
    assert [row.code for row in call.formal_check_points.all()][:3] == ["in_time", "eligible_applicant", "authorised"]
    assert [row.body for row in call.consultations.all()] == ["region"]
    assert [row.code for row in call.cost_types.all()] == ["staff", "services", "travel", "indirect"]
    assert {row.is_appealable for row in call.decision_rules.all()} == {False}


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
    call = draft_call(manager=manager, **times, decision_rules=starting_lists()["decision_rules"])
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


FIRST = {"title": "Nytta", "weight_percent": "60"}
RATE = {"cost_type": "indirect", "percent": "15", "basis": "staff", "valid_from": "2099-01-01"}
REFUSED = [
    ("basics", {"title": ""}, "title", "Fyll i rubrik."),
    ("basics", {"opens_at": "15/1 2027"}, "opens_at", "Öppnar: skriv datumet som ÅÅÅÅ-MM-DD, till exempel 2027-01-15."),
    ("basics", {"opens_at": "2027-01-15"}, "opens_at", "Öppnar: skriv klockslaget som TT.MM, till exempel 15.00."),
    (
        "basics",
        {"closes_at": "2027-03-28 02.30"},
        "closes_at",
        "Stänger: klockslaget finns inte den dagen, eftersom klockan ställs fram till sommartid. Välj en annan tid.",
    ),
    (
        "basics",
        {"closes_at": "2027-10-31 02.30"},
        "closes_at",
        "Stänger: klockslaget finns två gånger den dagen, eftersom klockan ställs tillbaka. Välj en tid efter 03.00 eller före 02.00.",
    ),
    (
        "basics",
        rows("cutoffs", {"closes_at": "2027-03-28 02.30"}),
        "cutoffs-0-closes_at",
        "Datum 1, sista tid: klockslaget finns inte den dagen, eftersom klockan ställs fram till sommartid. Välj en annan tid.",
    ),
    (
        "basics",
        {"opens_at": "2099-01-15 09.00", "closes_at": "2099-01-15 09.00"},
        "closes_at",
        "Utlysningen måste stänga efter att den öppnar.",
    ),
    (
        "basics",
        {"earliest_start_on": "2099-05-01", "latest_end_on": "2099-05-01"},
        "latest_end_on",
        "Projekten måste sluta efter att de startar.",
    ),
    (
        "basics",
        {**rows("cutoffs", {"closes_at": "2098-02-01 15.00"}, {"closes_at": "2098-01-01 15.00"}), "closes_at": ""},
        "cutoffs-1-closes_at",
        "Datum 2: datumen ska stå i tidsordning. Skriv en tid efter raden ovanför, eller flytta raden.",
    ),
    (
        "basics",
        {**rows("cutoffs", {"closes_at": "2098-02-01 15.00"}), "closes_at": "2099-01-01 15.00"},
        "closes_at",
        "Utlysningen ska stänga vid det sista av de delsista datumen. Ändra ett av dem.",
    ),
    (
        "basics",
        {**rows("cutoffs", {"closes_at": "2098-02-01 15.00", "decided_by_on": "2098-01-01"}), "closes_at": ""},
        "cutoffs-0-decided_by_on",
        "Datum 1: besluten planeras före sista ansökningsdag. Skriv en senare dag.",
    ),
    (
        "basics",
        {"longest_months": "9" * 5000},
        "longest_months",
        "Skriv projekttiden i månader som ett heltal mellan 1 och 120.",
    ),
    (
        "basics",
        {"source_url": "javascript:alert(1)"},
        "source_url",
        "Länk till mer information: skriv hela webbadressen, till exempel https://www.example.se/utlysning.",
    ),
    (
        "wording",
        {"pitch": "å" * 1_000_000},
        "pitch",
        "”Kort om utlysningen” har 1\u00a0000\u00a0000 tecken. Korta texten till högst 600 tecken.",
    ),
    (
        "themes",
        rows("themes", {"level": "track", "title": "Ensam"}),
        "themes-0-level",
        "Rad 1: under en inriktning ska minst ett tema stå. Skriv ett tema på raden efter, eller välj Tema.",
    ),
    (
        "themes",
        rows("themes", {"level": "theme", "title": "El"}, {"level": "theme", "title": "el"}),
        "themes-1-title",
        "Rad 2: namnet står redan ovanför. Skriv ett annat.",
    ),
    (
        "themes",
        rows("themes", {"level": "theme", "about": "Bara text"}),
        "themes-0-title",
        "Rad 1: skriv vad temat heter.",
    ),
    (
        "applicants",
        {"joint_rule": "allowed", "fewest_applicants": "3"},
        "fewest_applicants",
        "Ett minsta antal gäller bara när de måste söka tillsammans. Välj ”Minst två tillsammans” eller töm rutan.",
    ),
    ("applicants", {"counties": ["1", "99999"]}, "counties", "Län: välj bland det som står i listan."),
    ("concerns", {"challenges": "\x00"}, "challenges", "Samhällsutmaningar: välj bland det som står i listan."),
    (
        "concerns",
        {"areas-SO1-budget_sek": "1e6"},
        "areas-SO1-budget_sek",
        "Likvärdiga möjligheter till boende, arbete och välfärd i hela landet, vägledande budget: "
        "skriv beloppet i hela kronor med siffror, till exempel 45\u00a0000.",
    ),
    (
        "money",
        {"budget_sek": "24 mkr"},
        "budget_sek",
        "Hela budgeten: skriv beloppet i hela kronor med siffror, till exempel 45\u00a0000.",
    ),
    ("money", {"budget_sek": "0"}, "budget_sek", "Hela budgeten: skriv minst 1\u00a0kr."),
    (
        "money",
        {"budget_sek": "9" * 5000},
        "budget_sek",
        "Hela budgeten: beloppet är för stort. Skriv högst 999\u00a0999\u00a0999\u00a0999 kronor.",
    ),
    (
        "money",
        {"smallest_amount_sek": "3000000"},
        "smallest_amount_sek",
        "Det minsta stödet är större än det högsta. Sänk det.",
    ),
    (
        "money",
        {"largest_share_percent": "101"},
        "largest_share_percent",
        "Skriv stödandelen i procent som ett heltal mellan 1 och 100.",
    ),
    (
        "money",
        {"largest_share_percent": "51"},
        "largest_share_percent",
        "Stödandelen får vara högst 50\u00a0% när förordning (2003:596) gäller (5 §). Sänk den, eller ändra på sidan Grunder att "
        "förordningen gäller.",
    ),
    (
        "money",
        rows("years", {"year": "20999", "budget_sek": "1"}),
        "years-0-year",
        "År, rad 1: skriv året som ett heltal mellan 2010 och 2100.",
    ),
    (
        "money",
        rows("years", {"year": "2098", "budget_sek": ""}),
        "years-0-budget_sek",
        "År, rad 1: skriv årets budget i hela kronor.",
    ),
    (
        "money",
        rows("years", {"year": "2099", "budget_sek": "1"}, {"year": "2099", "budget_sek": "2"}),
        "years-1-year",
        "År, rad 2: samma år står redan ovanför. Slå ihop raderna.",
    ),
    (
        "money",
        rows("flat_rates", {**RATE, "percent": "15 procent"}),
        "flat_rates-0-percent",
        "Schablon 1, procent: skriv procenten med siffror, till exempel 15.",
    ),
    (
        "money",
        rows("flat_rates", {**RATE, "percent": "100,01"}),
        "flat_rates-0-percent",
        "Schablon 1, procent: skriv en procentsats över 0 och högst 100.",
    ),
    (
        "money",
        rows("flat_rates", {**RATE, "basis": []}),
        "flat_rates-0-basis",
        "Schablon 1: välj minst ett kostnadsslag att räkna schablonen på.",
    ),
    (
        "money",
        rows("flat_rates", {**RATE, "basis": ["indirect"]}),
        "flat_rates-0-basis",
        "Schablon 1: en schablon räknas inte på sig själv. Välj andra kostnadsslag.",
    ),
    (
        "money",
        rows("flat_rates", RATE, {**RATE, "cost_type": "travel", "basis": ["indirect"]}),
        "flat_rates-1-basis",
        "Schablon 2: en schablon räknas inte på en annan schablon. Välj andra kostnadsslag.",
    ),
    (
        "money",
        rows("flat_rates", {**RATE, "valid_until": "2099-12-31"}, {**RATE, "valid_from": "2099-12-31"}),
        "flat_rates-1-valid_from",
        "Schablon 2: schablonen gäller samtidigt som en annan för samma kostnadsslag. Ändra när den gäller.",
    ),
    (
        "money",
        rows("flat_rates", {**RATE, "valid_until": "2098-12-31"}),
        "flat_rates-0-valid_until",
        "Schablon 1: schablonen slutar före den börjar. Skriv en senare dag.",
    ),
    (
        "money",
        rows("flat_rates", {**RATE, "cost_type": "equipment"}),
        "flat_rates-0-cost_type",
        "Schablon 1: kryssa i kostnadsslaget ovan, eller välj ett annat.",
    ),
    ("judging", {"assessors_needed": ""}, "assessors_needed", "Skriv antalet bedömare som ett heltal mellan 1 och 5."),
    (
        "judging",
        rows("criteria", {**FIRST, "weight_percent": "0"}),
        "criteria-0-weight_percent",
        "Kriterium 1: skriv vikten i procent som ett heltal mellan 1 och 100.",
    ),
    (
        "judging",
        rows("criteria", {"guidance": "Bara text"}),
        "criteria-0-title",
        "Kriterium 1: skriv vad kriteriet heter.",
    ),
    (
        "judging",
        rows("criteria", {**FIRST, "max_points": "4", "minimum_points": "5"}),
        "criteria-0-minimum_points",
        "Kriterium 1: lägsta poäng för stöd är högre än skalan, som slutar vid 4. Sänk den.",
    ),
    (
        "judging",
        rows("criteria", FIRST, {**FIRST, "title": "Plan", "levels": "3: Bra\n1: Svag"}),
        "criteria-1-levels",
        "Kriterium 2: poängen ska stå i ordning, den lägsta först och varje poäng en gång.",
    ),
    (
        "judging",
        rows("criteria", {**FIRST, "levels": "0: Svag\n6: Bra"}),
        "criteria-0-levels",
        "Kriterium 1: skalan slutar vid 5 poäng men texten går till 6. Ändra en av dem.",
    ),
    (
        "judging",
        rows("criteria", {**FIRST, "levels": "Bra"}),
        "criteria-0-levels",
        "Kriterium 1, vad poängen betyder: skriv rad 1 som poäng, kolon och text, till exempel 3: Planen är rimlig.",
    ),
    (
        "judging",
        rows("formal_check_points", {"question": "Är den i tid?", "legal_ground": ""}),
        "formal_check_points-0-legal_ground",
        "Fråga 1: skriv vad punkten grundar sig på.",
    ),
    (
        "judging",
        rows("required_attachments", {"title": "Intyg"}, {"title": "intyg"}),
        "required_attachments-1-title",
        "Bilaga 2: bilagan står redan ovanför. Ta bort en av dem.",
    ),
]


@pytest.mark.parametrize(("key", "changes", "field", "text"), REFUSED, ids=lambda value: str(value)[:40])
def test_what_cannot_be_kept_is_refused_at_its_field_and_stays_on_the_page(client, manager, key, changes, field, text):
    call = draft_call(manager=manager)
    before = actions.version_of(call, BY_KEY[key])
    shown = as_shown(client, page_of(call, key))

    response = client.post(page_of(call, key), with_rows(shown, changes))

    page = response.content.decode()
    assert response.status_code == 422
    assert faults_on(response)[field] == [text]
    assert "<title>Fel: " in page
    assert f'href="#id_{field}' in page
    assert actions.version_of(fresh(call), BY_KEY[key]) == before
    assert [event.name for event in call.events] == ["created"]
    values = {b.html_name: b.value() for form in response.context["setup"].forms for b in form}
    kept = {name: values.get(name) for name in changes if not name.endswith("-antal") and "basis" not in name}
    assert kept == {name: value for name, value in changes.items() if name in kept} or key in ("applicants", "concerns")


def test_the_ordinance_and_a_share_that_it_forbids_are_told_on_the_page_where_one_of_them_changes(client, manager):
    call = draft_call(manager=manager, follows_ordinance=False, largest_share_percent=80)

    response = fill(client, call, "basics", follows_ordinance="on")

    assert response.status_code == 422
    assert [reason.where for reason in response.context["setup"].reasons] == ["largest_share_percent"]
    assert f'href="{page_of(call, "money")}#id_largest_share_percent"' in response.content.decode()
    assert fresh(call).follows_ordinance is False


def test_a_theme_with_money_of_its_own_is_not_taken_away(client, manager):
    call = draft_call(manager=manager, themes=[{"level": "theme", "title": "El"}])
    theme = call.themes.get()
    save(call, years=[{"year": 2099, "theme": theme, "budget_sek": 1}], by=manager)

    response = fill(client, call, "themes", rows("themes", {"level": "theme", "title": "Annat"}))

    assert response.status_code == 422
    assert "har en egen budget på sidan Pengar" in faults_on(response)[""][0]
    assert list(call.themes.all()) == [theme]


def test_themes_that_change_names_with_each_other_are_kept_as_they_are_named(client, manager):
    themes = [{"level": "track", "title": "Spår"}, *({"level": "theme", "title": title} for title in "AB")]
    call = draft_call(manager=manager, themes=themes)
    first, second = call.themes.filter(track__isnull=False)

    filled(client, call, "themes", themes__1__title="B", themes__2__title="A", themes__1__level="theme")

    assert (fresh(first).title, fresh(second).title) == ("B", "A")


@pytest.mark.parametrize("count", ["", "-1", "abc", "9" * 5000, "999", "²"])
def test_a_row_count_that_makes_no_sense_never_breaks_the_page(client, manager, count):
    call = draft_call(manager=manager)

    for key, name in (("basics", "cutoffs"), ("themes", "themes"), ("money", "years"), ("judging", "criteria")):
        posted = {**as_shown(client, page_of(call, key)), f"{name}-antal": count}
        assert client.post(page_of(call, key), posted).status_code in (302, 422)


MOVES = [
    ("criteria:add", ["Bidrag till RUS", "Genomförande", "Kostnader", None, None]),
    ("criteria:remove:0", ["Genomförande", "Kostnader", None]),
    ("criteria:up:1", ["Genomförande", "Bidrag till RUS", "Kostnader", None]),
    ("criteria:down:1", ["Bidrag till RUS", "Kostnader", "Genomförande", None]),
    *(
        (f"criteria:{press}", ["Bidrag till RUS", "Genomförande", "Kostnader", None])
        for press in ("up:0", "remove:99", "x", "down:²")
    ),
    ("annat:add", ["Bidrag till RUS", "Genomförande", "Kostnader", None]),
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


def test_a_stale_tab_sees_both_versions_and_can_save_again(client, manager):
    call = draft_call(manager=manager)
    mine = {**as_shown(client, page_of(call, "basics")), "title": "Min rubrik"}
    save(call, title="Kollegans rubrik", by=manager)

    response = client.post(page_of(call, "basics"), mine)

    page = response.content.decode()
    assert response.status_code == 409
    assert fresh(call).title == "Kollegans rubrik"
    assert response.context["differences"] == [("Rubrik", "Kollegans rubrik", "Min rubrik")]
    assert 'value="Min rubrik"' in page
    again = client.post(page_of(call, "basics"), {**mine, "version": response.context["version"]})
    assert (again.status_code, fresh(call).title) == (302, "Min rubrik")


def test_a_stale_tab_with_a_fault_is_told_both(client, manager):
    call = draft_call(manager=manager)
    mine = {**as_shown(client, page_of(call, "judging")), "assessors_needed": "många", "criteria-0-title": "Mitt"}
    save(call, lowest_score=10, by=manager)

    response = client.post(page_of(call, "judging"), mine)

    assert response.status_code == 409
    assert 'value="många"' in response.content.decode()
    labels = [label for label, _, _ in response.context["differences"]]
    assert labels == [
        "Antal bedömare per ansökan",
        "Lägsta poäng för stöd",
        "Bedömningskriterier",
    ]


@pytest.mark.parametrize("version", ["", "-1", "abc", "9" * 5000, "\x00", "²"])
def test_a_version_that_makes_no_sense_counts_as_stale(client, manager, version):
    call = draft_call(manager=manager)

    response = fill(client, call, "basics", title="Min rubrik", version=version)

    assert (response.status_code, fresh(call).title) == (409, call.title)


def test_what_was_typed_stays_when_a_colleague_publishes_in_between(client, manager):
    call = draft_call(manager=manager)
    mine = {**as_shown(client, page_of(call, "basics")), "title": "Min rubrik"}
    actions.publish(call, by=manager)

    response = client.post(page_of(call, "basics"), mine)

    assert response.status_code == 409
    assert 'value="Min rubrik"' in response.content.decode()
    assert fresh(call).title == call.title


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("", "Skriv ny sista tid som ÅÅÅÅ-MM-DD TT.MM."),
        ("i morgon", "Ny sista tid: skriv datumet som ÅÅÅÅ-MM-DD, till exempel 2027-01-15."),
        ("2020-01-01 15.00", "Ansökningstiden går bara att förlänga."),
    ],
)
def test_an_extension_that_is_none_is_refused_at_its_field(client, manager, typed, text):
    call = published_call(manager=manager)

    response = client.post(reverse("calls:extend", args=[call.code]), {"closes_at": typed, "version": call.version})

    assert response.status_code == 422
    assert text in response.context["form"].errors["closes_at"][0]
    assert fresh(call).closes_at == call.closes_at


def test_an_extension_is_saved(client, manager):
    call = published_call(manager=manager)
    url = reverse("calls:extend", args=[call.code])

    response = client.post(url, {"closes_at": "2099-06-01 15.00", "version": call.version})

    assert response.status_code == 302
    assert fresh(call).closes_at == dt.datetime(2099, 6, 1, 13, tzinfo=dt.UTC)


def test_a_stale_extension_is_409_and_keeps_what_was_typed(client, manager):
    call = published_call(manager=manager)
    actions.extend_closing(call, call.closes_at + dt.timedelta(days=1), by=manager, version=call.version)
    url = reverse("calls:extend", args=[call.code])

    response = client.post(url, {"closes_at": "2099-06-01 15.00", "version": call.version})

    assert response.status_code == 409
    assert 'value="2099-06-01 15.00"' in response.content.decode()


def test_a_handler_does_not_set_up_calls(client):
    call = draft_call()
    client.force_login(handler())
    urls = [CREATE, call.get_edit_url(), *(page_of(call, part.key) for part in PARTS)]

    assert {client.get(url).status_code for url in urls} == {403}
    assert {client.post(url, NEW).status_code for url in urls} <= {403, 405}
    assert Call.objects.count() == 1
