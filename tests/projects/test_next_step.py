"""What the project's page tells its owner to do next, and who has what they have sent in."""

import datetime as dt

from django.urls import reverse

from grants.accounts.enums import Level
from grants.core.time import format_long_day, pretend, stockholm
from grants.projects import selectors
from grants.projects.forms import BeginForm
from grants.projects.reporting import due_reports
from tests.builders import base, projects
from tests.builders.base import fresh


def told(project):
    project = fresh(project)
    reports, payments = list(project.reports.all()), list(project.payment_applications.all())
    return [item["text"] for item in selectors.next_for_owner(project, reports, payments)]


def first_report(project):
    return due_reports(project, [])[0]


def report_due(project):
    first = first_report(project)
    return f"Skicka lägesrapport senast {format_long_day(first.due_on)}" + (
        ". Den är försenad." if first.is_late else ""
    )


PAY = "Skicka ansökan om utbetalning minst en gång i halvåret"


def noon(day):
    return stockholm(dt.datetime.combine(day, dt.time(12), dt.UTC))


def since(part):
    return format_long_day(stockholm(fresh(part).state_changed_at).date())


def test_a_running_project_reports_and_asks_for_payment_regularly(world):
    assert told(world.project) == [report_due(world.project), PAY]


def test_a_payment_under_review_is_not_asked_for_again_but_told_with_who_has_it(world):
    payment = projects.submitted_payment(world.project, by=world.signer)

    assert told(world.project) == [
        report_due(world.project),
        f"Vänta: {world.project.authority} granskar ansökan om utbetalning 1 sedan {since(payment)}",
    ]


def test_a_report_under_review_leaves_the_payment_to_ask_for(world):
    report = projects.submitted_report(world.project, by=world.signer)

    assert told(world.project) == [
        PAY,
        f"Vänta: {world.project.authority} granskar {str(report).lower()} sedan {since(report)}",
    ]


def test_a_paid_payment_waits_for_nothing(world):
    projects.paid_payment(world.project)

    assert told(world.project) == [report_due(world.project), PAY]


def test_a_decided_payment_waits_for_the_money(world):
    payment = projects.decided_payment(world.project)
    waiting = f"Vänta: {world.project.authority} ska betala ut ansökan om utbetalning 1 sedan {since(payment)}"

    assert told(world.project) == [report_due(world.project), waiting]


def test_the_page_says_it_where_the_next_step_stands(client, world):
    projects.submitted_payment(world.project, by=world.signer)
    client.force_login(world.editor)

    page = client.get(world.project.get_absolute_url()).content.decode()

    section = page.partition("Nästa steg")[2].partition("</section>")[0]
    assert "granskar ansökan om utbetalning 1" in section and "Hos någon annan" in section
    assert 'class="open"' in section


def test_a_report_is_called_late_on_the_day_after_its_last(world):
    due_on = first_report(world.project).due_on

    for day, words in ((due_on, ""), (due_on + dt.timedelta(days=1), ". Den är försenad.")):
        with pretend(noon(day)):
            assert told(world.project)[0] == f"Skicka lägesrapport senast {format_long_day(due_on)}{words}"


def test_a_new_report_begins_with_the_days_of_the_next_one_that_is_due(client, world):
    due = first_report(world.project)
    client.force_login(world.editor)

    form = client.get(reverse("projects:new_report", args=[world.project.pk])).context["form"]

    assert form.initial == {"kind": due.kind, "period_start": due.period_start, "period_end": due.period_end}


def test_a_new_payment_application_begins_where_the_last_one_ended(client, world):
    client.force_login(world.editor)
    page = reverse("projects:new_payment", args=[world.project.pk])

    assert client.get(page).context["form"].initial == {"period_start": world.project.start_on}
    paid = projects.paid_payment(world.project)
    assert client.get(page).context["form"].initial == {"period_start": paid.period_end + dt.timedelta(days=1)}


def test_starting_asks_whether_it_has_begun_only_before_its_day(world):
    starting = projects.starting_project()

    for day, is_asked in ((starting.start_on - dt.timedelta(days=1), True), (starting.start_on, False)):
        form = BeginForm()
        with pretend(noon(day)):
            form.ask_about(starting)
        assert ("confirmed" in form.fields) is is_asked


def test_who_begins_on_the_day_is_asked_nothing(client, world):
    starting = projects.starting_project()
    client.force_login(base.member(starting.owner, Level.EDIT))

    page = client.get(starting.get_absolute_url()).content.decode()

    assert "Starta projektet. Enligt beslutet började det" in page
    assert "Projektet har startat före dagen i beslutet" not in page


def test_the_page_of_a_new_report_says_at_once_why_none_can_be_written(client, world):
    starting = projects.starting_project()
    client.force_login(base.member(starting.owner, Level.EDIT))

    for name, part in (
        ("new_report", "Rapporter lämnas medan projektet pågår"),
        ("new_payment", "Utbetalning kan göras"),
    ):
        assert part in client.get(reverse(f"projects:{name}", args=[starting.pk])).content.decode()
