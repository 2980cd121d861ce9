"""What the project's page tells its owner to do next, and who has what they have sent in."""

from grants.core.time import format_long_day, stockholm
from grants.projects import selectors
from tests.builders import projects
from tests.builders.base import fresh


def told(project):
    project = fresh(project)
    reports, payments = list(project.reports.all()), list(project.payment_applications.all())
    return [item["text"] for item in selectors.next_for_owner(project, reports, payments)]


def since(part):
    return format_long_day(stockholm(fresh(part).state_changed_at).date())


def test_a_running_project_reports_and_asks_for_payment_regularly(world):
    assert told(world.project) == ["Skicka lägesrapport och ansökan om utbetalning minst en gång i halvåret"]


def test_a_payment_under_review_is_not_asked_for_again_but_told_with_who_has_it(world):
    payment = projects.submitted_payment(world.project, by=world.signer)

    assert told(world.project) == [
        "Skicka lägesrapport minst en gång i halvåret",
        f"Vänta: {world.project.authority} granskar ansökan om utbetalning 1 sedan {since(payment)}",
    ]


def test_a_report_under_review_leaves_the_payment_to_ask_for(world):
    report = projects.submitted_report(world.project, by=world.signer)

    assert told(world.project) == [
        "Skicka ansökan om utbetalning minst en gång i halvåret",
        f"Vänta: {world.project.authority} granskar {str(report).lower()} sedan {since(report)}",
    ]


def test_a_paid_payment_waits_for_nothing(world):
    projects.paid_payment(world.project)

    assert told(world.project) == ["Skicka lägesrapport och ansökan om utbetalning minst en gång i halvåret"]


def test_a_decided_payment_waits_for_the_money(world):
    payment = projects.decided_payment(world.project)
    waiting = f"Vänta: {world.project.authority} ska betala ut ansökan om utbetalning 1 sedan {since(payment)}"

    assert told(world.project) == ["Skicka lägesrapport minst en gång i halvåret", waiting]


def test_the_page_says_it_where_the_next_step_stands(client, world):
    projects.submitted_payment(world.project, by=world.signer)
    client.force_login(world.editor)

    page = client.get(world.project.get_absolute_url()).content.decode()

    section = page.partition("Nästa steg")[2].partition("</section>")[0]
    assert "granskar ansökan om utbetalning 1" in section and "Hos någon annan" in section
    assert 'class="open"' in section
