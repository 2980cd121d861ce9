"""What saving a field costs, and that a field that is saved alone is judged as its page judges it."""

import datetime as dt
import json

import pytest
from django.db import connection
from django.forms import EmailField, MultipleChoiceField
from django.test.utils import CaptureQueriesContext

from applications import actions
from applications.drafting import MAX_CONTRIBUTION, OWN
from applications.enums import PartyKind, Procurement, VatLiability
from applications.forms import how_key
from applications.forms.facts import CfarField, WebAddressField
from applications.models import Revision
from applications.pages import PLACE, find_page
from applications.views.bound_base import choices_of
from applications.views.forms_of_page import bound_of
from applications.writing.values import digest, sent
from calls.models import Call
from grants.core.forms import DayField, SekField
from tests.applications.web import posted, section_url, send, shown, signed_in
from tests.builders import applications as build
from tests.builders import base
from tests.builders.base import fresh
from tests.builders.calls import save

pytestmark = pytest.mark.django_db

ALONE = 4
WITH_ROW = 5
MOST = 6
GOOD = {
    "contact_name": ("Bo Ek", "Bo Ek"),
    "contact_email": ("bo@example.se", "bo@example.se"),
    "contact_phone": ("010-111 22 33", "010-111 22 33"),
    "workplace": ("Regionens hus", "Regionens hus"),
    "cfar_number": ("87654321", "87654321"),
    "vat": (VatLiability.values[-1], VatLiability.values[-1]),
    "procurement": (Procurement.values[-1], Procurement.values[-1]),
    "web_address": ("www.regionen.se", "www.regionen.se"),
    "signatory_name": ("Åsa Ö", "Åsa Ö"),
    "signatory_email": ("asa@example.se", "asa@example.se"),
    "title": ("Nytt namn", "Nytt namn"),
    "summary": ("Ny sammanfattning", "Ny sammanfattning"),
    "end_on": ("2028-06-30", dt.date(2028, 6, 30)),
    "spatial_before": ("2", 2),
    "spatial_after": ("4", 4),
    "spatial_how": ("Med kartor.", "Med kartor."),
    "applied_sek": ("750 000", 750_000),
}
"""By column what is typed and what is stored."""
BAD = {
    "contact_email": "bo",
    "contact_name": "x" * 151,
    "workplace": "x" * 151,
    "cfar_number": "1234",
    "vat": "kanske",
    "procurement": "kanske",
    "web_address": "javascript:alert(1)",
    "signatory_email": "asa",
    "title": "x" * 151,
    "summary": "x" * 2_001,
    "end_on": "2027-02-30",
    "spatial_before": "9",
    "spatial_how": "x" * 601,
    "applied_sek": "-5",
}
PAGES = [(page, name) for page, names in OWN.items() for name in names]


@pytest.fixture
def draft(writer):
    made = build.complete_draft(by=writer, applicant=base.region_organisation())
    Call.objects.filter(pk=made.call_id).update(asks_spatial=True)
    return fresh(made)


def work_of(captured):
    return [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"]]


def briefly(captured):
    """What the statements do, one to a line."""
    return "\n".join(f"{sql[:120]} … {sql[-120:]}" for sql in work_of(captured))


def test_every_column_that_is_saved_alone_has_an_example_here():
    assert {name for _, name in PAGES} == {*GOOD}
    assert PLACE in OWN


@pytest.mark.parametrize(("page", "name"), PAGES)
def test_a_column_is_saved_in_four_queries_with_its_history(writer, draft, page, name):
    client = signed_in(writer)
    _, bases = shown(writer, draft, page)
    typed, stored = GOOD[name]

    with CaptureQueriesContext(connection) as captured:
        answer = send(client, draft, page, name, typed, bas=bases[name])

    assert (answer.status_code, answer.json()["fel"]) == (200, [])
    assert getattr(fresh(draft), name) == stored
    assert answer.json()["bas"] == shown(writer, draft, page)[1][name]
    row = Revision.objects.get()
    assert (row.field, row.new, row.by) == (name, typed, writer)
    assert len(work_of(captured)) <= ALONE, briefly(captured)


def test_an_answer_is_saved_in_four_queries(writer, draft):
    client, code = signed_in(writer), next(iter(draft.answers))
    send(client, draft, "projekt", f"fraga_{code}", "Först.", was=[draft.answers[code]])

    with CaptureQueriesContext(connection) as captured:
        assert send(client, draft, "projekt", f"fraga_{code}", "Sedan.", was=["Först."]).json()["fel"] == []

    assert len(work_of(captured)) <= ALONE, briefly(captured)


@pytest.mark.parametrize(("page", "name"), [(page, name) for page, name in PAGES if name in BAD])
def test_what_is_wrong_with_a_column_is_said_as_its_page_says_it(writer, draft, page, name):
    client = signed_in(writer)
    _, bases = shown(writer, draft, page)
    before = getattr(fresh(draft), name)
    told = client.post(section_url(draft, page), posted(draft, page, **{name: BAD[name]}))
    on_page = told.context["form"].errors[name]

    answer = send(client, draft, page, name, BAD[name], bas=bases[name])

    assert (answer.status_code, answer.json()["fel"]) == (200, list(on_page))
    assert getattr(fresh(draft), name) == before
    assert fresh(draft).typed[page][name]["values"] == [BAD[name]]


def test_a_column_belongs_to_its_own_page(writer, draft):
    for page, name in (("mal", "spatial_how"), ("projekt", "contact_name"), ("parter", "applied_sek")):
        answer = send(signed_in(writer), draft, page, name, "9")

        assert answer.status_code == 422, (page, name)
    assert fresh(draft).spatial_how == "" and fresh(draft).typed == {}


def test_the_text_of_a_chosen_objective_is_saved_alone_and_touches_no_other(writer, draft):
    client, link = signed_in(writer), draft.objective_links.get()
    name = how_key(link.objective_id)
    send(client, draft, "mal", name, "Först.", was=[link.contribution])

    with CaptureQueriesContext(connection) as captured:
        answer = send(client, draft, "mal", name, "  Fler väljer tåg.\r\n", was=["Först."])

    assert answer.json()["fel"] == []
    kept = fresh(draft)
    assert [(one.pk, one.contribution) for one in kept.objective_links.all()] == [(link.pk, "Fler väljer tåg.")]
    assert (kept.main_objective_id, kept.main_area_id) == (draft.main_objective_id, draft.main_area_id)
    assert answer.json()["bas"] == shown(writer, draft, "mal")[1][name]
    row = Revision.objects.get()  # one window writes on: what stood there before is kept once
    assert (row.field, row.old, row.by) == (name, link.contribution, writer)
    assert len(work_of(captured)) <= WITH_ROW, briefly(captured)


def test_the_text_of_an_objective_is_judged_as_its_page_judges_it_and_kept_as_typed(writer, draft):
    client, link = signed_in(writer), draft.objective_links.get()
    name, long = how_key(link.objective_id), "x" * (MAX_CONTRIBUTION + 1)
    told = client.post(section_url(draft, "mal"), posted(draft, "mal", **{name: long}))

    answer = send(client, draft, "mal", name, long, was=[link.contribution])

    assert (answer.status_code, answer.json()["fel"]) == (200, list(told.context["form"].errors[name]))
    assert fresh(draft).objective_links.get().contribution == link.contribution
    assert fresh(draft).typed["mal"][name]["values"] == [long]


@pytest.mark.parametrize("number", ["0", "999999999999999", "9" * 40, "1e3", "٣"])
def test_the_text_of_an_objective_that_is_not_there_changes_nothing(writer, draft, number):
    answer = send(signed_in(writer), draft, "mal", f"mal-{number}-hur", "Text")

    assert answer.status_code == 422
    assert fresh(draft).objective_links.get().contribution == draft.objective_links.get().contribution
    assert fresh(draft).typed == {}


def fields_with_their_section(draft):
    """Page, field, two values."""
    cell = next(iter(draft.call.cost_types.all())).pk
    main = build.objectives_data(draft)["main_area"].pk
    areas = [str(one.area_id) for one in draft.call.areas.all() if one.area_id != main]
    return (
        ("projekt", "start_on", "2027-05-01", "2027-06-01"),
        ("budget", f"kostnad-{cell}-{draft.call.years[0]}", "123 000", "124 000"),
        ("budget", "finansiar-0-financier", "Region Annan", "Region Andra"),
        ("budget", "finansiar-0-amount_sek", "1 000", "2 000"),
        ("mal", "further_areas", areas[0], areas[:2]),
        ("mal", "main_area", areas[0], str(main)),
        ("parter", "is_joint", "ja", "nej"),
    )


def test_a_field_that_is_saved_with_its_section_reads_no_other_section_and_writes_no_other_row(writer, draft):
    client = signed_in(writer)
    for page, name, first, second in fields_with_their_section(draft):
        _, bases = shown(writer, draft, page)
        before = send(client, draft, page, name, first, bas=bases[name]).json()["bas"]
        rows = held_rows(draft)
        with CaptureQueriesContext(connection) as captured:
            answer = send(client, draft, page, name, *([second] if isinstance(second, str) else second), bas=before)

        assert answer.status_code == 200, (name, answer.json())
        assert len(work_of(captured)) <= MOST, f"{name}\n{briefly(captured)}"
        assert json.loads(client.get(section_url(draft, page)).context["bases"])[name] == answer.json()["bas"]
        assert held_rows(draft) == rows, name


@pytest.fixture
def joint(writer, draft):
    """A draft with two parties: a region, which has costs of its own, and a company without an account."""
    parties = [
        {"kind": PartyKind.CO_APPLICANT, "organisation": base.region_organisation("25")},
        {"kind": PartyKind.CO_FINANCIER, "name": "Skogsbolaget", "contribution": "Pengar"},
    ]
    data = {**build.parties_data(writer), "is_joint": True, "parties": parties}
    return fresh(actions.save_parties(draft, data, by=writer, version=draft.version))


TYPED = (
    (SekField, "1 234"),
    (DayField, "2027-06-01"),
    (EmailField, "bo@example.se"),
    (CfarField, "87654321"),
    (WebAddressField, "www.regionen.se"),
)


def another(bound, held):
    """Other values of the field than those that stand there, as its page sends them."""
    if choices := [key for key, _ in choices_of(bound.field) if key and key not in held]:
        return [*held, choices[0]] if isinstance(bound.field, MultipleChoiceField) else [choices[0]]
    if bound.html_name.endswith("org_number"):
        return ["232100-0016"]
    return [next((text for kind, text in TYPED if isinstance(bound.field, kind)), "Något annat")]


@pytest.mark.parametrize("page", ["parter", "projekt", "mal", "geografi", "budget"])
def test_every_field_of_every_page_is_saved_in_six_queries(writer, joint, page):
    """But one: another organisation in a party's place is another party, and what hung on the first goes with it."""
    client, refused, dear = signed_in(writer), [], {}
    # The first field that is saved with its section reads the call's rules for the process.
    assert send(client, joint, "parter", "is_joint", "nej", was=["ja"]).json()["fel"] == []
    for name in names_on(joint, page):
        bound = next(one for one in shown_fields(joint, page) if one.html_name == name)
        held = sent(bound.field.prepare_value(bound.initial))
        with CaptureQueriesContext(connection) as captured:
            answer = send(client, joint, page, name, *another(bound, held), bas=digest(held))

        assert answer.status_code == 200, (name, answer.json())
        refused += [name] if answer.json()["fel"] else []
        dear[name] = len(work_of(captured))
    assert {name: count for name, count in dear.items() if count > MOST} == (
        {"parter-0-name": 12} if page == "parter" else {}
    )
    allowed = {
        "mal": "mal-",
        "budget": "finansiar-0-form",
    }  # texts of objectives that are not chosen; this call takes money only
    assert [name for name in refused if not name.startswith(allowed.get(page, "!"))] == []


def shown_fields(draft, page):
    return list(bound_of(fresh(draft), find_page(draft, page)).fields())


def names_on(draft, page):
    return [bound.html_name for bound in shown_fields(draft, page)]


def test_what_the_call_changes_while_it_is_open_holds_at_the_next_field_that_is_saved(writer, draft):
    """Its rules are kept between requests, by the call's version."""
    client, call = signed_in(writer), fresh(draft.call)
    cell = next(iter(call.cost_types.all())).pk
    send(
        client,
        draft,
        "budget",
        f"kostnad-{cell}-{call.years[0]}",
        "123 000",
        bas=shown(writer, draft, "budget")[1][f"kostnad-{cell}-{call.years[0]}"],
    )
    send(client, draft, "projekt", "end_on", "", bas=shown(writer, draft, "projekt")[1]["end_on"])
    year = call.years[-1] + 1
    later = f"kostnad-{cell}-{year}"
    assert send(client, draft, "budget", later, "5 000", bas=digest(())).status_code == 422

    years = [{"year": one.year, "budget_sek": one.budget_sek} for one in call.year_budgets.all()]
    save(
        call,
        years=[*years, {"year": year, "budget_sek": 1}],
        budget_sek=call.budget_sek + 1,
        by=base.call_manager(),
    )

    assert send(client, draft, "budget", later, "5 000", bas=digest(())).json()["fel"] == []
    assert fresh(draft).cost_lines.get(year=year, cost_type=cell).amount_sek == 5_000


def held_rows(draft):
    """Which rows there are: those that have not changed, and those that have, keep their keys."""
    return {
        (type(one).__name__, one.pk)
        for rows in (draft.cost_lines, draft.financing_lines, draft.parties)
        for one in rows.all()
    }
