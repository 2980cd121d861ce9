"""Rows that are written fold to a line, and what belongs to a box shows when it is ticked: the whole of it is still sent."""

import re

import pytest

from tests.builders.base import call_manager, reference_data
from tests.builders.calls import draft_call
from tests.builders.setup_pages import fill, page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(client):
    reference_data()
    manager = call_manager()
    client.force_login(manager)
    return draft_call(manager=manager)


def folds(response):
    """The lines of the folded rows."""
    found = re.findall(r'<details class="fold"><summary><b>(.*?)</b> (.*?)</summary>', response.content.decode())
    return [f"{name}: {told}".replace("\u00a0", " ") for name, told in found]


def test_written_criteria_are_a_line_each_and_no_empty_one_stands_there_until_it_is_added(client, call):
    page = client.get(page_of(call, "judging"))
    more = fill(client, call, "judging", rad="criteria:add")

    written = ["Kriterium 1: Bidrag till RUS, 40 %", "Kriterium 2: Genomförande, 35 %", "Kriterium 3: Kostnader, 25 %"]
    assert [line for line in folds(page) if line.startswith("Kriterium")] == written
    assert [line for line in folds(more) if line.startswith("Kriterium")] == written
    assert [len(found.context["setup"].groups["criteria"].forms) for found in (page, more)] == [3, 4]


def test_a_row_with_a_fault_stands_open(client, call):
    answer = fill(client, call, "judging", criteria__1__weight_percent="45k")

    assert answer.status_code == 422
    assert [line for line in folds(answer) if line.startswith("Kriterium")] == [
        "Kriterium 1: Bidrag till RUS, 40 %",
        "Kriterium 3: Kostnader, 25 %",
    ]


def test_a_cost_type_shows_its_box_and_folds_how_it_is_shown(client, call):
    page = client.get(page_of(call, "money"))

    assert next(line for line in folds(page) if line.startswith("Visas som")).startswith("Visas som: Personal")
    assert page.text.count('id="id_cost_types-staff-chosen"') == 1


def test_each_hint_of_rows_is_said_once(client, call):
    money, judging = (client.get(page_of(call, part)).text for part in ("money", "judging"))

    assert (money.count("till exempel timmar"), judging.count("Skalan går från 0 till 5")) == (1, 1)
