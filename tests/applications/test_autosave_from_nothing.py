"""Filling in an empty draft with autosave alone: whoever writes and never presses a button has it all saved as answers."""

import json

import pytest

from applications.blockers import before_submit
from applications.drafting import saved
from applications.views.onefield import MOVED
from applications.writing.typed import with_typed
from applications.writing.values import digest
from tests.applications.web import section_url, signed_in, url
from tests.builders import applications as build
from tests.builders import base
from tests.builders.base import fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(writer):
    return build.draft_application(by=writer, applicant=base.region_organisation())


class Page:
    """A page that somebody has open: what its fields held, kept as the script keeps it."""

    def __init__(self, person, application, section):
        self.client, self.application, self.section = signed_in(person), application, section
        self.bases = json.loads(self.client.get(section_url(application, section)).context["bases"])

    def write(self, name, *values):
        """The faults that the answer tells."""
        row = {
            key: base for key, base in self.bases.items() if key != name and key.split("-")[:2] == name.split("-")[:2]
        }
        sent = {
            "del": self.section,
            "falt": name,
            "varde": list(values),
            "bas": self.bases.get(name, digest(())),
            "rad": json.dumps(row),
            "sida": "page-1",
        }
        answer = self.client.post(url("autosave", self.application), sent)
        assert answer.status_code == 200, (name, answer.json(), sorted(self.bases)[:40])
        self.bases[name] = answer.json()["bas"]
        return answer.json()["fel"]


def test_a_budget_is_written_cell_by_cell_into_an_empty_draft(writer, draft):
    page = Page(writer, draft, "budget")
    types = {one.code: one for one in draft.call.cost_types.all()}
    years = draft.call.years
    told = [
        page.write(f"kostnad-{types['staff'].pk}-{years[0]}", "700 000"),
        page.write(f"kostnad-{types['services'].pk}-{years[1]}", "195000"),
        page.write(f"kostnad-{types['travel'].pk}-{years[1]}", "0"),
        page.write("finansiar-0-amount_sek", "500 000"),
        page.write("applied_sek", "500 000"),
    ]

    row = fresh(draft)
    assert (told, row.typed) == ([[]] * 5, {})
    assert (row.total_cost_sek, row.financed_sek, row.applied_sek) == (1_000_000, 500_000, 500_000)
    assert [(one.financier, one.amount_sek) for one in row.financing_lines.all()] == [(str(draft.applicant), 500_000)]
    assert Page(writer, draft, "budget").bases | page.bases == page.bases


def test_every_page_is_written_field_by_field_and_the_draft_can_be_sent(writer, draft):
    objective = str(build.objectives_data(draft)["main_objective"].pk)
    area = str(build.objectives_data(draft)["main_area"].pk)
    answers = build.project_data(draft)["answers"]
    types = {one.code: one.pk for one in draft.call.cost_types.all()}
    first, second = draft.call.years
    pages = {
        "parter": {
            "contact_phone": "0771-00 00 00",
            "workplace": "Huvudkontoret",
            "cfar_number": "12345678",
            "vat": "no",
            "procurement": "lou",
            "signatory_name": "Behörig Företrädare",
        },
        "projekt": {
            "summary": "Kommunerna tar fram ett gemensamt underlag.",
            **{f"fraga_{code}": text for code, text in answers.items()},
            "start_on": f"{first}-01-01",
            "end_on": f"{second}-12-31",
        },
        "mal": {"mal": objective, f"mal-{objective}-hur": "Ett nytt sätt.", "huvudmal": objective, "main_area": area},
        "budget": {
            f"kostnad-{types['staff']}-{first}": "700000",
            f"kostnad-{types['services']}-{second}": "195000",
            "finansiar-0-amount_sek": "500000",
            "applied_sek": "500000",
        },
    }
    told = {}
    for section, fields in pages.items():
        page = Page(writer, draft, section)
        told |= {(section, name): fel for name, value in fields.items() if (fel := page.write(name, value))}

    assert fresh(draft).typed == {}
    assert before_submit(fresh(draft)) == []
    assert told == {}


def test_a_cell_of_the_budget_is_saved_with_its_sums(writer):
    draft = build.complete_draft(by=writer, applicant=base.region_organisation())
    line = draft.cost_lines.order_by("pk").first()
    name = f"kostnad-{line.cost_type_id}-{line.year}"
    page = Page(writer, draft, "budget")

    assert page.write(name, "1 234") == []
    assert fresh(draft).cost_lines.get(cost_type=line.cost_type_id, year=line.year).amount_sek == 1_234
    assert fresh(draft).total_cost_sek == sum(row.amount_sek for row in fresh(draft).cost_lines.all())
    assert page.bases[name] == Page(writer, draft, "budget").bases[name]


def test_a_text_that_is_no_answer_yet_is_marked_with_its_reason_where_the_page_finds_nothing_wrong(writer, draft):
    draft.typed = with_typed(draft, "projekt", "summary", ["En text."], [MOVED], label="Sammanfattning", by=writer)
    saved(draft)

    page = signed_in(writer).get(section_url(draft, "projekt"))

    text = page.content.decode()
    assert 'aria-invalid="true"' in text[text.index('id="id_summary"') - 400 : text.index('id="id_summary"') + 400]
    assert text.count(MOVED) == 2  # at the field and above
