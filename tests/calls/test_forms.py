"""The set-up form: what it takes, what it refuses, and that nothing that was typed is lost."""

import datetime as dt

import pytest
from django.urls import reverse

from calls import actions
from calls.enums import State
from calls.models import Call
from tests.builders.base import call_manager, fresh, handler, reference_data
from tests.builders.calls import draft_call, open_call, published_call

pytestmark = pytest.mark.django_db
CREATE = "/utlysningar/ny/"

WHOLE = {
    "code": "plan-2027",
    "title": "Strategisk planering i praktiken",
    "kind": "open",
    "pitch": "Regioner kan söka stöd.",
    "who_may_apply": "Regioner.",
    "what_for": "Pilotprojekt.",
    "contact": "projektmedel@example.se",
    "opens_at": "2099-01-15 09.00",
    "closes_at": "2099-03-15 15.00",
    "budget_sek": "24 000 000 kr",
    "smallest_amount_sek": "400000",
    "largest_amount_sek": "2\u00a0000\u00a0000",
    "largest_share_percent": "50",
    "assessors_needed": "1",
    "ar-antal": "3",
    "ar-0-year": "2099",
    "ar-0-budget_sek": "14 000 000",
    "ar-1-year": "2100",
    "ar-1-budget_sek": "10 000 000",
    "ar-2-year": "",
    "ar-2-budget_sek": "",
    "kostnad-staff-chosen": "on",
    "kostnad-staff-label": "Personal",
    "kostnad-indirect-chosen": "on",
    "kostnad-indirect-label": "Indirekta kostnader",
    "kostnad-indirect-flat_rate_percent": "15,5",
    "omrade-SO1-chosen": "on",
    "omrade-SO1-budget_sek": "1 000 000",
    "omrade-SO3-chosen": "on",
    "kriterium-antal": "3",
    "kriterium-0-title": "Nytta",
    "kriterium-0-guidance": "Svarar mot mål.",
    "kriterium-0-weight_percent": "60",
    "kriterium-1-title": "Plan",
    "kriterium-1-weight_percent": "40",
    "kriterium-1-max_points": "4",
}


@pytest.fixture
def manager(client):
    reference_data()
    user = call_manager()
    client.force_login(user)
    return user


def posted_for(call, **changes):
    """The whole form of a saved draft, as a browser would send it back."""
    return {**{key: value for key, value in WHOLE.items() if key != "code"}, "version": str(call.version), **changes}


def test_a_whole_form_becomes_a_draft_that_can_be_published(client, manager):
    response = client.post(CREATE, WHOLE)

    call = Call.objects.get(code="plan-2027")
    assert (response.status_code, response.url) == (302, call.get_desk_url())
    assert call.opens_at == dt.datetime(2099, 1, 15, 8, tzinfo=dt.UTC)
    assert (call.budget_sek, call.largest_amount_sek) == (24_000_000, 2_000_000)
    assert [(row.year, row.budget_sek) for row in call.year_budgets.all()] == [(2099, 14_000_000), (2100, 10_000_000)]
    assert [(row.code, str(row.flat_rate_percent)) for row in call.cost_types.all()] == [
        ("staff", "None"),
        ("indirect", "15.50"),
    ]
    assert [(row.area.code, row.budget_sek) for row in call.areas.all()] == [("SO1", 1_000_000), ("SO3", None)]
    assert [(row.title, row.weight_percent, row.max_points) for row in call.criteria.all()] == [
        ("Nytta", 60, 5),
        ("Plan", 40, 4),
    ]
    assert actions.publish(call, by=manager).state == State.PUBLISHED


def test_the_edit_page_shows_what_is_saved_and_saving_it_again_changes_nothing(client, manager):
    client.post(CREATE, WHOLE)
    call = Call.objects.get(code="plan-2027")
    before = actions.snapshot(call)

    form = client.get(call.get_edit_url()).context["setup"]
    posted = {
        "version": str(call.version),
        "ar-antal": len(form.years.forms),
        "kriterium-antal": len(form.criteria.forms),
    }
    for part in form.forms:
        for field in part:
            value = field.value()
            if value not in (None, False, ""):
                posted[field.html_name] = "on" if value is True else value
    response = client.post(call.get_edit_url(), posted)

    assert response.status_code == 302
    assert actions.snapshot(fresh(call)) == before
    assert [event.name for event in call.events] == ["created"]


def test_weights_and_years_that_do_not_add_up_are_saved_in_a_draft(client, manager):
    response = client.post(CREATE, {**WHOLE, "kriterium-1-weight_percent": "10", "ar-1-budget_sek": "1"})

    assert response.status_code == 302
    assert Call.objects.get().criteria.last().weight_percent == 10


REFUSED = [
    ({"title": ""}, "title", "Fyll i rubrik."),
    ({"title": "\x00\x01 \u202e"}, "title", "Fyll i rubrik."),
    ({"title": "x" * 201}, "title", "”Rubrik” har 201 tecken. Korta texten till högst 200 tecken."),
    (
        {"pitch": "å" * 1_000_000},
        "pitch",
        "”Kort om utlysningen” har 1\u00a0000\u00a0000 tecken. Korta texten till högst 600 tecken.",
    ),
    (
        {"code": "Med mellanslag"},
        "code",
        "Beteckning: skriv bara bokstäverna a–z, siffror och bindestreck, till exempel plan-2027.",
    ),
    (
        {"code": "../x"},
        "code",
        "Beteckning: skriv bara bokstäverna a–z, siffror och bindestreck, till exempel plan-2027.",
    ),
    ({"code": "hantera"}, "code", "Beteckningen används av tjänsten själv. Välj en annan."),
    ({"code": "x" * 41}, "code", "”Beteckning” har 41 tecken. Korta texten till högst 40 tecken."),
    ({"kind": "annat"}, "kind", "Välj ett slag av utlysning i listan."),
    ({"opens_at": "15/1 2027"}, "opens_at", "Öppnar: skriv datumet som ÅÅÅÅ-MM-DD, till exempel 2027-01-15."),
    ({"opens_at": "2027-01-15"}, "opens_at", "Öppnar: skriv klockslaget som TT.MM, till exempel 15.00."),
    ({"opens_at": "2027-02-30 10.00"}, "opens_at", "Öppnar: datumet 2027-02-30 finns inte. Kontrollera månad och dag."),
    (
        {"opens_at": "2027-03-28 02.30"},
        "opens_at",
        "Öppnar: klockslaget finns inte den dagen, eftersom klockan ställs fram till sommartid. Välj en annan tid.",
    ),
    (
        {"opens_at": "2027-10-31 02.30"},
        "opens_at",
        "Öppnar: klockslaget finns två gånger den dagen, eftersom klockan ställs tillbaka. Välj en tid efter 03.00 eller före 02.00.",
    ),
    ({"closes_at": "2099-01-15 09.00"}, "closes_at", "Utlysningen måste stänga efter att den öppnar."),
    (
        {"earliest_start_on": "2099-05-01", "latest_end_on": "2099-05-01"},
        "latest_end_on",
        "Projekten måste sluta efter att de startar.",
    ),
    (
        {"budget_sek": "24 mkr"},
        "budget_sek",
        "Hela budgeten: skriv beloppet i hela kronor med siffror, till exempel 45\u00a0000.",
    ),
    (
        {"budget_sek": "-5"},
        "budget_sek",
        "Hela budgeten: skriv beloppet i hela kronor med siffror, till exempel 45\u00a0000.",
    ),
    ({"budget_sek": "0"}, "budget_sek", "Hela budgeten: skriv minst 1\u00a0kr."),
    (
        {"budget_sek": "9" * 5000},
        "budget_sek",
        "Hela budgeten: beloppet är för stort. Skriv högst 999\u00a0999\u00a0999\u00a0999 kronor.",
    ),
    ({"smallest_amount_sek": "3000000"}, "smallest_amount_sek", "Det minsta stödet är större än det högsta. Sänk det."),
    (
        {"largest_share_percent": "101"},
        "largest_share_percent",
        "Skriv stödandelen i procent som ett heltal mellan 1 och 100.",
    ),
    (
        {"largest_share_percent": "femtio"},
        "largest_share_percent",
        "Skriv stödandelen i procent som ett heltal mellan 1 och 100.",
    ),
    ({"longest_months": "9" * 5000}, "longest_months", "Skriv projekttiden i månader som ett heltal mellan 1 och 120."),
    ({"assessors_needed": ""}, "assessors_needed", "Skriv antalet bedömare som ett heltal mellan 1 och 5."),
    (
        {"source_url": "javascript:alert(1)"},
        "source_url",
        "Länk till mer information: skriv hela webbadressen, till exempel https://www.example.se/utlysning.",
    ),
    ({"ar-0-year": "20999"}, "ar-0-year", "År, rad 1: skriv året som ett heltal mellan 2010 och 2100."),
    ({"ar-2-year": "2098"}, "ar-2-budget_sek", "År, rad 3: skriv årets budget i hela kronor."),
    (
        {"ar-1-budget_sek": "tio"},
        "ar-1-budget_sek",
        "År, rad 2, budget: skriv beloppet i hela kronor med siffror, till exempel 45\u00a0000.",
    ),
    (
        {"kostnad-indirect-flat_rate_percent": "15 procent"},
        "kostnad-indirect-flat_rate_percent",
        "Indirekta kostnader, schablon, % av personalkostnaden: skriv procenten med siffror, till exempel 15.",
    ),
    (
        {"kostnad-indirect-flat_rate_percent": "100,01"},
        "kostnad-indirect-flat_rate_percent",
        "Indirekta kostnader, schablon, % av personalkostnaden: skriv en procentsats över 0 och högst 100.",
    ),
    (
        {"omrade-SO1-budget_sek": "1e6"},
        "omrade-SO1-budget_sek",
        "Likvärdiga möjligheter till boende, arbete och välfärd i hela landet, vägledande budget: "
        "skriv beloppet i hela kronor med siffror, till exempel 45\u00a0000.",
    ),
    (
        {"kriterium-0-weight_percent": "0"},
        "kriterium-0-weight_percent",
        "Kriterium 1: skriv vikten i procent som ett heltal mellan 1 och 100.",
    ),
    ({"kriterium-2-guidance": "Bara text"}, "kriterium-2-title", "Kriterium 3: skriv vad kriteriet heter."),
    (
        {"kriterium-1-max_points": "11"},
        "kriterium-1-max_points",
        "Kriterium 2: skriv högsta poäng som ett heltal mellan 1 och 10.",
    ),
]


@pytest.mark.parametrize(("changes", "field", "text"), REFUSED, ids=lambda value: str(value)[:40])
def test_what_cannot_be_read_is_refused_at_its_field_and_stays_on_the_page(client, manager, changes, field, text):
    response = client.post(CREATE, {**WHOLE, **changes})

    errors = {
        part[name].html_name: list(texts)
        for part in response.context["setup"].forms
        for name, texts in part.errors.items()
    }
    page = response.content.decode()
    assert response.status_code == 422
    assert text in errors[field]
    assert "<title>Fel: " in page
    assert f'href="#id_{field}"' in page
    assert Call.objects.count() == 0
    values = {b.html_name: b.value() for part in response.context["setup"].forms for b in part}
    assert {key: values[key] for key in changes} == changes


def test_a_year_that_stands_twice_is_told_at_the_years(client, manager):
    response = client.post(CREATE, {**WHOLE, "ar-1-year": "2099"})

    assert response.status_code == 422
    assert response.context["setup"].section_reasons == {"years": ["Samma år står två gånger. Skriv varje år en gång."]}
    assert 'href="#ar"' in response.content.decode()
    assert Call.objects.count() == 0


def test_a_code_that_is_taken_is_told_at_the_code(client, manager):
    draft_call(code="plan-2027")

    response = client.post(CREATE, WHOLE)

    assert response.status_code == 422
    assert response.context["form"].errors["code"] == [
        "Beteckningen används redan av en annan utlysning. Välj en annan."
    ]


@pytest.mark.parametrize("count", ["", "-1", "abc", "9" * 5000, "999", "²"])
@pytest.mark.parametrize("name", ["ar-antal", "kriterium-antal"])
def test_a_row_count_that_makes_no_sense_never_breaks_the_page(client, manager, name, count):
    response = client.post(CREATE, {**WHOLE, name: count})

    assert response.status_code == 302
    assert Call.objects.get().year_budgets.count() in (1, 2)


@pytest.mark.parametrize(("button", "count"), [("ar", "ar-antal"), ("kriterium", "kriterium-antal")])
def test_a_new_row_keeps_everything_that_was_typed_and_saves_nothing(client, manager, button, count):
    response = client.post(CREATE, {**WHOLE, "budget_sek": "45k", "title": "", "rad": button})

    setup = response.context["setup"]
    rows = setup.years if button == "ar" else setup.criteria
    values = {bound.html_name: bound.value() for part in setup.forms for bound in part}
    assert response.status_code == 200
    assert len(rows.forms) == 4
    assert f'name="{count}" value="4"' in response.content.decode()
    assert values["budget_sek"] == "45k"
    assert {key: values[key] for key in WHOLE if key in values and key not in ("budget_sek", "title")} == {
        key: value for key, value in WHOLE.items() if key in values and key not in ("budget_sek", "title")
    }
    assert "err-msg" not in response.content.decode()
    assert Call.objects.count() == 0


def test_a_stale_tab_sees_both_versions_and_can_save_again(client, manager):
    call = draft_call(manager=manager)
    stale_version = str(call.version)
    actions.save_call(call, {"title": "Kollegans rubrik"}, by=manager, version=call.version)

    response = client.post(call.get_edit_url(), posted_for(call, title="Min rubrik", version=stale_version))

    page = response.content.decode()
    assert response.status_code == 409
    assert fresh(call).title == "Kollegans rubrik"
    differences = {label: (saved, mine) for label, saved, mine in response.context["differences"]}
    assert differences["Rubrik"] == ("Kollegans rubrik", "Min rubrik")
    assert differences["Stänger"][1] == "2099-03-15 kl.\u00a015.00"
    assert differences["Kostnadsslag"][1] == "Personal\nIndirekta kostnader, 15,5\u00a0%"
    assert "Hela budgeten, kronor" not in differences
    assert "Kollegans rubrik" in page
    assert 'value="Min rubrik"' in page
    again = client.post(
        call.get_edit_url(), posted_for(call, title="Min rubrik", version=str(response.context["version"]))
    )
    assert again.status_code == 302
    assert fresh(call).title == "Min rubrik"


@pytest.mark.parametrize("version", ["", "-1", "abc", "9" * 5000, "²"])
def test_a_version_that_makes_no_sense_counts_as_stale(client, manager, version):
    call = draft_call(manager=manager)

    response = client.post(call.get_edit_url(), posted_for(call, version=version))

    assert response.status_code == 409
    assert fresh(call).version == call.version


def test_what_was_typed_stays_when_a_colleague_publishes_in_between(client, manager):
    call = draft_call(manager=manager)
    posted = posted_for(call, title="Min rubrik")
    actions.publish(call, by=manager)

    response = client.post(call.get_edit_url(), posted)

    assert response.status_code == 409
    assert 'value="Min rubrik"' in response.content.decode()
    assert fresh(call).title == call.title


def test_a_published_call_shows_the_extension_form_only(client, manager):
    call = open_call(manager=manager)

    response = client.get(call.get_edit_url())

    assert list(response.context["form"].fields) == ["closes_at"]


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

    response = client.post(call.get_edit_url(), {"closes_at": typed, "version": call.version})

    assert response.status_code == 422
    assert text in response.context["form"].errors["closes_at"][0]
    assert fresh(call).closes_at == call.closes_at


def test_an_extension_is_saved(client, manager):
    call = published_call(manager=manager)

    response = client.post(call.get_edit_url(), {"closes_at": "2099-06-01 15.00", "version": call.version})

    assert response.status_code == 302
    assert fresh(call).closes_at == dt.datetime(2099, 6, 1, 13, tzinfo=dt.UTC)


def test_a_stale_extension_is_409_and_keeps_what_was_typed(client, manager):
    call = published_call(manager=manager)
    actions.extend_closing(call, call.closes_at + dt.timedelta(days=1), by=manager, version=call.version)

    response = client.post(call.get_edit_url(), {"closes_at": "2099-06-01 15.00", "version": call.version})

    assert response.status_code == 409
    assert 'value="2099-06-01 15.00"' in response.content.decode()


@pytest.mark.parametrize("name", ["create", "edit"])
def test_a_handler_does_not_set_up_calls(client, name):
    call = draft_call()
    client.force_login(handler())
    url = reverse("calls:create") if name == "create" else call.get_edit_url()

    assert [client.get(url).status_code, client.post(url, WHOLE).status_code] == [403, 403]
    assert Call.objects.count() == 1
