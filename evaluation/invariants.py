"""What must hold in every committed row of evaluation (TRUST section 2)."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Coalesce

from calls.models import YearBudget
from evaluation.enums import IN_FORCE, DecisionKind, DecisionState, OpinionState, ReviewState
from evaluation.models import Assessment, Decision, DecisionYear, Opinion, Review
from evaluation.workflow import DecisionWorkflow, OpinionWorkflow, ReviewWorkflow
from grants.core.invariants import invariant


@invariant("INV-1", "A budget year's used amount is the sum of the decisions in force, and never above its budget")
def budgets_hold() -> list[str]:
    used = Coalesce(Sum("decision_years__amount_sek", filter=Q(decision_years__decision__state__in=IN_FORCE)), 0)
    rows = YearBudget.objects.annotate(granted=used).filter(~Q(used_sek=F("granted")) | Q(used_sek__gt=F("budget_sek")))
    return [
        f"{row.call_id} {row.year}: used {row.used_sek}, granted {row.granted}, budget {row.budget_sek}"  # type: ignore[attr-defined]
        for row in rows
    ]


@invariant("INV-1", "The years of a decision in force sum to its amount")
def years_sum_to_amount() -> list[str]:
    split = Coalesce(Sum("years__amount_sek"), 0)
    rows = Decision.objects.of_applications().in_force().annotate(split=split).exclude(split=F("amount_sek"))
    return [f"decision {row.pk}: {row.amount_sek} split as {row.split}" for row in rows]  # type: ignore[attr-defined]


@invariant("INV-1", "A decision draws from the money of its application's theme where the call divides it by theme")
def money_is_the_themes() -> list[str]:
    drawn = DecisionYear.objects.filter(decision__state__in=IN_FORCE, year_budget__theme__isnull=False)
    rows = drawn.exclude(year_budget__theme=F("decision__application__theme"))
    return [f"decision {row.decision_id}: draws from another theme than its application's" for row in rows]


@invariant("INV-7", "The decider of a decision neither presented nor assessed the case")
def two_persons() -> list[str]:
    assessed = Assessment.objects.filter(review__application=OuterRef("application"), assessor=OuterRef("decider"))
    rows = Decision.objects.filter(Q(Exists(assessed)) | Q(decider=F("rapporteur")), decider__isnull=False)
    return [f"decision {row.pk} was decided by one who assessed or presented the case" for row in rows]


@invariant(
    "INV-7", "Where the call asks for two persons, support is proposed on a formal check that a second one confirmed"
)
def two_persons_checked() -> list[str]:
    rows = Decision.objects.filter(
        kind=DecisionKind.SUPPORT,
        application__call__needs_second_check=True,
        application__review__confirmed_by__isnull=True,
    ).exclude(state=DecisionState.PREPARING)
    return [f"decision {row.pk} rests on a check by one person" for row in rows]


@invariant(
    "INV-13",
    "Support is decided only when every body to consult has answered or been waived, and the applicant been told",
)
def consulted_before_support() -> list[str]:
    left = Opinion.objects.unsettled().filter(review__application=OuterRef("application"))
    rows = Decision.objects.in_force().filter(Exists(left), kind=DecisionKind.SUPPORT)
    return [f"decision {row.pk} was made before everybody had been consulted" for row in rows]


@invariant("INV-13", "Reviews and decisions of one application are in states that go together")
def states_go_together() -> list[str]:
    made = Decision.objects.of_applications().filter(application=OuterRef("application"))
    no_decision = Review.objects.filter(state=ReviewState.DECIDED).filter(~Exists(made.filter(state__in=IN_FORCE)))
    no_proposal = Review.objects.filter(state=ReviewState.PROPOSED).filter(
        ~Exists(made.filter(state=DecisionState.PROPOSED))
    )
    undecided = Review.objects.exclude(state=ReviewState.DECIDED).filter(Exists(made.filter(state__in=IN_FORCE)))
    return [
        *(f"review {pk} is decided without a decision" for pk in no_decision.values_list("pk", flat=True)),
        *(f"review {pk} is proposed without a proposal" for pk in no_proposal.values_list("pk", flat=True)),
        *(f"review {pk} is open although its decision is made" for pk in undecided.values_list("pk", flat=True)),
    ]


@invariant(
    "INV-13",
    "Every declared step has a label, starts and ends in declared states, and no state is a dead end by accident",
)
def graph_is_legal() -> list[str]:
    said = []
    terminal: dict[Any, set[str]] = {
        ReviewWorkflow: {ReviewState.DECIDED},
        OpinionWorkflow: {OpinionState.ANSWERED, OpinionState.WAIVED},
        DecisionWorkflow: {DecisionState.FINAL},
    }
    machines = ((ReviewWorkflow, ReviewState), (OpinionWorkflow, OpinionState), (DecisionWorkflow, DecisionState))
    for machine, states in machines:
        steps = machine.steps().values()
        for step in steps:
            if not step.label or {*step.sources, step.target} - set(states.values):
                said.append(f"{machine.__name__}.{step.name} is not well declared")
        left = {source for step in steps for source in step.sources}
        said += [f"{machine.__name__}: no way out of {s}" for s in set(states.values) - left - terminal[machine]]
    return said
