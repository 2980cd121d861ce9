"""What may change once a call is published: each change an event with before and after, nothing taken back from anyone."""

import datetime as dt

import pytest

from applications.models import Application
from calls import actions
from calls.enums import State
from calls.notices import receivers_of_drafts
from calls.parts import PARTS
from grants.core.exceptions import Blocked
from grants.core.models import OutgoingMessage
from grants.core.time import format_instant, now
from tests.builders.applications import draft_application, submitted_application
from tests.builders.base import fresh
from tests.builders.calls import closed_call, draft_call, open_call, published_call, save, settled_call
from tests.builders.evaluation import made_decision
from tests.builders.setup_pages import as_shown, fill, filled, page_of

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.mark.parametrize("build", [published_call, open_call, closed_call])
def test_a_text_changes_with_before_and_after_in_the_event_and_no_application_is_touched(client, manager, build):
    call = build(manager=manager)
    before = call.contact

    filled(client, call, "wording", contact="Ring oss.")

    event = fresh(call).events.last()
    assert (fresh(call).contact, event.name, event.by) == ("Ring oss.", "saved", manager)
    assert (event.facts["before"], event.facts["after"]) == ({"contact": before}, {"contact": "Ring oss."})


def test_applications_that_are_in_keep_every_value(client, manager):
    application = submitted_application()
    call = application.call
    rows_before = list(Application.objects.filter(pk=application.pk).values())

    save(call, pitch="Ny text.", by=manager)
    save(call, closes_at=call.closes_at + dt.timedelta(days=7), by=manager)

    assert list(Application.objects.filter(pk=application.pk).values()) == rows_before


def test_those_with_a_draft_are_told_what_changed_and_others_are_not(manager):
    draft = draft_application()
    submitted_application(call=draft.call)
    OutgoingMessage.objects.all().delete()

    save(draft.call, contact="Ring oss.", by=manager)

    told = list(OutgoingMessage.objects.values_list("to", flat=True))
    assert draft.contact_email in told
    assert len(told) == len(receivers_of_drafts(draft.call))
    assert "Ändrat: kontakt." in OutgoingMessage.objects.first().body


def test_a_change_of_several_values_is_told_in_one_fluent_line(manager):
    call = draft_application().call
    years = [{"year": year, "budget_sek": 13_000_000} for year in call.years]

    save(call, budget_sek=26_000_000, years=years, by=manager)

    assert call.events.last().reason == "Pengar: budget och budget per år."
    assert "Ändrat: budget och budget per år." in OutgoingMessage.objects.last().body


def test_the_first_page_extends_the_deadline_as_the_extension_page_does(manager):
    """One event by one name, told alike, whichever page moved it."""
    draft = draft_application()
    call, before = fresh(draft.call), draft.call.closes_at
    OutgoingMessage.objects.all().delete()
    later = before.replace(second=0, microsecond=0) + dt.timedelta(days=7)

    save(call, closes_at=later, by=manager)
    longest = later + dt.timedelta(days=7)
    save(fresh(call), closes_at=longest, assignment_number="A 7", by=manager)
    longer = actions.extend_closing(fresh(call), longest + HOUR, by=manager, version=fresh(call).version)

    events = [(event.name, event.facts) for event in call.events if event.name in ("saved", "extended")]
    assert [(name, sorted(facts)) for name, facts in events] == [
        ("extended", ["closes_at", "closes_at_before"]),
        ("extended", ["closes_at", "closes_at_before"]),
        ("saved", ["after", "before", "changed", "part"]),
        ("extended", ["closes_at", "closes_at_before"]),
    ]
    assert events[2][1]["changed"] == ["assignment_number"]
    body = " ".join(OutgoingMessage.objects.get(to=draft.contact_email).body.split())
    moves = [(before, later), (later, longest), (longest, longer.closes_at)]
    sentences = [f"Ansökningstiden är förlängd. Från {format_instant(a)} till {format_instant(b)}." for a, b in moves]
    told = [" ".join(sentence.split()) for sentence in sentences]
    assert [body.count(one) for one in told] == [1, 1, 1]
    assert body.count("Ändrat: ") == 1


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.key)
def test_only_what_may_change_is_open_on_the_page(client, manager, part):
    call = published_call(manager=manager)

    posted = as_shown(client, page_of(call, part.key))
    names = {name.removesuffix("-antal").partition("-")[0] for name in posted} - {"version"}

    assert names <= part.open | part.coming
    assert (names != set()) == bool(part.open)


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Ny rubrik"},
        {"largest_share_percent": 10},
        {"criteria": [{"title": "Nytt", "weight_percent": 100}]},
        {"themes": [{"level": "theme", "title": "Nytt"}]},
        {"joint_rule": "alone"},
    ],
)
@pytest.mark.parametrize("build", [published_call, open_call, closed_call, settled_call])
def test_rules_stand_fast_after_publishing(manager, build, changes):
    call = build(manager=manager)

    with pytest.raises(Blocked) as stop:
        save(call, **changes, by=manager)

    assert stop.value.reasons == ["Utlysningen är publicerad. Det här står fast nu."]
    assert "saved" not in [event.name for event in fresh(call).events]


def test_a_settled_call_changes_no_more(manager):
    call = settled_call(manager=manager)

    with pytest.raises(Blocked):
        save(call, contact="Ring oss.", by=manager)

    assert fresh(call).contact == call.contact


def test_a_text_that_is_needed_is_not_emptied(client, manager):
    call = published_call(manager=manager)

    response = fill(client, call, "wording", contact="")

    assert response.status_code == 422
    assert response.context["setup"].form.errors["contact"] == ["Skriv vem man kan fråga om utlysningen."]
    assert fresh(call).contact == call.contact


def test_the_money_is_raised_with_its_year(client, manager):
    call = open_call(manager=manager)
    first, second = call.year_budgets.all()

    filled(client, call, "money", budget_sek="25 000 000", years__0__budget_sek="15 000 000")

    assert [row.budget_sek for row in call.year_budgets.all()] == [15_000_000, 10_000_000]
    assert fresh(call).budget_sek == 25_000_000
    assert {row.pk for row in call.year_budgets.all()} == {first.pk, second.pk}


def test_money_that_no_longer_adds_up_is_refused(client, manager):
    call = open_call(manager=manager)

    response = fill(client, call, "money", budget_sek="25 000 000")

    assert response.status_code == 422
    assert fresh(call).budget_sek == 24_000_000
    assert "saved" not in [event.name for event in call.events]


def test_a_budget_is_never_lowered_below_what_is_granted(client, manager):
    decision = made_decision()
    call = decision.application.call
    row = call.year_budgets.filter(used_sek__gt=0).first()
    index = list(call.year_budgets.all()).index(row)
    assert row.used_sek > 0
    lowered = call.budget_sek - row.budget_sek + row.used_sek - 1

    response = fill(
        client, call, "money", **{f"years-{index}-budget_sek": str(row.used_sek - 1)}, budget_sek=str(lowered)
    )

    assert response.status_code == 422
    (text,) = response.context["setup"].groups["years"].forms[index].errors["budget_sek"]
    assert f"är redan beviljat för {row.year}. Skriv minst det beloppet." in text
    assert fresh(row).budget_sek == row.budget_sek


def test_the_database_refuses_a_budget_below_what_is_granted_when_the_rule_is_gone(manager, monkeypatch):
    """The negative twin: without the rule the constraint still holds, and says so in words."""
    decision = made_decision()
    call = decision.application.call
    monkeypatch.setattr(actions.setup, "refuse_change", lambda *args: None)
    budgets = list(call.year_budgets.values_list("budget_sek", flat=True))
    years = [
        {"year": row.year, "theme": None, "budget_sek": max(1, row.used_sek - 1)} for row in call.year_budgets.all()
    ]

    with pytest.raises(Blocked) as stop:
        save(call, years=years, budget_sek=sum(row["budget_sek"] for row in years), by=manager)

    assert stop.value.reasons == ["Ett års budget är lägre än det som redan är beviljat. Höj den och spara igen."]
    assert list(call.year_budgets.values_list("budget_sek", flat=True)) == budgets


def test_a_year_with_granted_money_is_not_taken_away(manager):
    decision = made_decision()
    call = decision.application.call

    with pytest.raises(Blocked) as stop:
        save(call, years=[{"year": 2099, "theme": None, "budget_sek": call.budget_sek}], by=manager)

    assert "Låt året stå kvar." in stop.value.reasons[0]
    assert call.year_budgets.filter(used_sek__gt=0).exists()


@pytest.mark.parametrize("days", [-1, -400])
def test_the_deadline_never_moves_backwards(client, manager, days):
    call = open_call(manager=manager)

    with pytest.raises(Blocked) as stop:
        save(call, closes_at=call.closes_at + dt.timedelta(days=days), by=manager)

    assert [reason.where for reason in stop.value.reasons] == ["closes_at"]
    assert fresh(call).closes_at == call.closes_at


def with_cutoffs(manager):
    minute = now().replace(second=0, microsecond=0)
    ends = [minute + dt.timedelta(days=days) for days in (10, 20, 30)]
    return open_call(manager=manager, closes_at=ends[-1], cutoffs=[{"closes_at": end} for end in ends]), ends


def test_cut_offs_move_later_and_take_the_closing_with_them(manager):
    call, ends = with_cutoffs(manager)
    later = [ends[0], ends[1] + dt.timedelta(days=12), ends[2] + dt.timedelta(days=9)]
    places = list(call.cutoffs.values_list("pk", flat=True))

    save(call, cutoffs=[{"closes_at": end} for end in later], closes_at=later[-1], by=manager)

    assert [row.closes_at for row in call.cutoffs.all()] == later
    assert list(call.cutoffs.values_list("pk", flat=True)) == places
    assert fresh(call).closes_at == later[-1]


@pytest.mark.parametrize(
    ("moved", "where"),
    [
        (lambda ends: [ends[0] - dt.timedelta(days=1), *ends[1:]], "cutoffs:0:closes_at"),
        (lambda ends: ends[1:], "cutoffs"),
    ],
)
def test_a_cut_off_is_neither_moved_back_nor_taken_away(manager, moved, where):
    call, ends = with_cutoffs(manager)

    with pytest.raises(Blocked) as stop:
        save(call, cutoffs=[{"closes_at": end} for end in moved(ends)], by=manager)

    assert where in [reason.where for reason in stop.value.reasons]
    assert [row.closes_at for row in call.cutoffs.all()] == ends


def test_a_cut_off_that_has_passed_stands(manager):
    call, ends = with_cutoffs(manager)
    later = [ends[0] + dt.timedelta(days=1), *ends[1:]]

    with pytest.raises(Blocked) as stop:
        save(call, cutoffs=[{"closes_at": end} for end in later], by=manager, at=ends[0])

    assert stop.value.reasons == ["Datumet har passerat och går inte att ändra."]
    assert call.state == State.OPEN


def test_everyone_reads_what_stood_there_before_and_after_and_only_the_authority_who_changed_it(client, manager):
    draft = draft_application()
    call, before = draft.call, draft.call.contact
    OutgoingMessage.objects.all().delete()

    save(call, contact="Ring oss <b>nu</b>.", by=manager)
    save(fresh(call), closes_at=call.closes_at + dt.timedelta(days=7), by=manager)

    desk = client.get(call.get_desk_url()).text
    client.logout()
    page = client.get(call.get_absolute_url()).text
    public = page[page.index('<section id="andringar">') :].partition("</section>")[0]
    for text in (desk, public):
        assert before in text and "Ring oss &lt;b&gt;nu&lt;/b&gt;." in text
    assert public.count("<h3>") == 2
    assert f"Från {format_instant(call.closes_at)} till" in public
    assert (manager.name in desk, manager.name in public) == (True, False)
    assert f"{call.get_absolute_url()}#andringar" in OutgoingMessage.objects.first().body


def test_what_changed_in_the_draft_is_nobodys(client, manager):
    call = draft_call(manager=manager)
    save(call, contact="Ring oss.", by=manager)
    actions.publish(fresh(call), by=manager)

    assert 'id="andringar"' not in client.get(call.get_absolute_url()).text
