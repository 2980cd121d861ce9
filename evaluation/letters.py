"""The content of the decision letter (31–33 §§ förvaltningslagen). What a proposal starts with is in ``texts``."""

from __future__ import annotations

from typing import Any

from calls.applying import theme_words
from calls.texts import NO_APPEAL
from evaluation.enums import GRANTING, DecisionKind, Outcome
from evaluation.models import Decision
from grants.core.known import Known, rows_of
from grants.core.money import format_sek
from grants.core.prose import for_letter_by_line
from grants.core.time import format_day, stockholm


def heading(decision: Any) -> str:
    """What the letter is called."""
    if decision.kind == DecisionKind.SUPPORT:
        return "Beslut om stöd" if decision.outcome in GRANTING else "Beslut om avslag"
    return str(decision.get_kind_display())


def ruling(decision: Any) -> str:
    """The decision line in running text."""
    authority = decision.authority.name
    title = decision.application.title
    amount = format_sek(decision.amount_sek)
    if decision.kind == DecisionKind.PAYMENT:
        if decision.outcome == Outcome.REJECTED:
            return f"{authority} avslår ansökan om utbetalning för projektet {title}."
        return (
            f"{authority} beslutar att betala ut {amount} till {decision.application.applicant} för projektet {title}."
        )
    match decision.outcome:
        case Outcome.GRANTED | Outcome.PARTLY_GRANTED:
            share = str(decision.share_percent).replace(".", ",")
            part = "en del av det sökta stödet, " if decision.outcome == Outcome.PARTLY_GRANTED else ""
            return (
                f"{authority} beviljar {decision.application.applicant} {part}högst {amount} för projektet {title}. "
                f"Stödet är {share}\u00a0% av den godkända kostnaden {format_sek(decision.basis_cost_sek)}."
            )
        case Outcome.REJECTED:
            return f"{authority} avslår ansökan om stöd till projektet {title}."
        case Outcome.DISMISSED:
            return f"{authority} avvisar ansökan om stöd till projektet {title}."
        case Outcome.CLOSED_WITHOUT_TRIAL:
            return f"{authority} skriver av ärendet om stöd till projektet {title} utan att pröva det i sak."
    return f"{authority} godkänner {str(decision.get_kind_display()).lower()} för projektet {title}."


def _facts(decision: Any) -> list[list[str]]:
    application = decision.application
    rows = [["Sökande", f"{application.applicant}, {application.applicant.org_number}".removesuffix(", ")]]
    rows.append(["Utlysning", str(application.call)])
    if application.theme_id:
        rows.append(["Tema", theme_words(application.theme)])
    rows.append(["Sökt stöd", format_sek(application.applied_sek)])
    if decision.outcome in GRANTING:
        share = str(decision.share_percent).replace(".", ",")
        rows += [
            ["Beviljat stöd, högst", format_sek(decision.amount_sek)],
            ["Godkänd kostnad", format_sek(decision.basis_cost_sek)],
            ["Stödandel", f"{share}\u00a0%"],
        ]
        if decision.start_on and decision.end_on:
            rows.append(["Projektperiod", f"{format_day(decision.start_on)}–{format_day(decision.end_on)}"])
    rows.append(["RUS-mål", str(application.main_objective)])
    rows.append(["Strategiskt område", str(application.main_area)])
    return rows


def _record(decision: Any) -> list[list[str]]:
    """What must be seen of every decision: date, content, decider, rapporteur, others (31 § förvaltningslagen)."""
    made = format_day(stockholm(decision.made_at).date()) if decision.made_at else "inte beslutat än"
    rows = [["Beslutsdag", made], ["Beslutsfattare", str(decision.decider or "inte beslutat än")]]
    rows.append(["Föredragande", str(decision.rapporteur)])
    if decision.others:
        rows.append(["Övriga som deltagit", decision.others])
    return rows


RELATIONS = (
    "application__applicant",
    "application__call",
    "application__theme__track",
    "application__main_objective",
    "application__main_area",
    "authority",
    "case",
    "decider",
    "rapporteur",
)
"""What the letter reads beside the decision."""
WITH_RELATIONS = Known(lambda pk: Decision.objects.select_related(*RELATIONS).filter(pk=pk))


def content_of(decision: Any) -> dict[str, Any]:
    """The letter's content, as grants.documents.letters prints it and as the preview shows it."""
    years = [
        [str(row.year_budget.year), format_sek(row.amount_sek)] for row in rows_of(decision, "years", "year_budget")
    ]
    blocks: list[dict[str, Any]] = [
        {"heading": "Beslut", "paragraphs": [ruling(decision)], "facts": _facts(decision)},
    ]
    if years:
        table = {"caption": "Stöd per budgetår", "head": ["År", "Belopp"], "rows": years, "numeric": [1]}
        blocks.append({"heading": "Stöd per budgetår", "table": table})
    for title, text in (
        ("Skäl för beslutet", decision.reasons),
        ("Skäl att ge stöd under utlysningens lägsta poäng", decision.below_lowest_reasons),
        ("Bestämmelser som beslutet bygger på", decision.legal_grounds),
        ("Villkor", decision.conditions),
        ("Särskilda villkor", decision.special_conditions),
        ("Skiljaktig mening", decision.dissent),
    ):
        if text.strip():
            blocks.append({"heading": title, "paragraphs": for_letter_by_line(text)})
    blocks.append({"heading": "Vem som har beslutat", "facts": _record(decision)})
    appeal = decision.appeal_text or NO_APPEAL
    blocks.append(
        {
            "heading": "Så överklagar ni" if decision.is_appealable else "Överklagande",
            "paragraphs": for_letter_by_line(appeal),
        }
    )
    return {"title": decision.application.title, "kind": heading(decision), "facts": [], "blocks": blocks}
