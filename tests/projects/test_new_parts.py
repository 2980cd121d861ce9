"""What the owner's people can begin on the project's page, and what the page says where they cannot."""

import re

from django.urls import reverse

from grants.projects import actions
from tests.builders import projects
from tests.builders.base import fresh


def begun(client, person, project):
    """Label → address where it is a link, else the reasons under the greyed button."""
    client.force_login(person)
    page = client.get(project.get_absolute_url()).content.decode()
    links = dict(re.findall(r'href="([^"]+)" id="ny-[a-z]+">([^<]+)<', page))
    shut = re.findall(r'aria-describedby="(ny-[a-z]+)-varfor">([^<]+)</button>(.*?)</div></div>', page, re.DOTALL)
    return {label: url for url, label in links.items()} | {
        label: re.findall("<li>([^<]+)</li>", why) for _, label, why in shut
    }


def test_a_running_project_offers_a_report_and_a_payment(client, world):
    assert begun(client, world.editor, world.project) == {
        "Ny rapport": reverse("projects:new_report", args=[world.project.pk]),
        "Ny ansökan om utbetalning": reverse("projects:new_payment", args=[world.project.pk]),
    }


def test_a_payment_under_review_greys_the_next_one_and_says_why(client, world):
    projects.submitted_payment(world.project, by=world.signer)

    assert begun(client, world.editor, world.project) == {
        "Ny rapport": reverse("projects:new_report", args=[world.project.pk]),
        "Ny ansökan om utbetalning": ["Ansökan 1 är inte klar än. Ni kan göra en ny när den är utbetald."],
    }


def test_a_paused_project_says_that_payments_wait(client, world):
    actions.pause(world.project, by=world.handler, reason="Projektledaren har slutat.")

    shown = begun(client, world.editor, fresh(world.project))

    assert shown["Ny ansökan om utbetalning"] == [
        "Projektet har läget ”Pausat”. Utbetalning kan göras medan projektet pågår."
    ]


def test_those_who_only_read_are_offered_nothing_to_begin(client, world):
    assert begun(client, world.viewer, world.project) == {}
    assert begun(client, world.handler, world.project) == {}
