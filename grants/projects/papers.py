"""The frozen content of this stage's documents, in the shape that grants.documents.letters prints."""

from __future__ import annotations

from typing import Any

from grants.core.money import format_ore, format_sek
from grants.core.time import format_day
from grants.projects.blockers import REPORT_TEXTS


def project_facts(project: Any) -> list[list[str]]:
    """What every document says first: project and owner."""
    return [["Projekt", project.title], ["Projektägare", str(project.owner)]]


def of_report(report: Any) -> dict[str, Any]:
    """A sent report."""
    return {
        "kind": report.get_kind_display(),
        "title": report.project.title,
        "facts": [
            *project_facts(report.project),
            ["Period", f"{format_day(report.period_start)}–{format_day(report.period_end)}"],
            ["RUS-mål", str(report.project.main_objective)],
            ["Inskickad av", str(report.submitted_by)],
        ],
        "blocks": [
            {"heading": label, "paragraphs": [getattr(report, name) or "Inget angivet."]}
            for name, label in REPORT_TEXTS.items()
        ],
    }


def of_payment(payment: Any) -> dict[str, Any]:
    """A sent payment application: the period's cost per cost type, with öre; the lines sum to the total (INV-16)."""
    rows = [[cost.cost_type.label, format_ore(cost.reported)] for cost in payment.costs.select_related("cost_type")]
    return {
        "kind": str(payment),
        "title": payment.project.title,
        "facts": [
            *project_facts(payment.project),
            ["Period", f"{format_day(payment.period_start)}–{format_day(payment.period_end)}"],
            ["Beviljat stöd", format_sek(payment.project.granted_sek)],
            ["Utbetalt hittills", format_sek(payment.project.paid_sek)],
            ["Inskickad av", str(payment.submitted_by)],
        ],
        "blocks": [
            {
                "heading": "Redovisade kostnader",
                "table": {
                    "caption": "Kostnader per kostnadsslag",
                    "head": ["Kostnadsslag", "Redovisat"],
                    "rows": [*rows, ["Summa", format_ore(payment.reported_cost)]],
                    "numeric": [1],
                },
            },
            {"heading": "Kommentar", "paragraphs": [payment.comment or "Ingen kommentar."]},
            {
                "heading": "Intygande",
                "paragraphs": [
                    "Vi intygar att kostnaderna är betalda, hör till projektet och perioden och är bokförda särskilt."
                ],
            },
        ],
    }


def reasons_of_payment(payment: Any, costs: list[Any], payable_sek: int) -> str:
    """The reasons of the decision on payment: what was reported, what is approved and why less, and the arithmetic."""
    project = payment.project
    lowered = [
        f"{cost.cost_type.label}: {format_ore(cost.approved)} av {format_ore(cost.reported)} godkänns."
        + (f" {cost.comment}" if cost.comment else "")
        for cost in costs
        if cost.approved < cost.reported
    ]
    return "\n".join(
        [
            f"Ansökan om utbetalning {payment.number} gäller {format_day(payment.period_start)}–"
            f"{format_day(payment.period_end)}. Redovisad kostnad är {format_ore(payment.reported_cost)} och godkänd "
            f"kostnad {format_ore(payment.approved_cost)}.",
            *lowered,
            f"Stödet är {format_sek(project.granted_sek)} av den godkända kostnaden "
            f"{format_sek(project.basis_cost_sek)} enligt beslutet. För den här ansökan blir det "
            f"{format_sek(payable_sek)}, avrundat till hela kronor och högst det som är kvar av stödet.",
        ]
    )


def of_payment_note(payment: Any) -> dict[str, Any]:
    """The note that an amount has been paid."""
    return {
        "kind": "Utbetalning",
        "title": payment.project.title,
        "facts": [
            *project_facts(payment.project),
            ["Gäller", str(payment)],
            ["Belopp", format_sek(payment.payable_sek)],
            ["Utbetalt", format_day(payment.paid_on)],
            ["Referens", payment.payment_reference],
            ["Registrerad av", str(payment.paid_by)],
        ],
        "blocks": [],
    }


def of_closing(project: Any, by: Any) -> dict[str, Any]:
    """The closing note with the project's final figures."""
    return {
        "kind": "Avslut av projekt",
        "title": project.title,
        "facts": [
            *project_facts(project),
            ["Period", f"{format_day(project.start_on)}–{format_day(project.end_on)}"],
            ["Avslutat", format_day(project.closed_on)],
            ["Beviljat stöd", format_sek(project.granted_sek)],
            ["Utbetalt", format_sek(project.paid_sek)],
            ["Inte använt", format_sek(project.left_sek)],
            ["Avslutat av", str(by)],
        ],
        "blocks": [
            {
                "heading": "Bevarande",
                "paragraphs": ["Projektägaren behåller räkenskaper och underlag i tio år efter avslutet."],
            }
        ],
    }
