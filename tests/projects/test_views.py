"""The pages of stage 4 for both faces: what they show, what they refuse, what they keep."""

import datetime as dt
import re
import uuid
from urllib.parse import urlencode

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse

from grants.core.time import today
from grants.projects import actions
from grants.projects.enums import PaymentState, ReportKind, ReportState
from grants.projects.models import PaymentApplication, Project, Report
from tests.builders import projects
from tests.builders.base import fresh
from tests.builders.copies import projects_like

MOST_QUERIES = 25


@pytest.fixture
def get(client):
    def fetch(person, url):
        client.force_login(person)
        return client.get(url)

    return fetch


@pytest.fixture
def post(client):
    def send(person, url, data=None):
        """Press a button of a page that was opened just now: a step's form carries the version that the page shows."""
        client.force_login(person)
        found = resolve(url)
        if found.url_name == "step":
            model = {"report": Report, "payment": PaymentApplication}.get(found.namespaces[-1], Project)
            data = {"version": model.objects.get(pk=found.kwargs["pk"]).version, **(data or {})}
        return client.post(url, data or {})

    return send


def text_of(response):
    """The page's text with ordinary spaces, without tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode().replace("\u00a0", " ")))


def payment_url(payment, name=None):
    return reverse("projects:payment:step", args=[payment.pk, name]) if name else payment.get_absolute_url()


# Who sees what -------------------------------------------------------------------------------------------------------


def test_each_face_has_its_page_and_strangers_get_404(world, get):
    url = world.project.get_absolute_url()

    assert get(world.signer, url).templates[0].name == "projects/applicant/detail.html"
    assert get(world.handler, url).templates[0].name == "projects/desk/detail.html"
    assert get(world.other_region, url).status_code == 404


def test_a_draft_is_404_for_the_authority_and_for_other_regions(world, get):
    payment = projects.draft_payment(world.project, by=world.signer)
    report = projects.draft_report(world.project, by=world.signer)

    for part in (payment, report):
        assert get(world.viewer, part.get_absolute_url()).status_code == 200
        assert get(world.handler, part.get_absolute_url()).status_code == 404
        assert get(world.other_region, part.get_absolute_url()).status_code == 404


def test_the_owners_face_does_not_tell_of_the_authoritys_preparation(world, get):
    payment = projects.checked_payment(world.project, by=world.signer, handler=world.handler)

    owners, desk = (text_of(get(who, payment_url(payment))) for who in (world.viewer, world.decider))

    assert "74 250" not in owners
    assert "Föreslå beslut om utbetalning" not in owners
    assert "74 250" in desk


def test_the_payments_list_is_for_the_authority(world, get):
    url = reverse("projects:payments")

    assert get(world.reader, url).status_code == 200
    assert get(world.signer, url).status_code == 403


def test_the_figures_of_the_project_stand_on_its_page(world, get):
    projects.paid_payment(world.project, by=world.signer)

    page = text_of(get(world.viewer, world.project.get_absolute_url()))

    assert "900 000 kr" in page
    assert "74 250 kr" in page
    assert "825 750 kr" in page
    assert str(world.project.main_objective) in page


# The whole way through HTTP ------------------------------------------------------------------------------------------


def test_the_way_of_a_payment_through_the_pages(world, client, get, post):
    start = world.project.start_on
    form = {"period_start": str(start), "period_end": str(start), "token": str(uuid.uuid4())}
    new = reverse("projects:new_payment", args=[world.project.pk])
    assert post(world.editor, new, form).status_code == 302
    assert post(world.editor, new, form).status_code == 302
    payment = PaymentApplication.objects.get(project=world.project)
    staff = payment.costs.get(cost_type__code="staff").cost_type_id
    costs = {
        "period_start": str(start),
        "period_end": str(start),
        f"cost-{staff}": "100 000,10",
        "version": payment.version,
    }

    assert post(world.editor, payment_url(payment), {**costs, "do": "save"}).status_code == 302
    sent = {**costs, "version": fresh(payment).version, "do": "submit", "certify": "on"}
    assert post(world.signer, payment_url(payment), sent).status_code == 302
    assert post(world.signer, payment_url(payment), sent).status_code == 302
    assert fresh(payment).state == PaymentState.SUBMITTED

    approved = {f"approved-{cost.cost_type_id}": str(cost.reported).replace(".", ",") for cost in payment.costs.all()}
    assert post(world.handler, payment_url(payment, "mark_checked"), approved).status_code == 302
    assert post(world.decider, payment_url(payment, "decide")).status_code == 302
    paid = {"paid_on": str(today()), "reference": "UTB-77"}
    assert post(world.officer, payment_url(payment, "record_paid"), paid).status_code == 302
    assert post(world.officer, payment_url(payment, "record_paid"), paid).status_code == 302
    assert fresh(payment).state == PaymentState.PAID
    assert fresh(world.project).paid_sek == fresh(payment).payable_sek == 51_750
    assert "UTB-77" in text_of(get(world.viewer, payment_url(payment)))


def test_the_way_of_a_report_through_the_pages(world, post):
    form = {"kind": "progress", "period_start": str(world.project.start_on), "period_end": str(world.project.start_on)}
    assert post(world.editor, reverse("projects:new_report", args=[world.project.pk]), form).status_code == 302
    report = Report.objects.get(project=world.project)

    sent = {**projects.REPORT, "version": report.version, "do": "submit"}
    assert post(world.signer, report.get_absolute_url(), sent).status_code == 302
    step = {name: reverse("projects:report:step", args=[report.pk, name]) for name in Report.steps()}
    assert post(world.handler, step["request_supplement"], {"reason": "Fler siffror."}).status_code == 302
    sent["version"] = fresh(report).version
    assert post(world.signer, report.get_absolute_url(), sent).status_code == 302
    assert post(world.handler, step["mark_checked"], {"comment": ""}).status_code == 302
    assert post(world.handler, step["decide"]).status_code == 302
    assert fresh(report).state == ReportState.DECIDED


def test_the_projects_own_steps_through_the_pages(world, post):
    step = {name: reverse("projects:step", args=[world.project.pk, name]) for name in Project.steps()}

    assert post(world.handler, step["pause"], {"reason": "Vi väntar."}).status_code == 302
    assert post(world.handler, step["resume"]).status_code == 302
    assert post(world.editor, step["begin_closing"]).status_code == 302
    refused = post(world.handler, step["close"])
    assert refused.status_code == 422
    assert "Slutrapporten är inte godkänd än." in text_of(refused)


# Refusals keep what was typed ----------------------------------------------------------------------------------------


def test_a_wrong_amount_is_422_with_what_was_typed_and_nothing_saved(world, post):
    payment = projects.draft_payment(world.project, by=world.signer)
    staff = payment.costs.get(cost_type__code="staff").cost_type_id
    costs = {
        "period_start": "2026-99-99",
        "period_end": "igår",
        f"cost-{staff}": "45k",
        "comment": "Min text",
        "version": 1,
    }

    answer = post(world.signer, payment_url(payment), {**costs, "do": "save"})

    assert answer.status_code == 422
    for typed in ("45k", "2026-99-99", "igår", "Min text", "<title>Fel:"):
        assert typed in answer.content.decode()
    assert fresh(payment).version == payment.version


def test_a_stale_tab_is_409_with_both_texts(world, post):
    report = projects.draft_report(world.project, by=world.signer)
    actions.save_report(report, {"done": "Kollegans text."}, by=world.editor, version=report.version)

    answer = post(
        world.signer, report.get_absolute_url(), {"done": "Min text.", "version": report.version, "do": "save"}
    )

    assert answer.status_code == 409
    assert "Min text." in answer.content.decode()
    assert "Kollegans text." in answer.content.decode()
    assert fresh(report).done == "Kollegans text."


def test_a_refused_sending_keeps_the_costs_and_says_why(world, post):
    payment = projects.draft_payment(world.project, by=world.signer, number=4)
    staff = payment.costs.get(cost_type__code="staff").cost_type_id
    data = {
        "period_start": str(payment.period_start),
        "period_end": str(payment.period_end),
        "version": payment.version,
        f"cost-{staff}": "100000",
    }

    answer = post(world.signer, payment_url(payment), {**data, "do": "submit", "certify": "on"})
    assert answer.status_code == 422
    assert "Stöd betalas i efterskott" in text_of(answer)

    without = {**data, "version": fresh(payment).version, "do": "submit"}
    answer = post(world.signer, payment_url(payment), without)
    assert answer.status_code == 422
    assert "Kryssa i att du intygar uppgifterna." in text_of(answer)
    assert fresh(payment).state == PaymentState.DRAFT


def test_a_refused_check_keeps_amounts_and_comments(world, post):
    payment = projects.submitted_payment(world.project, by=world.signer)
    data = {f"approved-{cost.cost_type_id}": "1,00" for cost in payment.costs.all()} | {"comment": ""}

    answer = post(world.handler, payment_url(payment, "mark_checked"), data)

    assert answer.status_code == 422
    assert 'value="1,00"' in answer.content.decode()
    assert "Personal: skriv varför inte hela beloppet godkänns." in text_of(answer)
    assert fresh(payment).state == PaymentState.SUBMITTED


def test_a_missing_reason_and_a_wrong_day_stay_on_the_page(world, post):
    payment = projects.submitted_payment(world.project, by=world.signer)
    answer = post(world.handler, payment_url(payment, "request_supplement"), {"reason": " "})
    assert answer.status_code == 422
    assert "Skriv en motivering." in text_of(answer)

    payment = actions.check_payment(payment, projects.approved(payment), by=world.handler)
    payment = actions.decide_payment(payment, by=world.decider)
    tomorrow = today() + dt.timedelta(days=1)
    answer = post(world.officer, payment_url(payment, "record_paid"), {"paid_on": str(tomorrow), "reference": "UTB-9"})
    assert answer.status_code == 422
    assert "Betalningsdagen kan inte ligga i framtiden." in text_of(answer)
    assert "UTB-9" in answer.content.decode()


def test_a_step_that_is_not_yours_is_403_and_an_unknown_one_404(world, post):
    payment = projects.submitted_payment(world.project, by=world.signer)

    assert post(world.reader, payment_url(payment, "decide")).status_code == 403
    assert post(world.handler, payment_url(payment, "launder")).status_code == 404
    assert post(world.other_region, payment_url(payment, "mark_checked")).status_code == 404
    assert post(world.viewer, reverse("projects:new_payment", args=[world.project.pk])).status_code == 404
    assert post(world.handler, reverse("projects:step", args=[world.project.pk, "save"])).status_code == 404


HOSTILE = [
    "",
    "\0",
    "a\0b",
    "\ud7ff",
    "'; DROP TABLE",
    "<script>alert(1)</script>",
    "٣",
    "1e9",
    "-1",
    "NaN",
    "9" * 400,
    "x" * 1_000_000,
]


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_no_input_is_a_500_and_nothing_is_half_written(world, post, get, value):
    payment = projects.draft_payment(world.project, by=world.signer)
    report = projects.draft_report(world.project, by=world.signer)
    names = ["period_start", "period_end", "comment", "version", "do", "token", "kind", "report"]
    names += ["done", "results", "reason", "paid_on", "reference", "confirmed"]
    data = dict.fromkeys([*names, *(f"cost-{cost.cost_type_id}" for cost in payment.costs.all())], value)
    urls = [payment_url(payment), report.get_absolute_url()]
    urls += [reverse(f"projects:{name}", args=[world.project.pk]) for name in ("new_payment", "new_report")]
    urls += [payment_url(payment, name) for name in PaymentApplication.steps()]

    for url in urls:
        few = {name: text for name, text in data.items() if len(value) < 1000 or name in ("comment", "done")}
        assert post(world.signer, url, few).status_code in (200, 302, 403, 404, 409, 422)
    query = urlencode(dict.fromkeys(("sok", "lage", "vy", "sida"), value[:2000]))
    for url in (reverse("projects:list"), reverse("projects:payments")):
        assert get(world.reader, f"{url}?{query}").status_code == 200
    assert fresh(payment).state == PaymentState.DRAFT
    assert fresh(report).state == ReportState.DRAFT
    assert world.project.payment_applications.count() == 1


def test_scripts_in_texts_are_shown_as_text(world, get):
    report = projects.submitted_report(world.project, by=world.signer, done="<script>alert(1)</script>")

    assert "<script>alert(1)" not in get(world.handler, report.get_absolute_url()).content.decode()


# Lists ---------------------------------------------------------------------------------------------------------------


def more_projects(project, number):
    """Rows for counting queries only, each with a sent payment application."""
    sent = project.payment_applications.first() or projects.submitted_payment(fresh(project))
    projects_like(project, sent, number)


def queries(client, url):
    """How many queries the page costs, after the first request of the session has written the session down."""
    client.get(url)
    with CaptureQueriesContext(connection) as held:
        assert client.get(url).status_code == 200
    return len(held)


@pytest.mark.parametrize("who", ["handler", "signer"])
def test_lists_cost_the_same_for_1_3_and_200_rows(world, client, who):
    client.force_login(getattr(world, who))
    urls = [reverse("projects:list")] + ([reverse("projects:payments") + "?vy=alla"] if who == "handler" else [])
    more_projects(world.project, 0)
    one = [queries(client, url) for url in urls]

    more_projects(world.project, 2)
    three = [queries(client, url) for url in urls]
    more_projects(world.project, 197)
    many = [queries(client, url) for url in urls]

    assert one == three == many
    assert max(many) <= MOST_QUERIES


@pytest.mark.parametrize("who", ["handler", "decider", "signer"])
def test_a_projects_page_costs_the_same_for_few_and_many_reports(world, client, who):
    projects.submitted_payment(world.project, by=world.signer)
    report = projects.submitted_report(world.project, by=world.signer)
    client.force_login(getattr(world, who))
    one = queries(client, world.project.get_absolute_url())

    copies = [
        Report(**{f.attname: getattr(report, f.attname) for f in Report._meta.concrete_fields}) for _ in range(199)
    ]
    for copy in copies:
        copy.pk = uuid.uuid4()
    models.QuerySet(Report).bulk_create(copies)

    assert queries(client, world.project.get_absolute_url()) == one
    assert one <= MOST_QUERIES


@pytest.mark.parametrize("who", ["handler", "decider", "officer", "signer"])
def test_the_pages_of_parts_stay_within_the_budget_of_queries(world, client, who):
    payment = projects.decided_payment(world.project, by=world.signer)
    report = projects.submitted_report(world.project, by=world.signer, kind=ReportKind.FINAL)
    client.force_login(getattr(world, who))

    for url in (payment_url(payment), report.get_absolute_url()):
        assert queries(client, url) <= MOST_QUERIES


def test_the_payments_list_counts_and_sums_what_waits(world, get):
    projects.checked_payment(world.project, by=world.signer, handler=world.handler)

    page = text_of(get(world.decider, reverse("projects:payments") + "?vy=besluta"))

    assert re.search(r"Att granska 0 Att besluta 1 Att betala 0 Alla 1", re.sub(r"\s+", " ", page))
    assert "165 000,00" in page
    assert "74 250" in page


def test_the_sum_of_the_payments_list_has_two_decimals_like_its_rows(world, get):
    projects.submitted_payment(world.project, by=world.signer, staff="100000.00", other="50000.50")

    page = get(world.handler, reverse("projects:payments") + "?vy=granska").content.decode()

    assert page.count("165\xa0000,50") + page.count("165 000,50") == 2


def test_an_empty_list_says_what_will_come(world, get):
    assert "Inget väntar här" in text_of(get(world.reader, reverse("projects:payments")))
    assert "Inga projekt än" in text_of(get(world.other_region, reverse("projects:list")))
