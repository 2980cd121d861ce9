"""The seeded demo: reaches its stage, holds every invariant, says the same for the same seed."""

import io
import random
from collections import Counter
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from applications.models import Application
from calls.models import Call
from evaluation.models import Decision, Review
from grants.accounts.models import User
from grants.core import history, mail, time
from grants.core.invariants import violations
from grants.core.models import Event, Job, OutgoingMessage
from grants.core.quiet import quiet
from grants.demo import content, people, seed
from grants.projects.models import PaymentApplication, Project, Report

pytestmark = [pytest.mark.usefixtures("reference"), pytest.mark.django_db]


def seeded(*arguments):
    answer = io.StringIO()
    call_command("seed_demo", *arguments, stdout=answer)
    return answer.getvalue()


def states(rows):
    return Counter(rows.values_list("state", flat=True))


def seeded_call():
    return Call.objects.get(code__startswith="RPS")


def assert_whole():
    assert violations() == {}
    assert list(history.faults()) == []


def snapshot():
    """What is said and decided, without ids and times."""
    rows = Application.objects.order_by("call__title", "applicant__code", "title", "applied_sek", "created_at")
    return [
        (
            row.title,
            row.state,
            row.applicant.code,
            row.answers,
            row.applied_sek,
            row.total_cost_sek,
            row.main_objective.code if row.main_objective else "",
            row.register_number,
            [(d.outcome, d.amount_sek, d.reasons) for d in row.decisions.order_by("number")],
            [(e.name, str(e.by)) for e in Event.objects.filter(stream=row.pk).order_by("seq")],
            [str(p.reported_cost) for p in PaymentApplication.objects.filter(project__application=row)],
        )
        for row in rows
    ]


def seeded_and_undone(*arguments):
    with transaction.atomic():
        seeded(*arguments)
        told = snapshot()
        transaction.set_rollback(True)
    return told


def test_an_open_call_stands_beside_whatever_the_stage():
    seeded("--stage", "decided", "--applications", "2")

    call = Call.objects.get(state="open")
    assert call.title == "Strategisk planering i praktiken"
    assert call.is_open(time.now())
    assert call.budget_sek == 24_000_000
    assert len(call.years) == 3
    assert Call.objects.filter(code__in=["TSP2018", "SRP2020"]).count() == 2


def test_stage_open_leaves_drafts_and_received_applications_in_the_open_call():
    seeded("--stage", "open", "--applications", "12")

    assert set(Application.objects.values_list("call__state", flat=True)) == {"open"}
    assert states(Application.objects.filter(supplement=None)) == {
        "draft": 6,
        "submitted": 3,
        "in_review": 2,
        "supplement_requested": 1,
    }
    assert not Call.objects.filter(code__startswith="RPS").exists()
    assert_whole()


def test_stage_review_leaves_cases_on_every_place_of_the_desk():
    seeded("--stage", "review", "--applications", "12")

    reviews = states(Review.objects.filter(application__call=seeded_call()))
    assert set(reviews) == {"formal_check", "assessing", "proposed"}
    waiting = Application.objects.filter(call=seeded_call(), state="supplement_requested")
    assert waiting.count() == 1
    assert states(Decision.objects) == {"proposed": reviews["proposed"]}
    assert not Project.objects.exists()
    assert_whole()


def test_stage_decided_has_dispatched_every_decision():
    seeded("--stage", "decided", "--applications", "12")

    assert states(Review.objects.filter(application__call=seeded_call())) == {"decided": 12}
    assert states(Decision.objects) == {"dispatched": 12}
    outcomes = set(Decision.objects.values_list("outcome", flat=True))
    assert outcomes == {"granted", "partly_granted", "rejected", "dismissed", "closed_without_trial"}
    assert Project.objects.count() == Decision.objects.filter(outcome__in=["granted", "partly_granted"]).count()
    assert states(Project.objects) == {"starting": Project.objects.count()}
    assert_whole()


def test_stage_running_has_projects_that_report_are_paid_and_close():
    seeded("--stage", "running", "--applications", "24")

    assert {"running", "closed"} <= set(states(Project.objects))
    assert {"submitted", "decided"} <= set(states(Report.objects))
    assert {"submitted", "paid"} <= set(states(PaymentApplication.objects))
    assert any(project.paid_sek for project in Project.objects.all())
    assert Decision.objects.filter(kind="support", state="proposed").count() == 1
    assert_whole()


def test_history_lies_in_the_past_and_in_order():
    seeded("--stage", "running", "--applications", "12")

    events = list(Event.objects.order_by("stream", "seq").values_list("stream", "at"))
    assert max(at for _, at in events) <= time.now()
    for (stream, at), (following, later) in pairwise(events):
        assert stream != following or at <= later


def test_the_same_seed_gives_the_same_data_and_another_seed_gives_other():
    first = seeded_and_undone("--stage", "running", "--applications", "6", "--seed", "5")
    again = seeded_and_undone("--stage", "running", "--applications", "6", "--seed", "5")
    other = seeded_and_undone("--stage", "running", "--applications", "6", "--seed", "6")

    assert again == first
    assert other != first


def test_plans_are_complete_and_realistic():
    people.ensure_people()
    start_on = time.today().replace(day=1)

    for plan in content.plans(content.Library(), 200, random.Random(3), start_on):
        assert len(plan.title) <= content.TITLE_LENGTH
        assert 400_000 <= plan.applied_sek <= 2_000_000
        assert 2 * plan.applied_sek <= plan.total_sek
        assert sum(row["amount_sek"] for row in plan.financing) + plan.applied_sek == plan.total_sek
        assert all(amount >= 0 for amount in plan.costs.values())
        assert plan.main_objective.rus.region_id == plan.applicant.region_id
        assert all("{" not in text for text in plan.answers.values())


def test_seeding_writes_no_mail_and_no_jobs():
    seeded("--stage", "decided", "--applications", "2")

    assert OutgoingMessage.objects.count() == 0
    assert Job.objects.count() == 0


def test_a_second_seeding_is_refused_and_changes_nothing():
    seeded("--stage", "open", "--applications", "2")
    before = Application.objects.count()

    with pytest.raises(CommandError, match="holds demo data already"):
        seeded("--stage", "open")

    assert Application.objects.count() == before


def test_a_second_seeding_if_empty_says_so_without_an_error():
    seeded("--stage", "open", "--applications", "2")
    before = Application.objects.count()

    said = seeded("--if-empty")

    assert said.startswith("The database holds demo data already")
    assert Application.objects.count() == before


def test_seeding_is_refused_outside_demo_databases(settings):
    settings.DEMO = False

    with pytest.raises(CommandError, match="Only a demo database"):
        seeded()

    assert User.objects.count() == 0


@pytest.mark.parametrize("number", ["0", "-1", "100001"])
def test_numbers_of_applications_have_limits(number):
    with pytest.raises(CommandError, match="from 1 to 100000"):
        seeded("--applications", number)


def test_the_clock_is_pretended_in_the_block_only():
    then = time.local_instant(time.parse_day("2026-03-02"), time.parse_clock("10.00"))

    with time.pretend(then):
        inside = (time.now(), time.today())

    assert inside == (then, time.parse_day("2026-03-02"))
    assert time.now() != then


def test_the_clock_and_the_silence_are_for_demo_databases_only(settings):
    settings.DEMO = False

    with pytest.raises(RuntimeError, match="demo databases only"):
        with time.pretend(time.now()):
            pass
    with pytest.raises(RuntimeError, match="demo database"):
        with quiet():
            pass


def test_mail_is_left_out_in_silence_only():
    with quiet():
        mail.queue("applications/test", to=["a@example.se"])

    assert OutgoingMessage.objects.count() == 0


def test_a_batch_that_is_refused_leaves_nothing_of_it_behind(monkeypatch):
    def refuse(tale):
        raise RuntimeError("refused")

    monkeypatch.setattr(seed.story, "send", refuse)

    with pytest.raises(RuntimeError, match="refused"), transaction.atomic():
        seeded("--stage", "decided", "--applications", "2")

    assert Application.objects.count() == 0
