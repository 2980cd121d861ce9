"""What can be chosen is what the national lists say when a field is saved, though a call's rules are kept between requests."""

import pytest

from calls.concerned import AREA, concerned
from calls.models import Call
from grants.core.time import today
from grants.strategy.models import SocietalChallenge, StrategicArea
from tests.applications.web import send, shown
from tests.builders import applications as build
from tests.builders import base
from tests.builders.base import fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(writer):
    """Of a call that names no areas of its own, so that all of them can be chosen."""
    made = build.complete_draft(by=writer, applicant=base.region_organisation())
    made.call.areas.all().delete()
    Call.objects.filter(pk=made.call_id).update(version=made.call.version + 1)  # as the set-up does
    return fresh(made)


def choose(writer, draft, area):
    """Choose the main area as the page does."""
    return send(writer, draft, "mal", "main_area", str(area.pk), was=[str(fresh(draft).main_area_id)])


def test_an_area_that_has_come_since_can_be_chosen(writer, draft):
    choose(writer, draft, StrategicArea.objects.exclude(pk=draft.main_area_id)[0])
    new = StrategicArea.objects.create(code="nytt", label_sv="Ett nytt område", order=99)
    assert "Ett nytt område" in shown(writer, draft, "mal")[0]

    assert choose(writer, draft, new).json()["fel"] == []
    assert fresh(draft).main_area == new


def test_an_area_that_has_ended_since_is_refused(writer, draft):
    first, second = StrategicArea.objects.exclude(pk=draft.main_area_id)[:2]
    choose(writer, draft, first)
    StrategicArea.objects.filter(pk=second.pk).update(ended_on=today())

    assert choose(writer, draft, second).json()["fel"] == ["Välj det främsta strategiska området ur listan."]
    assert fresh(draft).main_area == first


def test_a_choice_is_stored_in_the_words_of_the_list_as_it_is_now(writer, draft):
    one, other = SocietalChallenge.objects.all()[:2]
    draft.call.challenges.set([one, other])
    send(writer, draft, "mal", "challenge", one.code)
    SocietalChallenge.objects.filter(pk=other.pk).update(label_sv="Nya ord")

    send(writer, draft, "mal", "challenge", other.code, was=[one.code])

    assert fresh(draft).concerns["challenge"] == [{"code": other.code, "label": "Nya ord"}]


@pytest.mark.parametrize("names_areas", [True, False])
def test_a_call_concerns_the_areas_that_it_names_or_all_that_have_not_ended(
    draft, names_areas, django_assert_num_queries
):
    call = fresh(draft.call)
    challenges = list(SocietalChallenge.objects.all()[:3])
    call.challenges.set(challenges)
    first, second, *others = StrategicArea.objects.all()
    if names_areas:
        call.areas.create(area=first)
        call.areas.create(area=second)
    StrategicArea.objects.filter(pk=second.pk).update(ended_on=today())
    call = fresh(call)
    list(call.areas.all())

    with django_assert_num_queries(2):
        found = concerned(call)
        concerned(call)

    wanted = [first] if names_areas else [first, *others]
    assert [*found[AREA].items()] == [(str(area.pk), area.label_sv) for area in wanted]
    assert [*found["challenge"].items()] == [(one.code, one.label_sv) for one in challenges]
