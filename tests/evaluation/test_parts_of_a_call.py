"""Money per theme, and lists and ranking by cut-off and theme."""

import datetime as dt
import threading

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.models import Application
from calls.models import Cutoff, Theme, YearBudget
from evaluation import actions, blockers, budget
from evaluation.enums import DecisionState
from evaluation.invariants import money_is_the_themes
from evaluation.models import Decision, DecisionYear
from grants.core.exceptions import Blocked
from grants.core.invariants import CHECKS
from grants.core.time import now
from tests.builders import applications as applying
from tests.builders import base, calls
from tests.builders import evaluation as build
from tests.builders.base import fresh


def violations():
    return [text for name, (_, run) in CHECKS.items() if name.startswith("INV-1 ") for text in run()]


def themed_call(first_sek=3_000_000, second_sek=900_000, **overrides):
    """A call of one budget year whose money is divided by two themes; the rows of the set-up pages, written at once."""
    year = now().year
    total = first_sek + second_sek
    call = calls.open_call(budget_sek=total, years=[{"year": year, "budget_sek": total}], areas=areas(), **overrides)
    call.year_budgets.all().delete()
    for order, (title, amount_sek) in enumerate((("El och mark", first_sek), ("Tillgänglighet", second_sek)), 1):
        theme = Theme.objects.create(call=call, title=title, order=order)
        YearBudget.objects.create(call=call, theme=theme, year=year, budget_sek=amount_sek)
    return call


def areas():
    return [{"area": row["area"]} for row in calls.call_data()["areas"]]


def sent(call, theme, **fields):
    region = base.region_organisation(fields.pop("county", "24"))
    signer = base.signatory(region)
    draft = applying.complete_draft(call=call, applicant=region, by=signer, at=fields.get("at"))
    data = {**applying.objectives_data(draft), "theme": theme.pk if theme else None}
    draft = applying.actions.save_objectives(draft, data, by=signer, version=draft.version)
    return applying.actions.submit(draft, by=signer, **fields)


def proposed(call, theme, **overrides):
    years = {now().year: overrides.get("amount_sek", 900_000)}
    return build.proposed_decision(application=sent(call, theme), years=years, **overrides)


@pytest.fixture
def themes(db):
    return list(themed_call().themes.all())


def used(call):
    return dict(YearBudget.objects.filter(call=call).values_list("theme__title", "used_sek"))


def test_a_decision_draws_from_the_money_of_its_theme(themes):
    first, _ = themes

    actions.decide(proposed(first.call, first), by=base.decider())

    assert used(first.call) == {"El och mark": 900_000, "Tillgänglighet": 0}
    assert violations() == []


def test_the_money_of_one_theme_does_not_pay_for_another(themes):
    _, second = themes
    first_decision, second_decision = proposed(second.call, second), proposed(second.call, second)
    actions.decide(first_decision, by=base.decider())

    with pytest.raises(Blocked) as stop:
        actions.decide(second_decision, by=base.decider())

    assert stop.value.reasons[0].startswith(
        f"Budgeten för {now().year} i temat Tillgänglighet räcker inte: 0\u00a0kr är kvar"
    )
    assert used(second.call) == {"El och mark": 0, "Tillgänglighet": 900_000}
    assert Decision.objects.filter(state="made").count() == 1


def test_money_given_back_goes_back_to_the_theme(themes):
    first, _ = themes
    made = actions.decide(proposed(first.call, first), by=base.decider())

    actions.send_back(made, by=base.decider(), reason="Fel belopp.")

    assert used(first.call) == {"El och mark": 0, "Tillgänglighet": 0}


def test_a_theme_that_changed_after_the_proposal_stops_the_decision(themes):
    first, second = themes
    decision = proposed(first.call, first)
    Application.objects.filter(pk=decision.application_id).update(theme=second)

    with pytest.raises(Blocked) as stop:
        actions.decide(fresh(decision), by=base.decider())

    assert stop.value.reasons == [
        "Pengarna är fördelade på ett annat tema än ansökans. Återför ärendet och fördela om dem."
    ]
    assert used(first.call) == {"El och mark": 0, "Tillgänglighet": 0}


def test_the_invariant_finds_money_of_another_theme(themes):
    first, second = themes
    made = actions.decide(proposed(first.call, first), by=base.decider())
    assert money_is_the_themes() == []

    Application.objects.filter(pk=made.application_id).update(theme=second)

    assert len(money_is_the_themes()) == 1


def test_the_proposal_page_shows_the_money_of_the_theme(client, themes):
    _, second = themes
    application = build.assessed_application(application=sent(second.call, second))
    client.force_login(build.review_of(application).handler)

    page = client.get(reverse("evaluation:propose", args=[application.pk])).text

    assert "900\u00a0000" in page
    assert "3\u00a0000\u00a0000" not in page


@pytest.mark.django_db
def test_a_call_that_does_not_divide_its_money_draws_from_the_common_rows():
    call = calls.open_call()
    theme = Theme.objects.create(call=call, title="Tema")
    application = build.assessed_application(application=sent(call, theme))

    decision = actions.propose(
        build.review_of(application), by=build.review_of(application).handler, **build.proposal(application)
    )
    actions.decide(decision, by=base.decider())

    assert sum(row.used_sek for row in call.year_budgets.all()) == 900_000


@pytest.mark.django_db(transaction=True)
def test_deciders_at_once_never_pass_the_money_of_a_theme():
    from tests.evaluation.test_races import at_once

    call = themed_call(second_sek=1_800_000)
    second = call.themes.last()
    proposals = [proposed(call, second) for _ in range(4)]
    deciders = [base.decider() for _ in proposals]

    results = at_once([lambda d=d, by=by: actions.decide(d, by=by) for d, by in zip(proposals, deciders, strict=True)])

    assert sorted(type(one).__name__ for one in results) == ["Blocked", "Blocked", "Decision", "Decision"]
    assert used(call) == {"El och mark": 0, "Tillgänglighet": 1_800_000}
    assert violations() == []


@pytest.mark.django_db
def test_without_the_guard_the_money_of_a_theme_is_passed(monkeypatch, themes):
    """The negative twin: the constraint of the table is what stops it then, as a fault and not as a sentence."""
    from django.db import IntegrityError, transaction

    _, second = themes
    row = YearBudget.objects.get(theme=second)

    with pytest.raises(IntegrityError), transaction.atomic():
        YearBudget.objects.filter(pk=row.pk).update(used_sek=row.budget_sek + 1)

    assert budget.draw(row.pk, row.budget_sek + 1) is False
    assert fresh(row).used_sek == 0


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_without_the_guarded_update_deciders_at_once_pass_the_money_of_a_theme(monkeypatch):
    """The negative twin of the race. On SQLite one writer is let in at a time, so the fault cannot show there."""
    from tests.evaluation.test_races import at_once

    call = themed_call(second_sek=1_800_000)
    second = call.themes.last()
    proposals = [proposed(call, second) for _ in range(4)]
    deciders = [base.decider() for _ in proposals]
    everyone_has_read = threading.Barrier(4)

    def read_then_write(year_budget_id, amount_sek):
        row = YearBudget.objects.get(pk=year_budget_id)
        everyone_has_read.wait(timeout=20)
        YearBudget.objects.filter(pk=year_budget_id).update(used_sek=row.used_sek + amount_sek)
        return row.used_sek + amount_sek <= row.budget_sek

    monkeypatch.setattr(budget, "draw", read_then_write)
    monkeypatch.setattr(blockers, "budget_left", lambda decision: [])
    results = at_once([lambda d=d, by=by: actions.decide(d, by=by) for d, by in zip(proposals, deciders, strict=True)])

    granted = DecisionYear.objects.filter(year_budget__theme=second, decision__state=DecisionState.MADE)
    assert [type(one) for one in results] == [Decision] * 4
    assert sum(row.amount_sek for row in granted) == 4 * 900_000 > 1_800_000
    assert len(violations()) == 1


# Lists and ranking ---------------------------------------------------------------------------------------------------


@pytest.fixture
def rounds(db):
    """A call of two cut-offs and two themes with one assessed application in each."""
    at = now()
    call = themed_call(opens_at=at - dt.timedelta(days=60), closes_at=at + dt.timedelta(days=30))
    first, second = call.themes.all()
    early = Cutoff.objects.create(call=call, number=1, closes_at=at - dt.timedelta(days=30))
    Cutoff.objects.create(call=call, number=2, closes_at=call.closes_at)
    sent(call, first, at=early.closes_at - dt.timedelta(days=1))
    sent(call, second, at=at, county="25")
    for application in call.applications.all():
        build.assessed_application(application=application)
    return call


def test_the_list_is_filtered_by_cut_off_and_theme(client, rounds):
    client.force_login(base.handler())
    url = reverse("evaluation:list")
    theme = rounds.themes.last()
    call = {"utlysning": rounds.code}

    page = client.get(url, call).text
    assert ('name="omgang"' in page, 'name="tema"' in page) == (True, True)
    assert 'name="omgang"' not in client.get(url).text
    assert "1 " in client.get(url, {**call, "omgang": "1"}).text
    first = client.get(url, {**call, "omgang": "1"}).text
    second = client.get(url, {**call, "tema": str(theme.pk)}).text
    assert ("Region Västerbotten" in first, "Region Norrbotten" in first) == (True, False)
    assert ("Region Västerbotten" in second, "Region Norrbotten" in second) == (False, True)


@pytest.mark.parametrize("hostile", ["\x00", "9" * 40, "-1", "x", "'"])
def test_a_filter_that_is_none_is_left_out(client, rounds, hostile):
    client.force_login(base.handler())

    for name in ("omgang", "tema"):
        for url in (reverse("evaluation:list"), reverse("evaluation:ranking", args=[rounds.code])):
            page = client.get(url, {"utlysning": rounds.code, name: hostile})
            assert (page.status_code, "Region Norrbotten" in page.text) == (200, True)


def test_the_ranking_of_a_cut_off_has_the_money_that_others_have_left(client, rounds):
    early = rounds.applications.get(cutoff__number=1)
    decision = actions.propose(
        build.review_of(early),
        by=build.review_of(early).handler,
        **build.proposal(early, years={now().year: early.applied_sek}),
    )
    actions.decide(decision, by=base.decider())
    client.force_login(base.handler())
    url = reverse("evaluation:ranking", args=[rounds.code])

    whole, first, second = (client.get(url, {"omgang": number}) for number in ("", "1", "2"))

    budgets = [page.context["budget_sek"] for page in (whole, first, second)]
    assert budgets == [3_900_000, 3_900_000, 3_000_000]
    assert [len(page.context["rows"]) for page in (whole, first, second)] == [2, 1, 1]


def test_the_ranking_of_a_theme_has_its_own_money(client, rounds):
    client.force_login(base.handler())
    url = reverse("evaluation:ranking", args=[rounds.code])

    page = client.get(url, {"tema": str(rounds.themes.last().pk)})

    assert (page.context["budget_sek"], len(page.context["rows"])) == (900_000, 1)


def test_the_pages_stay_within_the_limit(client, rounds):
    client.force_login(base.officer("handler", "assessor", "decider", "call_manager"))
    client.get(reverse("evaluation:list"))
    counted = []
    for url in (reverse("evaluation:list"), reverse("evaluation:ranking", args=[rounds.code])):
        with CaptureQueriesContext(connection) as queries:
            client.get(url, {"utlysning": rounds.code, "omgang": "1", "tema": str(rounds.themes.first().pk)})
        counted.append(len(queries))

    assert max(counted) <= 25
