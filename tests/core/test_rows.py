"""Rows that point at one row are written again as a whole; what stands already is left alone."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.models import FinancingLine
from grants.core.rows import MANY, lend_rows, write_rows
from grants.core.together import hold_rows
from tests.builders import applications as build
from tests.builders.base import fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    made = build.draft_application()
    write(made, "Region A", "Region B", "Region C")
    return fresh(made)


def lines(draft, *financiers):
    return [
        FinancingLine(application=draft, order=order, kind="regional", financier=name, form="cash", amount_sek=1)
        for order, name in enumerate(financiers)
    ]


def write(draft, *financiers, key=lambda line: line.order, **how):
    """Returns whether anything was written, and how many statements wrote."""
    with CaptureQueriesContext(connection) as captured:
        is_written = write_rows(draft, "financing_lines", lines(draft, *financiers), key, **how)
    wrote = [one["sql"].split()[0] for one in captured if not one["sql"].startswith(("SELECT", "SAVEPOINT", "RELEASE"))]
    return is_written, wrote


def held(draft):
    return [(line.pk, line.order, line.financier) for line in fresh(draft).financing_lines.all()]


def test_the_same_rows_are_not_written(draft):
    before = held(draft)

    assert write(draft, "Region A", "Region B", "Region C") == (False, [])
    assert held(draft) == before


def test_one_that_has_changed_is_written_alone_and_keeps_its_key(draft):
    a, b, c = held(draft)

    assert write(draft, "Region A", "Region Ö", "Region C") == (True, ["UPDATE"])
    assert held(draft) == [a, (b[0], 1, "Region Ö"), c]


def test_one_more_and_one_less_are_one_statement_each(draft):
    before = held(draft)

    assert write(draft, "Region A", "Region B", "Region C", "Region D") == (True, ["INSERT"])
    assert [name for _, _, name in held(draft)] == ["Region A", "Region B", "Region C", "Region D"]
    assert held(draft)[:3] == before
    assert write(fresh(draft), "Region A", "Region B", "Region C") == (True, ["DELETE"])
    assert held(draft) == before


def test_several_that_have_changed_are_one_statement_and_keep_their_keys(draft):
    before = held(draft)

    assert write(draft, "Region X", "Region Y", "Region C") == (True, ["UPDATE"])
    assert held(draft) == [(before[0][0], 0, "Region X"), (before[1][0], 1, "Region Y"), before[2]]


def test_many_changes_are_two_statements(draft):
    assert write(draft, *(f"Region {n}" for n in range(3 + MANY))) == (True, ["UPDATE", "INSERT"])

    assert write(fresh(draft), *(f"Part {n}" for n in range(3 + MANY))) == (True, ["DELETE", "INSERT"])
    assert [name for _, _, name in held(draft)] == [f"Part {n}" for n in range(3 + MANY)]


def test_new_changed_and_gone_at_once_are_two_statements(draft):
    names = "Region X", "Region Y", "Region Z", "Region B"

    assert write(draft, *names, key=lambda line: line.financier) == (True, ["DELETE", "INSERT"])
    assert [(order, name) for _, order, name in held(draft)] == [*enumerate(names)]


@pytest.mark.parametrize("names", [("Region A", "Region Ö", "Region C", "Region D"), ("Region A",), ()])
def test_what_was_written_is_held_as_it_would_be_read(draft, names, django_assert_num_queries):
    hold_rows(draft, {"financing_lines": ()})
    read = list(draft.financing_lines.all())
    was = [line.financier for line in read]

    write(draft, *names, as_read=True)

    with django_assert_num_queries(0):
        found = [(line.pk, line.order, line.financier) for line in draft.financing_lines.all()]
    assert found == held(draft)
    assert [line.financier for line in read] == was


def test_a_row_that_held_none_reads_them_when_it_is_asked(draft):
    write(draft, "Region Ö", as_read=True)
    FinancingLine.objects.filter(application=draft).update(financier="Region Å")

    assert [line.financier for line in draft.financing_lines.all()] == ["Region Å"]


def test_changes_and_one_more_are_one_statement_each(draft):
    assert write(draft, "Region X", "Region Y", "Region Z", "Region Å") == (True, ["UPDATE", "INSERT"])
    assert [(order, name) for _, order, name in held(draft)] == [
        (0, "Region X"),
        (1, "Region Y"),
        (2, "Region Z"),
        (3, "Region Å"),
    ]


def test_two_that_stand_in_one_place_go_too(draft):
    FinancingLine.objects.filter(application=draft).update(order=0)

    assert write(fresh(draft)) == (True, ["DELETE"])
    assert held(draft) == []


def test_all_of_them_go_when_none_is_wanted(draft):
    assert write(draft) == (True, ["DELETE"])
    assert held(draft) == []
    assert write(fresh(draft)) == (False, [])


def test_rows_whose_order_is_that_of_their_keys_are_written_anew_when_one_comes_in_between(draft):
    by_name = {"key": lambda line: line.financier, "in_order": True}

    assert write(draft, "Region A", "Region B", "Region C", "Region D", **by_name) == (True, ["INSERT"])
    before = held(draft)
    assert write(fresh(draft), "Region B", "Region A", "Region C", "Region D", **by_name) == (
        True,
        ["DELETE", "INSERT"],
    )
    assert min(pk for pk, _, _ in held(draft)) > max(pk for pk, _, _ in before)


def test_what_was_read_onto_the_row_is_read_anew_after_it(draft):
    list(draft.financing_lines.all())
    again = type(draft).objects.prefetch_related("financing_lines").get(pk=draft.pk)
    write(again, "Region A")

    assert [line.financier for line in again.financing_lines.all()] == ["Region A"]


def test_rows_that_were_lent_are_not_read_again(draft):
    read = type(draft).objects.prefetch_related("financing_lines").select_related("applicant").get(pk=draft.pk)
    other = fresh(draft)
    lend_rows(read, other)

    with CaptureQueriesContext(connection) as captured:
        assert [line.financier for line in other.financing_lines.all()] == ["Region A", "Region B", "Region C"]
        assert other.applicant == read.applicant
    assert captured.captured_queries == []
