"""The whole way once in a real browser, by what people see: several of them sign in, each page is checked by axe."""

import io
import os

import openpyxl
import pytest

from calls import actions as calls
from grants.core import history, jobs
from grants.core.invariants import violations
from grants.core.models import Job
from grants.demo import people
from grants.exports.jobs import KIND
from grants.projects.models import Project
from tests.journey import data, way
from tests.journey.browser import BrowserPerson, Watch
from tests.journey.data import Days

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_whole_way_in_a_browser_without_violations_or_errors(live_server, browser, browser_context_args):
    people.ensure_people()
    days, watch = Days(), Watch()
    at_work = []

    def join(name):
        """The next person sits down; the one before signs out and leaves."""
        while at_work:
            at_work.pop().leave()
        at_work.append(BrowserPerson(browser, live_server.url, watch, browser_context_args, name))
        return at_work[-1]

    with days.when_it_began():
        way.set_up_call(join, days)
        assert calls.run_clock() == 0  # its opening had passed: it opened with the press that published it
        way.write_application(join, days)
        way.send_application(join)
        way.check_formally(join)
        way.assess(join)
        way.propose_and_decide(join, days)
    way.run_project(join, days)
    handler = way.ask_for_workbook(join)
    jobs.run(Job.objects.get(kind=KIND).pk)
    handler.visit(handler.url)
    with handler.page.expect_download() as download:
        handler.page.get_by_role("link", name="Hämta ").first.click()
    with open(download.value.path(), "rb") as file:
        book = openpyxl.load_workbook(io.BytesIO(file.read()))
    handler.leave()

    assert any(data.TITLE in row for row in book["Beslut"].iter_rows(values_only=True))
    project = Project.objects.get(title=data.TITLE)
    assert (project.state, project.paid_sek) == ("closed", data.PAYABLE_SEK)
    assert violations() == {}
    assert list(history.faults()) == []
    assert len(watch.seen) > 30
    assert watch.faults == [], os.linesep.join(watch.faults)
