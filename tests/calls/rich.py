"""A call that has every part that a call can have, for the public pages."""

from __future__ import annotations

import datetime as dt
from typing import Any

from calls.enums import ConsultedBody, DecisionKind, JointRule
from calls.models import (
    ApplicantKind,
    Call,
    Consultation,
    CriterionLevel,
    Cutoff,
    DecisionRule,
    FlatRate,
    FormalCheckPoint,
    Programme,
    PublicAnswer,
    RequiredAttachment,
    Theme,
    YearBudget,
)
from grants.accounts.enums import OrganisationKind
from grants.core.time import now
from grants.strategy.models import DialogueTheme, KeyQuestion, PlanningLevel, Region, SocietalChallenge
from tests.builders import base
from tests.builders.calls import open_call


def rich_call(many: int = 1, *, build: Any = open_call, **overrides: Any) -> Call:
    """Open, if ``build`` makes nothing else, with ``many`` of each row that a page lists; the last cut-off is the call's end."""
    manager = overrides.setdefault("manager", base.call_manager())
    weights = [100 // many + (number < 100 % many) or 1 for number in range(many)] if many <= 100 else [1] * 100
    criteria = [
        {"title": f"Kriterium {number}", "guidance": "Vägledning.", "weight_percent": weight, "max_points": 5}
        for number, weight in enumerate(weights, 1)
    ]
    call = build(criteria=criteria, **overrides)
    programme, _ = Programme.objects.get_or_create(
        code="uppdraget",
        defaults={"authority": call.authority, "title": "Uppdraget 2024–2028", "assignment_number": "LI2024/1"},
    )
    Call.objects.filter(pk=call.pk).update(
        programme=programme,
        joint_rule=JointRule.REQUIRED,
        fewest_applicants=2,
        how_much="Ni kan få högst hälften av kostnaden.",
        advance_highest_percent=50,
        advance_highest_sek=400_000,
        report_due_days=30,
        allows_direct=False,
    )
    CriterionLevel.objects.bulk_create(
        CriterionLevel(criterion=row, points=points, meaning=f"Betyder {points}.")
        for row in call.criteria.all()
        for points in (0, 5)
    )
    for number in range(1, many + 1):
        theme = Theme.objects.create(call=call, title=f"Inriktning {number}", about="Om den.", order=number)
        under = Theme.objects.create(call=call, track=theme, title=f"Tema {number}", order=number)
        YearBudget.objects.create(call=call, theme=under, year=now().year, budget_sek=1_000_000 * number)
        ends = call.closes_at - dt.timedelta(days=many - number)
        Cutoff.objects.create(
            call=call, number=number, closes_at=ends, decided_by_on=(ends + dt.timedelta(days=60)).date()
        )
        RequiredAttachment.objects.create(call=call, code=f"bilaga-{number}", title=f"Intyg {number}")
        FormalCheckPoint.objects.create(
            call=call, code=f"punkt-{number}", question=f"Är punkt {number} rätt?", legal_ground="8 §"
        )
        PublicAnswer.objects.create(
            call=call, question=f"Fråga {number}?", answer="Svar.", created_by=manager, published_at=now()
        )
    indirect = call.cost_types.get(code="indirect")
    indirect.flat_rates.all().delete()
    for number in range(min(many, 3)):
        rate = FlatRate.objects.create(
            cost_type=indirect, percent=15 + number, valid_from=dt.date(now().year + number, 1, 1)
        )
        rate.basis.set(call.cost_types.filter(code="staff"))
    for kind in (OrganisationKind.REGION, OrganisationKind.MUNICIPALITY)[:many]:
        ApplicantKind.objects.create(call=call, kind=kind)
    Consultation.objects.get_or_create(call=call, body=ConsultedBody.REGION)
    DecisionRule.objects.update_or_create(call=call, kind=DecisionKind.RECOVERY, defaults={"is_appealable": True})
    call.counties.set(Region.objects.order_by("county_code")[:many])
    call.challenges.set(SocietalChallenge.objects.all()[:many])
    call.key_questions.set(KeyQuestion.objects.all()[:many])
    call.dialogue_themes.set(DialogueTheme.objects.all()[:many])
    call.planning_levels.set(PlanningLevel.objects.all()[:many])
    return Call.objects.get(pk=call.pk)
