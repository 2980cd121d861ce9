"""Applications for tests, brought to their state by the real actions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from applications import actions
from applications.budget import with_flat_rates
from applications.enums import FinancingKind, PartyKind
from applications.models import Application
from calls.enums import CostTypeCode
from calls.questions import form_in_use, questions_of
from calls.rates import rates_of
from grants.core.money import share_exceeds
from grants.core.time import today
from grants.strategy.models import CollaborationLevel, Objective
from tests.builders import base, calls
from tests.builders.kept import kept

FACTS = {"workplace": "Huvudkontoret", "cfar_number": "12345678", "vat": "no", "procurement": "lou"}
TITLE = "Ord till rum i kustbygden"


@kept
def draft_application(
    *, call: Any = None, applicant: Any = None, by: Any = None, title: str = TITLE, at: Any = None
) -> Application:
    """A draft just started by a member who writes, in an open call."""
    applicant = applicant or base.region_organisation()
    return actions.start(
        call or calls.open_call(), applicant=applicant, by=by or base.member(applicant), title=title, at=at
    )


@kept
def complete_draft(
    *,
    call: Any = None,
    applicant: Any = None,
    by: Any = None,
    title: str = TITLE,
    at: Any = None,
    applied_sek: int = 900_000,
) -> Application:
    """A draft with everything in it, ready to be sent: 2 000 000 kr in cost over the call's budget years."""
    applicant = applicant or base.region_organisation()
    by = by or base.member(applicant)
    application = draft_application(call=call, applicant=applicant, by=by, title=title, at=at)
    application = actions.save_parties(application, parties_data(by), by=by, version=application.version)
    application = actions.save_project(application, project_data(application), by=by, version=application.version)
    application = actions.save_objectives(application, objectives_data(application), by=by, version=application.version)
    return fill_budget(application, by=by, applied_sek=applied_sek)


@kept
def submitted_application(
    *,
    call: Any = None,
    applicant: Any = None,
    signer: Any = None,
    title: str = TITLE,
    at: Any = None,
    applied_sek: int = 900_000,
) -> Application:
    """A complete application sent in by a signatory of the applicant; ``at``: when it arrived."""
    applicant = applicant or base.region_organisation()
    signer = signer or base.signatory(applicant)
    started = None if at is None or call is None else min(at, call.closes_at - dt.timedelta(seconds=1))
    draft = complete_draft(call=call, applicant=applicant, by=signer, title=title, at=started, applied_sek=applied_sek)
    return actions.submit(draft, by=signer, at=at)


@kept
def supplement_request(application: Application, *, handler: Any = None, **overrides: Any) -> Any:
    """An open request for supplement: the handler takes the application up and asks about the budget."""
    handler = handler or base.handler()
    if application.state == "submitted":
        application = actions.begin_review(application, by=handler)
    given = {
        "question": "Förklara kostnaden för externa tjänster.",
        "sections": ["budget"],
        "due_on": today() + dt.timedelta(days=14),
        **overrides,
    }
    return actions.request_supplement(application, by=handler, **given)


def working_copy(application: Application) -> Application:
    """The draft in which the applicant writes the supplement that was asked for."""
    return Application.objects.get(supplement__application=application.pk, supplement__answered_at=None)


def parties_data(by: Any, **overrides: Any) -> dict[str, Any]:
    """A project of one organisation, with the writer as contact."""
    return {
        "is_joint": False,
        "contact_name": by.name,
        "contact_email": by.email,
        "contact_phone": "0771-00 00 00",
        **FACTS,
        "signatory_name": "Behörig Företrädare",
        "parties": [],
        **overrides,
    }


def party(organisation: Any = None, **overrides: Any) -> dict[str, Any]:
    """A co-applicant; by name only unless an organisation is given."""
    return {
        "kind": PartyKind.CO_APPLICANT,
        "organisation": organisation,
        "name": organisation.name if organisation else "Kommunernas samverkan",
        "org_number": "",
        "collaboration_level": CollaborationLevel.objects.first(),
        "contribution": "Deltar i planeringen.",
        **FACTS,
        "contact_name": "Partens Kontakt",
        "contact_email": "kontakt@example.se",
        "signatory_name": "Partens Firmatecknare",
        **overrides,
    }


def project_data(application: Application, **overrides: Any) -> dict[str, Any]:
    """Answers to every question and the call's whole budget period."""
    years = application.call.years or [today().year]
    return {
        "title": application.title or TITLE,
        "summary": "Kommunerna och regionen tar fram ett gemensamt underlag för planering.",
        "answers": {
            question.code: f"Så här svarar vi på frågan om {question.code}."
            for question in questions_of(application.form or form_in_use(application.call))
            if question.kind == "text"
        },
        "start_on": dt.date(years[0], 1, 1),
        "end_on": dt.date(years[-1], 12, 31),
        **overrides,
    }


def objectives_data(application: Application, **overrides: Any) -> dict[str, Any]:
    """The region's first objective as the main one, and the call's first strategic area."""
    objective = Objective.objects.current().for_regions([application.applicant.region]).first()
    area = application.call.areas.first()
    return {
        "main_objective": objective,
        "links": [{"objective": objective, "contribution": "Vi prövar ett nytt sätt att planera tillsammans."}],
        "main_area": area.area if area else None,
        "further_areas": [],
        **overrides,
    }


def budget_data(application: Application, *, applied_sek: int = 900_000) -> dict[str, Any]:
    """Costs of 2 000 000 kr with the flat rates of the call, spread over the call's years, and own financing of the rest."""
    types = {cost_type.code: cost_type for cost_type in application.call.cost_types.all()}
    staff = types.get(CostTypeCode.STAFF)
    rates = rates_of(application.call)
    other = next(t for t in types.values() if t != staff and t.pk not in rates)
    years = application.call.years or [today().year]
    staff_sek = 700_000 * 2 // len(years) if staff else 0
    typed = {(staff.pk, year): staff_sek for year in years} if staff else {}
    rest = 2_000_000 - sum(with_flat_rates(typed, rates, application.start_on).values())
    costs = [{"cost_type": staff, "year": year, "amount_sek": staff_sek} for year in years] if staff else []
    costs.append({"cost_type": other, "year": years[0], "amount_sek": rest})
    return {
        "costs": costs,
        "financing": [
            {
                "kind": FinancingKind.OWN,
                "financier": str(application.applicant),
                "form": "cash",
                "amount_sek": 2_000_000 - applied_sek,
            }
        ],
        "applied_sek": applied_sek,
    }


@kept
def fill_budget(application: Application, *, by: Any, applied_sek: int = 900_000) -> Application:
    """The budget of ``budget_data``; the amount lies within the call's limits or the builder says so."""
    limit = application.call.largest_share_percent
    assert limit is None or not share_exceeds(applied_sek, 2_000_000, limit), "choose a smaller amount"
    return actions.save_budget(
        application, budget_data(application, applied_sek=applied_sek), by=by, version=application.version
    )
