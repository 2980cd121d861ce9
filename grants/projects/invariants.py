"""What must hold for projects and payments on the database at hand (TRUST INV-7, INV-8, INV-14, INV-16)."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.db.models import F, Q

from evaluation.enums import GRANTING, DecisionKind, DecisionState
from evaluation.models import Decision
from grants.core.invariants import invariant
from grants.core.money import round_sek
from grants.projects.calculation import funding
from grants.projects.enums import PaymentState
from grants.projects.models import PaymentApplication, Project, ReportedCost


@invariant(
    "INV-8", "What a project has been paid is the sum of its paid applications, and never above what was granted"
)
def paid_is_the_sum_of_payments() -> list[str]:
    paid: dict[Any, int] = defaultdict(int)
    rows = PaymentApplication.objects.filter(state=PaymentState.PAID).values_list("project_id", "payable_sek")
    for project_id, amount in rows.iterator():
        paid[project_id] += amount or 0
    found = []
    for pk, stored, granted in Project.objects.values_list("pk", "paid_sek", "granted_sek").iterator():
        if stored != paid[pk]:
            found.append(f"project {pk} says {stored} paid, its payments sum to {paid[pk]}")
        if paid[pk] > granted:
            found.append(f"project {pk} has been paid {paid[pk]} of {granted}")
    return found


@invariant("INV-8", "Paid and decided amounts stay within the funding share of all approved costs, rounded once")
def paid_within_the_share() -> list[str]:
    sums: dict[Any, list[Any]] = defaultdict(lambda: [Decimal(0), 0])
    counted = PaymentApplication.objects.counted().values_list("project_id", "approved_cost", "payable_sek")
    for project_id, approved, amount in counted.iterator():
        sums[project_id][0] += approved
        sums[project_id][1] += amount
    found = []
    for pk, granted, basis in Project.objects.values_list("pk", "granted_sek", "basis_cost_sek").iterator():
        approved, amount = sums[pk]
        if amount > min(granted, round_sek(funding(approved, granted, basis))):
            found.append(f"project {pk}: {amount} for approved costs of {approved}, share {granted}/{basis}")
    return found


@invariant("INV-8", "Nothing is paid before its decision is dispatched, and for the amount decided")
def paid_by_a_dispatched_decision() -> list[str]:
    counted = PaymentApplication.objects.counted()
    wrong = counted.exclude(
        decision__state__in=(DecisionState.DISPATCHED, DecisionState.FINAL),
        decision__kind=DecisionKind.PAYMENT,
        decision__amount_sek=F("payable_sek"),
    )
    return [
        f"payment application {pk} has no dispatched decision of its amount"
        for pk in wrong.values_list("pk", flat=True)
    ]


@invariant("INV-13", "A payment application and its decision are in states that go together")
def payments_go_with_their_decisions() -> list[str]:
    together = {
        PaymentState.SUBMITTED: (DecisionState.PREPARING,),
        PaymentState.SUPPLEMENT_REQUESTED: (DecisionState.PREPARING,),
        PaymentState.CHECKED: (DecisionState.PROPOSED, DecisionState.MADE),
        PaymentState.DECIDED: (DecisionState.DISPATCHED, DecisionState.FINAL),
        PaymentState.PAID: (DecisionState.DISPATCHED, DecisionState.FINAL),
    }
    right = Q(decision__isnull=True)
    for state, decisions in together.items():
        right |= Q(state=state, decision__state__in=decisions)
    rows = PaymentApplication.objects.exclude(right).values_list("pk", "state", "decision__state")
    return [f"payment application {pk} is {state} while its decision is {decision}" for pk, state, decision in rows]


@invariant("INV-7", "Who sends in, who checks, who decides and who pays a payment application are different people")
def payments_have_their_persons() -> list[str]:
    same = (
        Q(decided_by=F("checked_by"))
        | Q(paid_by=F("checked_by"))
        | Q(paid_by=F("decided_by"))
        | Q(checked_by=F("submitted_by"))
        | Q(decided_by=F("submitted_by"))
        | Q(paid_by=F("submitted_by"))
        | (Q(decided_by__isnull=False) & ~Q(decided_by=F("decision__decider")))
    )
    rows = PaymentApplication.objects.filter(same).values_list("pk", flat=True)
    return [f"payment application {pk} lacks its separate people" for pk in rows]


@invariant("INV-16", "The cost lines of a payment application sum to its totals, with öre")
def cost_lines_sum_to_totals() -> list[str]:
    sums: dict[Any, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    lines = ReportedCost.objects.values_list("payment_application_id", "reported", "approved")
    for payment_id, reported, approved in lines.iterator():
        sums[payment_id][0] += reported
        sums[payment_id][1] += approved or Decimal(0)
    found = []
    totals = PaymentApplication.objects.values_list("pk", "reported_cost", "approved_cost")
    for pk, reported_total, approved_total in totals.iterator():
        reported, approved = sums[pk]
        if reported != reported_total:
            found.append(f"payment application {pk}: lines sum to {reported}, the total says {reported_total}")
        if approved_total is not None and approved != approved_total:
            found.append(f"payment application {pk}: approved {approved}, the total says {approved_total}")
    return found


@invariant("INV-14", "Every dispatched decision that grants support has its one project")
def granted_decisions_have_projects() -> list[str]:
    granted = Decision.objects.filter(
        kind=DecisionKind.SUPPORT,
        outcome__in=GRANTING,
        state__in=(DecisionState.DISPATCHED, DecisionState.FINAL),
        application__project__isnull=True,
    )
    return [f"decision {pk} has no project" for pk in granted.values_list("pk", flat=True)]
