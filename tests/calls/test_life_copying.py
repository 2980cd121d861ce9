"""Copying a call: all that was set up with dates a year on, and nothing of what happened in it."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from calls import actions
from calls.actions import copying
from calls.enums import ConsultedBody, DecisionKind, QuestionKind, State
from calls.models import (
    ApplicantKind,
    Call,
    Consultation,
    CriterionLevel,
    Cutoff,
    FlatRate,
    FormVersion,
    Invitation,
    PublicAnswer,
    Question,
    QuestionSection,
    RequiredAttachment,
    TextTemplate,
    Theme,
    YearBudget,
)
from grants.accounts.enums import Role
from grants.core.exceptions import Blocked
from grants.core.models import Event
from grants.core.time import STOCKHOLM, now
from grants.strategy.models import SocietalChallenge
from tests.builders import applications as build
from tests.builders import base, calls

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return base.call_manager()


@pytest.fixture
def full(manager):
    """A closed call with something in every list."""
    rules = calls.appeals(DecisionKind.SUPPORT)
    call = calls.closed_call(manager=manager, code="plan-2027", decision_rules=rules)
    region = base.region_organisation()
    call.counties.add(region.region)
    call.challenges.add(SocietalChallenge.objects.first())
    ApplicantKind.objects.create(call=call, kind="region")
    Invitation.objects.create(call=call, organisation=region, amount_sek=5)
    Cutoff.objects.create(call=call, number=1, closes_at=call.closes_at)
    RequiredAttachment.objects.create(call=call, code="intyg", title="Intyg")
    track = Theme.objects.create(call=call, title="Spår", order=1)
    theme = Theme.objects.create(call=call, title="Tema", track=track, order=2)
    YearBudget.objects.create(call=call, theme=theme, year=2027, budget_sek=9, used_sek=4)
    CriterionLevel.objects.create(criterion=call.criteria.first(), points=5, meaning="Utmärkt")
    Consultation.objects.create(call=call, body=ConsultedBody.BOVERKET)
    for number, frozen in ((2, now()), (3, None)):
        form = FormVersion.objects.create(call=call, number=number)
        section = QuestionSection.objects.create(form=form, code="a", title=f"Del {number}")
        Question.objects.create(form=form, section=section, code="q", label=f"Fråga {number}", kind=QuestionKind.TEXT)
        FormVersion.objects.filter(pk=form.pk).update(frozen_at=frozen)
    for version in (1, 2):
        TextTemplate.objects.create(
            call=call, purpose="grunder", version=version, body=f"Text {version}", created_by=manager, created_at=now()
        )
    PublicAnswer.objects.create(call=call, question="F", answer="S", created_by=manager)
    actions.reopen_for(call, region, reason="Fel.", ends_at=now() + dt.timedelta(days=1), by=manager)
    build.draft_application(call=call, applicant=region)
    return call


def copy(call, manager, **given):
    return actions.copy_call(call, code=given.pop("code", "plan-2028"), by=manager, **given)


def test_every_list_of_a_call_is_copied_or_left_on_purpose():
    names = {relation.get_accessor_name() for relation in Call._meta.related_objects if not relation.hidden}

    assert names == {*copying.PLAIN, *copying.LINKED, *copying.LEFT}


def test_the_copy_is_a_draft_that_knows_where_it_comes_from(full, manager):
    made = copy(full, manager)

    assert (made.state, made.copied_from, made.authority, made.title) == (State.DRAFT, full, full.authority, full.title)
    assert made.events.get().label == "Utlysningen kopierades från Strategisk planering i praktiken (plan-2027)"
    assert [list(getattr(made, name).all()) for name in ("counties", "challenges")] == [
        list(getattr(full, name).all()) for name in ("counties", "challenges")
    ]


def test_all_that_was_set_up_comes_along(full, manager):
    made = copy(full, manager)

    counts = {name: getattr(made, name).count() for name in (*copying.PLAIN, *copying.LINKED)}
    assert counts == {
        **{name: getattr(full, name).count() for name in (*copying.PLAIN, *copying.LINKED)},
        "form_versions": 1,
        "text_templates": 1,
    }
    rate = FlatRate.objects.get(cost_type__call=made)
    assert [row.call for row in rate.basis.all()] == [made]
    assert made.themes.get(title="Tema").track == made.themes.get(title="Spår")
    assert made.year_budgets.get(theme__isnull=False).theme == made.themes.get(title="Tema")
    assert [level.meaning for level in made.criteria.first().levels.all()] == ["Utmärkt"]
    form = made.form_versions.get()
    assert (form.number, form.frozen_at, form.questions.get().label) == (1, None, "Fråga 2")
    assert form.questions.get().section == form.sections.get()
    assert [(row.version, row.body) for row in made.text_templates.all()] == [(1, "Text 2")]
    assert [row.kind for row in made.decision_rules.filter(is_appealable=True)] == ["support"]


def test_nothing_of_what_happened_comes_along(full, manager):
    made = copy(full, manager)

    assert {name: getattr(made, name).count() for name in copying.LEFT} == dict.fromkeys(copying.LEFT, 0)
    assert {row.used_sek for row in made.year_budgets.all()} == {0}
    assert full.applications.count() == 1
    assert full.year_budgets.get(theme__isnull=False).used_sek == 4


def test_invitations_come_along_when_asked_for(full, manager):
    made = copy(full, manager, with_invitations=True)

    assert [(row.organisation, row.amount_sek) for row in made.invitations.all()] == [(base.region_organisation(), 5)]


def test_days_instants_and_budget_years_are_a_year_on(full, manager):
    made = copy(full, manager)

    assert made.earliest_start_on == full.earliest_start_on.replace(year=full.earliest_start_on.year + 1)
    assert made.closes_at.astimezone(STOCKHOLM).replace(year=full.closes_at.year) == full.closes_at.astimezone(
        STOCKHOLM
    )
    assert made.years == [year + 1 for year in full.years]
    assert made.cutoffs.get().closes_at == made.closes_at


@pytest.mark.parametrize(
    ("title", "moved"),
    [
        ("Planering {year}", "Planering {next}"),
        ("Planering mot 2090", "Planering mot 2090"),
        ("Planering {year} och framåt", "Planering {year} och framåt"),
        ("{year}", "{next}"),
    ],
)
def test_a_title_that_ends_with_the_calls_own_year_is_a_year_on(manager, title, moved):
    call = calls.closed_call(manager=manager, title=title.format(year=now().year))

    made = copy(call, manager)

    assert made.title == moved.format(year=now().year, next=now().year + 1)


@pytest.mark.parametrize(
    ("value", "moved"),
    [
        (dt.date(2028, 2, 29), dt.date(2029, 2, 28)),
        (dt.datetime(2027, 3, 27, 2, 30, tzinfo=STOCKHOLM), dt.datetime(2028, 3, 27, 2, 30, tzinfo=STOCKHOLM)),
        (dt.datetime(2026, 3, 28, 2, 30, tzinfo=STOCKHOLM), None),
        (7, 7),
        (None, None),
    ],
)
def test_a_year_on_is_the_same_clock_or_nothing_where_there_is_none(value, moved):
    assert copying.a_year_on(value) == moved


@pytest.mark.parametrize(
    "code", ["", "plan 2028", "Å", "a" * 41, "plan-2027", "PLAN-2027", "hantera", "Program", "-", "\x00", "a\u202eb/c"]
)
def test_a_code_that_is_none_or_taken_is_refused_at_the_field(full, manager, code):
    before = (Call.objects.count(), Event.objects.count())

    with pytest.raises(Blocked) as stop:
        copy(full, manager, code=code)

    assert [reason.where for reason in stop.value.reasons] == ["code"]
    assert (Call.objects.count(), Event.objects.count()) == before


def test_the_code_keeps_its_capitals_and_the_suggestion_too(client, full, manager):
    made = copy(full, manager, code="SPP2027")

    client.force_login(manager)
    assert made.code == "SPP2027"
    assert 'value="SPP2028"' in client.get(reverse("calls:copy", args=[made.code])).text


def test_only_call_managers_of_the_authority_copy(full):
    elsewhere = base.officer(Role.CALL_MANAGER, at=base.authority(code="annan", name="Annan"))

    for user in (base.handler(), base.member(), elsewhere):
        with pytest.raises(PermissionDenied):
            copy(full, user)

    assert Call.objects.count() == 1


def test_the_page_says_under_its_own_heading_what_does_not_come_along(client, manager):
    call = calls.closed_call(manager=manager, title=f"Planering {now().year}")
    client.force_login(manager)

    page = client.get(reverse("calls:copy", args=[call.code])).text
    comes, _, left = page.partition("Det här följer inte med</h2>")

    assert ("Ansökningar" in comes.partition("<h2>Det här följer med</h2>")[2], "Ansökningar" in left) == (False, True)
    assert f"”Planering {now().year + 1}”" in comes


def test_the_page_suggests_a_code_and_leads_to_the_copy(client, full, manager):
    client.force_login(manager)
    url = reverse("calls:copy", args=[full.code])
    assert url in client.get(full.get_desk_url()).text

    page = client.get(url)
    assert 'value="plan-2028"' in page.text
    assert client.post(url, {"code": "plan 2028"}).status_code == 422
    assert client.post(url, {}).status_code == 422
    done = client.post(url, {"code": "plan-2028", "with_invitations": "on"})

    made = Call.objects.get(code="plan-2028")
    assert (done.status_code, done.url, made.invitations.count()) == (302, made.get_desk_url(), 1)
    said = client.get(done.url).text
    assert (
        f"Utlysningen är kopierad till ett utkast. Läs igenom rubriken, som är ”{made.title}”, och datumen, som är "
        "flyttade ett år."
    ) in said
    client.force_login(base.handler())
    assert client.get(url).status_code == 403
