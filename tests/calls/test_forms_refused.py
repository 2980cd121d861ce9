"""What the set-up pages refuse: at which field, in which words, and that nothing is kept of it."""

import pytest

from calls import actions
from calls.parts import BY_KEY
from tests.builders.base import fresh
from tests.builders.calls import draft_call, save
from tests.builders.setup_pages import as_shown, faults_on, fill, filled, page_of, rows, with_rows

pytestmark = pytest.mark.django_db


FIRST = {"title": "Nytta", "weight_percent": "60"}
RATE = {"cost_type": "indirect", "percent": "15", "basis": "staff", "valid_from": "2099-01-01"}
REFUSED = [
    (
        "judging",
        rows("criteria", FIRST, {"title": "NYTTA", "weight_percent": "40"}),
        "criteria-1-title",
        "Kriterium 2: kriteriet står redan ovanför. Skriv ett annat namn.",
    ),
    (
        "basics",
        rows("cutoffs", {"closes_at": "2099-03-01 12.00"}, {"closes_at": "2099-02-01 12.00"}),
        "cutoffs-1-closes_at",
        "Datum 2: datumen ska stå i tidsordning. Skriv en tid efter raden ovanför, eller flytta raden.",
    ),
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
        "money",
        {"allows_cash": False, "allows_in_kind": False, "allows_direct": False},
        "allows_cash",
        "Stödet är högst 50\u00a0%, så någon måste betala resten. Välj minst ett sätt att medfinansiera.",
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
        "concerns",
        {"areas-SO1-chosen": "", "areas-SO1-budget_sek": "5000"},
        "areas-SO1-budget_sek",
        "Likvärdiga möjligheter till boende, arbete och välfärd i hela landet: kryssa för området, eller ta bort beloppet.",
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


def test_faults_of_single_fields_and_between_fields_are_told_at_the_same_press(client, manager):
    call = draft_call(manager=manager)
    before = actions.version_of(call, BY_KEY["basics"])
    year = call.closes_at.year
    wrong = {"opens_at": f"{year + 1}-01-15 09.00", "closes_at": f"{year + 1}-01-14 09.00", "longest_months": "tolv"}

    response = fill(client, call, "basics", **wrong)

    assert response.status_code == 422
    assert faults_on(response) == {
        "longest_months": ["Skriv projekttiden i månader som ett heltal mellan 1 och 120."],
        "closes_at": ["Utlysningen måste stänga efter att den öppnar."],
    }
    assert actions.version_of(fresh(call), BY_KEY["basics"]) == before


def test_what_cannot_be_read_and_what_was_saved_before_judge_nothing_else(client, manager):
    call = draft_call(manager=manager, smallest_amount_sek=100_000, largest_amount_sek=500_000)

    response = fill(client, call, "money", smallest_amount_sek="900 000", largest_amount_sek="1 miljon")

    assert (response.status_code, list(faults_on(response))) == (422, ["largest_amount_sek"])
    fields = rows("criteria", {"guidance": "Bara text"}, {"title": "A", "weight_percent": "9", "max_points": "x"})
    assert "criteria-0-title" in faults_on(fill(client, call, "judging", fields))
    assert (fresh(call).smallest_amount_sek, fresh(call).largest_amount_sek) == (100_000, 500_000)
