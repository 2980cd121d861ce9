"""When a project reports: periods and due days by the call's rules, what is late, and who is told."""

import datetime as dt

import pytest

from calls.models import Call
from grants.portal.worklist import waiting_for
from grants.projects import actions, reporting
from grants.projects.enums import ProjectState, ReportKind
from grants.projects.models import Project
from tests.builders import base
from tests.builders import projects as build

D = dt.date


@pytest.mark.parametrize(
    ("start", "end", "first", "months", "expected"),
    [
        (
            D(2027, 1, 1),
            D(2028, 6, 30),
            6,
            6,
            [(D(2027, 1, 1), D(2027, 6, 30)), (D(2027, 7, 1), D(2027, 12, 31)), (D(2028, 1, 1), D(2028, 6, 30))],
        ),
        (D(2027, 1, 1), D(2027, 5, 31), 6, 6, [(D(2027, 1, 1), D(2027, 5, 31))]),
        (D(2027, 1, 1), D(2027, 5, 31), 3, 6, [(D(2027, 1, 1), D(2027, 3, 31)), (D(2027, 4, 1), D(2027, 5, 31))]),
        # Ten days would be left: the last but one stops a month before the end.
        (D(2027, 1, 1), D(2027, 7, 10), 6, 6, [(D(2027, 1, 1), D(2027, 6, 10)), (D(2027, 6, 11), D(2027, 7, 10))]),
        # Nothing to take a month from: the last but one goes on.
        (D(2027, 1, 1), D(2027, 2, 5), 1, 1, [(D(2027, 1, 1), D(2027, 2, 5))]),
        # The days of a month that is short do not shift those that follow.
        (
            D(2027, 1, 31),
            D(2027, 4, 30),
            1,
            1,
            [(D(2027, 1, 31), D(2027, 2, 27)), (D(2027, 2, 28), D(2027, 3, 30)), (D(2027, 3, 31), D(2027, 4, 30))],
        ),
    ],
)
def test_periods_follow_each_other_to_the_projects_end(start, end, first, months, expected):
    assert reporting.periods(start, end, first, months) == expected


@pytest.mark.parametrize("first", [1, 3, 6])
@pytest.mark.parametrize("months", [1, 4, 6])
def test_periods_leave_no_day_out_and_none_is_beyond_six_months(first, months):
    for days in range(40, 800, 7):
        start = D(2027, 1, 15)
        end = start + dt.timedelta(days=days)

        found = reporting.periods(start, end, first, months)

        assert (found[0][0], found[-1][1]) == (start, end)
        assert [begins for begins, _ in found[1:]] == [ends + dt.timedelta(days=1) for _, ends in found[:-1]]
        assert all(ends <= reporting.add_months(begins, 6) for begins, ends in found)


@pytest.fixture
def project(db):
    return build.running_project()


def ruled(project, **rules):
    Call.objects.filter(pk=project.application.call_id).update(**rules)
    return Project.objects.select_related("application__call").get(pk=project.pk)


def test_due_days_are_the_calls(project):
    project = ruled(
        project, first_report_months=3, report_interval_months=6, report_due_days=14, final_report_due_days=60
    )

    found = reporting.due_reports(project, [])

    assert found[0].period_end == reporting.add_months(project.start_on, 3) - dt.timedelta(days=1)
    assert found[0].due_on == found[0].period_end + dt.timedelta(days=14)
    assert (found[-1].kind, found[-1].due_on) == (ReportKind.FINAL, project.end_on + dt.timedelta(days=60))


def test_a_report_is_late_the_day_after_its_last_day_and_never_once_it_is_sent(project):
    project = ruled(project)
    first = reporting.due_reports(project, [])[0]

    on_the_day = reporting.due_reports(project, [], first.due_on)[0]
    after = reporting.due_reports(project, [], first.due_on + dt.timedelta(days=1))[0]
    draft = build.draft_report(project)
    still = reporting.due_reports(project, [draft], first.due_on + dt.timedelta(days=1))[0]

    assert [one.is_late for one in (on_the_day, after, still)] == [False, True, True]
    sent = actions.submit_report(draft, by=build.writer(project))
    sent.period_end = first.period_end
    assert reporting.due_reports(project, [sent], first.due_on + dt.timedelta(days=1))[0].is_sent is True


def test_a_paused_project_has_no_late_report(project):
    paused = actions.pause(project, by=project.handler, reason="Väntar på besked.")

    found = reporting.due_reports(ruled(paused), [], D(2090, 1, 1))

    assert (paused.state, {one.is_late for one in found}) == (ProjectState.PAUSED, {False})


def test_the_handler_sees_the_late_report_in_the_work_list_and_others_do_not(project, monkeypatch):
    def waiting(user):
        return {one.queue.key: [item.title for item in one.items] for one in waiting_for(user)}["sena-rapporter"]

    monkeypatch.setattr(reporting, "today", lambda: project.start_on)
    assert waiting(type(project.handler).objects.get(pk=project.handler.pk)) == []
    monkeypatch.setattr(reporting, "today", lambda: project.end_on + dt.timedelta(days=400))

    [title] = waiting(type(project.handler).objects.get(pk=project.handler.pk))

    first = reporting.due_reports(ruled(project), [])[0]
    assert title == f"{first.label} till {first.period_end.isoformat()}: {project.title}"
    assert waiting(base.handler()) == []


def test_the_page_shows_what_is_to_be_reported_to_both_sides(client, project):
    for user in (build.writer(project), project.handler):
        client.force_login(user)

        page = client.get(project.get_absolute_url()).text

        assert "Det här ska rapporteras" in page
        assert "Slutrapport" in page
