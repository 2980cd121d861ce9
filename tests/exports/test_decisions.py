"""The decisions' columns, rows and workbook."""

import datetime as dt

import pytest

from applications.models import Application
from evaluation.models import Decision
from grants.core.models import NumberSeries
from grants.core.time import STOCKHOLM
from grants.core.workbook import Kind
from grants.documents.actions import declare_conflict
from grants.exports import decisions, reference
from grants.exports.decisions import COLUMNS, DecisionResource
from tests.builders import applications, base, calls, evaluation
from tests.exports import worlds

AT = dt.datetime(2026, 11, 22, 23, 30, tzinfo=dt.UTC)
HEADINGS = [
    # Pinned: people's own spreadsheets count on the order. A new column is added last, here too.
    "Dnr",
    "Utlysning",
    "Utlysningens rubrik",
    "Stödmottagare",
    "Org.nr",
    "Län",
    "Projektets namn",
    "Beslut",
    "Belopp (kr)",
    "Andel (%)",
    "Projektet startar",
    "Projektet slutar",
    "Huvudsakligt strategiskt område",
    "RUS-mål, kod",
    "RUS-mål, regionens ord",
    "Huvudsakligt RUS-mål",
    "Fler strategiska områden",
    "Fler RUS-mål",
    "Beslutsfattare",
    "Beslutsdatum",
    "Skäl i korthet",
    "Kan överklagas",
    "Beslutsnummer",
    "Ansökan diariefördes",
    "Sökt stöd (kr)",
    "Total kostnad (kr)",
    "Övriga parter",
    "RUS",
    "Tema",
    "Kommuner",
    "Samhällsutmaningar",
    "Nyckelfrågor",
    "Dialogteman",
    "Planeringsnivåer",
    "Rumslig strategi före, 1–5",
    "Rumslig strategi efter, 1–5",
]


def take(tmp_path, queryset=None, *, call=None, who="Prov"):
    path = tmp_path / "beslut.xlsx"
    chosen = Decision.objects.all() if queryset is None else queryset
    return path, decisions.write(path, chosen, call=call, who=who, at=AT)


def test_columns_keep_their_order():
    assert [column.heading for column in COLUMNS] == HEADINGS


def test_keys_and_headings_are_unique_and_every_column_says_where_it_comes_from():
    assert len({column.key for column in COLUMNS}) == len({column.heading for column in COLUMNS}) == len(COLUMNS)
    assert [column.heading for column in COLUMNS if not column.source] == []


def test_amounts_dates_and_shares_are_typed():
    kinds = {column.heading: column.kind for column in COLUMNS}

    assert [name for name, kind in kinds.items() if kind is Kind.SEK] == [
        "Belopp (kr)",
        "Sökt stöd (kr)",
        "Total kostnad (kr)",
    ]
    assert [name for name, kind in kinds.items() if kind is Kind.PERCENT] == ["Andel (%)"]
    assert [name for name, kind in kinds.items() if kind is Kind.DAY] == [
        "Projektet startar",
        "Projektet slutar",
        "Beslutsdatum",
        "Ansökan diariefördes",
    ]


def test_the_committed_document_is_current():
    assert reference.PATH.read_text(encoding="utf-8") == reference.markdown()


@pytest.mark.django_db
def test_a_granted_decision_fills_every_column(tmp_path):
    decision = evaluation.dispatched_decision(short_reasons="=Svarar mot syftet")
    concerns = {
        "municipality": [{"code": "2480", "label": "Umeå"}, {"code": "2460", "label": "Vännäs"}],
        "challenge": [{"code": "klimat", "label": "Klimatet"}],
    }
    Application.objects.filter(pk=decision.application_id).update(concerns=concerns, spatial_before=2, spatial_after=4)

    path, taken = take(tmp_path)

    [row] = worlds.rows(path)
    application = decision.application
    objective, links = (
        application.main_objective,
        application.objective_links.exclude(objective=application.main_objective),
    )
    assert row == {
        "Dnr": application.case.register_number,
        "Utlysning": application.call.code,
        "Utlysningens rubrik": application.call.title,
        "Stödmottagare": application.applicant.name,
        "Org.nr": application.applicant.org_number or None,
        "Län": application.region.county_name,
        "Projektets namn": application.title,
        "Beslut": decision.get_outcome_display(),
        "Belopp (kr)": decision.amount_sek,
        "Andel (%)": float(decision.share_percent),
        "Projektet startar": dt.datetime.combine(decision.start_on, dt.time()),
        "Projektet slutar": dt.datetime.combine(decision.end_on, dt.time()),
        "Huvudsakligt strategiskt område": application.main_area.label_sv,
        "RUS-mål, kod": objective.code,
        "RUS-mål, regionens ord": objective.level_term,
        "Huvudsakligt RUS-mål": objective.label,
        "Fler strategiska områden": "\n".join(str(row.area) for row in application.further_areas.all()) or None,
        "Fler RUS-mål": "\n".join(f"{x.objective.code} {x.objective.level_term}: {x.objective}" for x in links) or None,
        "Beslutsfattare": decision.decider.name,
        "Beslutsdatum": dt.datetime.combine(decision.made_at.astimezone(STOCKHOLM).date(), dt.time()),
        "Skäl i korthet": "=Svarar mot syftet",
        "Kan överklagas": "Ja" if decision.is_appealable else "Nej",
        "Beslutsnummer": decision.number,
        "Ansökan diariefördes": dt.datetime.combine(application.case.opened_at.astimezone(STOCKHOLM).date(), dt.time()),
        "Sökt stöd (kr)": application.applied_sek,
        "Total kostnad (kr)": application.total_cost_sek,
        "Övriga parter": "\n".join(party.name for party in application.parties.exclude(kind="beneficiary")) or None,
        "RUS": f"{objective.rus.title} ({objective.rus.period})" if objective.rus.period else objective.rus.title,
        "Tema": None,
        "Kommuner": "Umeå\nVännäs",
        "Samhällsutmaningar": "Klimatet",
        "Nyckelfrågor": None,
        "Dialogteman": None,
        "Planeringsnivåer": None,
        "Rumslig strategi före, 1–5": 2,
        "Rumslig strategi efter, 1–5": 4,
    }
    assert (taken.rows, taken.amount_sek) == (1, decision.amount_sek)


@pytest.mark.django_db
def test_a_rejection_has_no_share_and_zero_kronor(tmp_path):
    worlds.rejected_decision()

    path, _ = take(tmp_path)

    [row] = worlds.rows(path)
    assert (row["Beslut"], row["Belopp (kr)"], row["Andel (%)"]) == ("Avslagen", 0, None)


@pytest.mark.django_db
def test_only_decisions_in_force_are_taken_out_in_the_order_of_register_numbers(tmp_path):
    call = calls.open_call()
    first, second, proposed = (
        applications.submitted_application(call=call, applicant=base.region_organisation(code))
        for code in ("24", "01", "12")
    )
    late = evaluation.made_decision(application=second)
    early = evaluation.dispatched_decision(application=first)
    evaluation.proposed_decision(application=proposed)

    path, taken = take(tmp_path)

    numbers = [early.case.register_number, late.case.register_number]
    assert [row["Dnr"] for row in worlds.rows(path)] == numbers == sorted(numbers)
    assert taken.rows == 2


@pytest.mark.django_db
def test_one_call_can_be_taken_out_alone(tmp_path):
    wanted, other = calls.open_call(), calls.open_call(code="ANNAN")
    kept = evaluation.dispatched_decision(call=wanted)
    evaluation.dispatched_decision(call=other, applicant=base.region_organisation("01"))

    path, taken = take(tmp_path, call=wanted)

    assert [row["Dnr"] for row in worlds.rows(path)] == [kept.case.register_number]
    assert worlds.about(path)["Urval"] == f"Utlysning {wanted.code}, {wanted.title}"
    assert taken.rows == 1


@pytest.mark.django_db
def test_the_sheet_about_says_who_when_what_and_explains_each_column(tmp_path):
    decision = evaluation.dispatched_decision()

    path, _ = take(tmp_path, who="Handläggare Nord")

    about = worlds.about(path)
    assert about["Uttaget av"] == "Handläggare Nord"
    assert about["Uttaget"] == "2026-11-23 kl.\u00a000.30"
    assert about["Urval"] == "Alla utlysningar"
    assert about["Rader i bladet Beslut"] == 1
    assert about["Summa: Belopp (kr)"] == decision.amount_sek
    assert {column.heading: column.source for column in COLUMNS}.items() <= about.items()


@pytest.mark.django_db
def test_a_person_with_a_conflict_does_not_get_the_case(tmp_path):
    decision = evaluation.dispatched_decision()
    reader = base.reader()
    _, before = take(tmp_path, Decision.objects.visible_to(reader))

    declare_conflict(decision.case, by=reader, reason="Min syster leder projektet.")
    path, after = take(tmp_path, Decision.objects.visible_to(reader))

    assert (before.rows, after.rows) == (1, 0)
    assert worlds.rows(path) == []


@pytest.mark.django_db
def test_rows_that_leave_the_persons_eyes_while_the_file_is_written_are_left_out():
    decision = evaluation.dispatched_decision()
    reader = base.reader()
    seen = decisions.ending(Decision.objects.visible_to(reader))
    ids = list(seen.values_list("pk", flat=True))

    declare_conflict(decision.case, by=reader, reason="Min syster leder projektet.")

    assert ids == [decision.pk]
    assert list(decisions.in_chunks(seen, ids)) == []


@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow_with_the_rows(django_assert_num_queries):
    call = calls.open_call()
    for code in ("24", "01", "12"):
        evaluation.made_decision(call=call, applicant=base.region_organisation(code))
    all_of_them = decisions.ending(Decision.objects.all())

    with django_assert_num_queries(4):
        one = decisions.for_export(all_of_them.filter(case__number=1))
    with django_assert_num_queries(4):
        three = decisions.for_export(all_of_them)

    assert (len(one), len(three)) == (1, NumberSeries.objects.get(series__startswith="dnr").last)


@pytest.mark.django_db
def test_the_resource_of_django_import_export_has_the_same_headings_and_values(tmp_path):
    evaluation.dispatched_decision()

    data = DecisionResource().export()

    path, _ = take(tmp_path)
    assert data.headers == HEADINGS == list(worlds.values(path)[0])
    [row] = decisions.for_export(decisions.ending(Decision.objects.all()))
    assert list(data[0]) == [column.value(row) for column in COLUMNS]


def test_the_file_is_named_by_call_and_day_in_sweden():
    call = type("Call", (), {"code": "TSP2018"})()

    assert decisions.file_name(call, AT) == "beslut-TSP2018-2026-11-23.xlsx"
    assert decisions.file_name(None, AT) == "beslut-alla-2026-11-23.xlsx"
