"""What stands in the way now, as Swedish sentences that say what to do."""

from __future__ import annotations

import datetime as dt
from typing import Any

from grants.core.exceptions import Reason
from grants.core.money import format_sek
from grants.core.text import too_long
from grants.core.time import add_months, format_day
from grants.projects.enums import ACTIVE, REPORTING, PaymentState, ReportKind, ReportState

LONGEST_MONTHS = 6
"""A payment application covers at most six months (DOMAIN practice: handbook for project funds, "Ansök om utbetalning")."""
REPORT_TEXTS = {
    "done": "Vad ni har gjort",
    "results": "Resultat",
    "objective_progress": "Bidrag till RUS-målet",
    "deviations": "Avvikelser",
}
LONGEST_TEXT = 5000


def project_takes_reports(report: Any) -> list[str]:
    """Reports are written and handled from the project's start until it is closed."""
    return reports_open(report.project)


def reports_open(project: Any) -> list[str]:
    if project.state in REPORTING:
        return []
    return [Reason(f"Projektet har läget ”{project.get_state_display()}”. Rapporter lämnas medan projektet pågår.")]


def project_takes_payments(payment: Any) -> list[str]:
    """Money moves while the project runs or is being closed; a paused project waits."""
    return payments_open(payment.project)


def payments_open(project: Any) -> list[str]:
    if project.state in ACTIVE:
        return []
    return [
        Reason(f"Projektet har läget ”{project.get_state_display()}”. Utbetalning kan göras medan projektet pågår.")
    ]


def within_project(project: Any, start: dt.date, end: dt.date) -> list[str]:
    """The period goes forward and lies inside the project's."""
    if end < start:
        return [Reason("Perioden slutar innan den börjar. Kontrollera datumen.", "period_end")]
    if start < project.start_on or end > project.end_on:
        return [
            Reason(
                f"Perioden ska ligga inom projektets tid, {format_day(project.start_on)}–{format_day(project.end_on)}.",
                "period_start" if start < project.start_on else "period_end",
            )
        ]
    return []


def report_period(project: Any, kind: str, start: dt.date, end: dt.date, report: Any = None) -> list[str]:
    """A progress report's period overlaps no other's; there is one final report."""
    reasons = within_project(project, start, end)
    others = project.reports.filter(kind=kind)
    if report is not None:
        others = others.exclude(pk=report.pk)
    if kind == ReportKind.FINAL:
        if others.exists():
            reasons.append(Reason("Projektet har redan en slutrapport. Öppna den i stället.", "kind"))
    elif other := others.filter(period_start__lte=end, period_end__gte=start).first():
        reasons.append(
            Reason(
                f"Perioden går in i en annan lägesrapport, {format_day(other.period_start)}–"
                f"{format_day(other.period_end)}. Välj datum som inte överlappar.",
                "period_start",
            )
        )
    return reasons


def payment_period(project: Any, start: dt.date, end: dt.date, payment: Any = None) -> list[str]:
    """Inside the project, at most six months, not overlapping another payment application's."""
    reasons = within_project(project, start, end)
    last = add_months(start, LONGEST_MONTHS) - dt.timedelta(days=1)
    if end > last:
        reasons.append(
            Reason(
                f"En ansökan får omfatta högst sex månader. Sätt slutdagen till senast {format_day(last)}.",
                "period_end",
            )
        )
    others = project.payment_applications.all()
    if payment is not None:
        others = others.exclude(pk=payment.pk)
    if other := others.filter(period_start__lte=end, period_end__gte=start).first():
        reasons.append(
            Reason(
                f"Perioden går in i ansökan {other.number}, {format_day(other.period_start)}–"
                f"{format_day(other.period_end)}. Välj datum som inte överlappar.",
                "period_start",
            )
        )
    return reasons


def one_open_payment(project: Any) -> list[str]:
    """Practice: no new application while one is unpaid."""
    if other := project.payment_applications.unfinished().first():
        return [Reason(f"Ansökan {other.number} är inte klar än. Ni kan göra en ny när den är utbetald.")]
    return []


def before_submit_report(report: Any) -> list[str]:
    reasons = [
        *project_takes_reports(report),
        *report_period(report.project, report.kind, report.period_start, report.period_end, report),
    ]
    for name, label in REPORT_TEXTS.items():
        text = getattr(report, name)
        if name != "deviations" and not text.strip():
            reasons.append(Reason(f"Fyll i ”{label}”.", name))
        reasons += too_long(label, text, LONGEST_TEXT, name)
    return reasons


def before_submit_payment(payment: Any) -> list[str]:
    reasons = [
        *project_takes_payments(payment),
        *payment_period(payment.project, payment.period_start, payment.period_end, payment),
    ]
    if payment.reported_cost <= 0:
        reasons.append(Reason("Fyll i minst en kostnad som är större än noll.", "costs"))
    return reasons


def period_is_over(payment: Any, day: dt.date) -> list[str]:
    """Support is paid in arrears: the period has ended. The last one may be sent on the project's last day (handbook, "Avsluta")."""
    end = payment.period_end
    if end < day or end == day == payment.project.end_on:
        return []
    return [
        Reason(
            f"Perioden slutar {format_day(end)}. Stöd betalas i efterskott: skicka in när perioden är slut, "
            "eller ändra slutdagen.",
            "period_end",
        )
    ]


def before_reopen_payment(payment: Any) -> list[str]:
    """Until the decision is dispatched it can go back."""
    if payment.decision_id and payment.decision.dispatched_at:
        return [Reason("Beslutet är redan expedierat och kan inte tas tillbaka här.")]
    return []


def before_decide_payment(payment: Any) -> list[str]:
    """The project takes payments, and the amount still is within what is left."""
    reasons = project_takes_payments(payment)
    left = payment.project.granted_sek - sum(
        payment.project.payment_applications.counted().exclude(pk=payment.pk).values_list("payable_sek", flat=True)
    )
    if payment.payable_sek is not None and payment.payable_sek > left:
        reasons.append(
            Reason(f"Beloppet är större än det som är kvar av stödet, {format_sek(left)}. Öppna granskningen igen.")
        )
    return reasons


def before_pay(payment: Any) -> list[str]:
    """The decision has been dispatched, there is something to pay, and the project takes payments."""
    reasons = project_takes_payments(payment)
    if not payment.payable_sek:
        reasons.append(Reason("Beslutet gäller 0 kronor. Det finns inget att betala ut."))
    elif payment.payable_sek > payment.project.left_sek:
        reasons.append(
            Reason(
                f"Beloppet är större än det som är kvar av stödet, {format_sek(payment.project.left_sek)}. "
                "Betala inte ut, utan ta upp saken med handläggaren."
            )
        )
    if payment.decision is None or payment.decision.dispatched_at is None:
        reasons.append(Reason("Beslutet om utbetalning är inte expedierat än."))
    return reasons


def before_close(project: Any) -> list[str]:
    """The final report is approved, nothing is open, everything decided is recorded as paid."""
    reasons: list[str] = []
    reports = [r for r in project.reports.all() if r.state != ReportState.DRAFT]  # drafts are the owner's own
    if not any(r.kind == ReportKind.FINAL and r.state == ReportState.DECIDED for r in reports):
        reasons.append(Reason("Slutrapporten är inte godkänd än.", "reports"))
    waiting = [r for r in reports if r.kind == ReportKind.PROGRESS and r.state != ReportState.DECIDED]
    if waiting:
        reasons.append(Reason("Det finns lägesrapporter som inte är godkända. Granska dem först.", "reports"))
    for payment in project.payment_applications.unfinished().exclude(state=PaymentState.DRAFT):
        reasons.append(
            Reason(f"Ansökan om utbetalning {payment.number} är inte klar ({payment.get_state_display()}).", "payments")
        )
    return reasons
