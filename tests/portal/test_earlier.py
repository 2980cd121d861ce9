"""Earlier projects on "Beslut och resultat": facts with a source, never mixed with this service's own decisions."""

import pytest
from django.urls import reverse

from grants.portal import earlier

pytestmark = pytest.mark.django_db


def test_the_planning_projects_are_read_and_nothing_unknown_is_filled_in():
    read = earlier.projects()

    assert [row.call for row in read] == [earlier.PILOTS_CALL] + [earlier.PLANNING_CALL] * 7
    assert (read[0].beneficiary, read[0].granted_sek, read[0].total_sek) == ("Region Västerbotten", 649_311, 1_446_392)
    assert {(row.title, row.granted_sek) for row in read[1:]} == {("", None)}
    assert all(row.source_url.startswith("https://tillvaxtverket.se/") for row in read)


def test_the_page_shows_them_apart_with_their_source_and_outside_the_sum(client):
    answer = client.get(reverse("portal:results"))

    page = answer.content.decode()
    own, _, before = page.partition('id="tidigare-h"')
    assert "649\u00a0311" in before and "649\u00a0311" not in own
    assert before.count("Titeln är inte känd") == 7
    assert earlier.projects()[0].source_url in before
    assert (answer.context["count"], answer.context["total_sek"]) == (0, 0)
