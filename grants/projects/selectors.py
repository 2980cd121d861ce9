"""What pages read: figures, what to do next, documents, history."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import BigIntegerField, F, Sum
from django.db.models.functions import Cast, Round
from django.urls import reverse

from calls.models import percent_words
from calls.rates import Rate, rates_of
from grants.core import events
from grants.core.money import format_sek
from grants.core.templatetags.ui import percent
from grants.core.text import listed
from grants.core.time import format_long_day, stockholm, today
from grants.documents.enums import DocumentKind
from grants.documents.models import Document
from grants.projects import rules
from grants.projects.calculation import rate_of_period
from grants.projects.enums import PaymentState, ProjectState, ReportKind, ReportState
from grants.projects.models import PaymentApplication, Project
from grants.projects.reporting import next_due

INTERNAL = ("mark_checked", "reopen")
"""Steps of the authority's own preparation, which the owner's history does not tell."""
OURS = ("projects.Project", "projects.Report", "projects.PaymentApplication")
OWN_KINDS = (
    DocumentKind.DECISION,
    DocumentKind.REPORT,
    DocumentKind.PAYMENT_APPLICATION,
    DocumentKind.PAYMENT_NOTE,
    DocumentKind.CLOSING,
)


def full(projects: Any) -> Any:
    """Projects with everything that their page tells about them."""
    return projects.select_related(
        "application__case",
        "application__call",
        "owner",
        "authority",
        "decision",
        "handler",
        "main_objective",
        "main_area",
    )


def is_at_desk(project: Project, user: Any) -> bool:
    """Whether the person meets the project as the authority does."""
    return project.authority_id in user.authority_ids


def documents(project: Project, user: Any) -> Any:
    """The case's documents of this stage, newest first."""
    seen = Document.objects.visible_to(user).filter(case=project.application.case_id, kind__in=OWN_KINDS)
    return seen.order_by("-number")


def history(project: Project, user: Any, obj: Any = None) -> list[dict[str, Any]]:
    """What has happened in the project (or with one of its parts), newest first, as the timeline shows it."""
    found = events.in_stream(project.application_id).filter(object_type__in=OURS)
    if obj is not None:
        found = found.filter(object_id=str(obj.pk))
    if not is_at_desk(project, user):
        found = found.exclude(name__in=INTERNAL)
    return [{"label": e.label, "at": e.at, "by": e.actor, "reason": e.reason} for e in found.order_by("-seq")]


def figures(project: Project) -> list[dict[str, Any]]:
    """Granted, paid and left, with the share."""
    return [
        {
            "label": "Beviljat",
            "value": format_sek(project.granted_sek),
            "note": f"{percent(project.share_percent)} av kostnaden",
        },
        {"label": "Utbetalt", "value": format_sek(project.paid_sek)},
        {"label": "Kvar", "value": format_sek(project.left_sek)},
        {"label": "Godkänd kostnad", "value": format_sek(project.basis_cost_sek)},
    ]


def costs_of(payment: PaymentApplication) -> list[Any]:
    """The costs in order, each told whether it is a flat rate (``is_flat``) and, in words, which (``rate_words``)."""
    costs: list[Any] = list(payment.costs.select_related("cost_type"))
    rates = rates_of(payment.project.application.call)
    labels = {cost.cost_type_id: cost.cost_type.label.lower() for cost in costs}
    for cost in costs:
        cost.is_flat = cost.cost_type_id in rates
        cost.rate_words = ""
        if cost.is_flat:
            rate = rate_of_period(rates[cost.cost_type_id], payment.period_start)
            cost.rate_words = _rate_words(rate, labels) if rate else "Ingen schablon gäller för perioden"
    return costs


def _rate_words(rate: Rate, labels: dict[Any, str]) -> str:
    basis = [labels[pk] for pk in labels if pk in rate.basis]
    return f"Schablon {percent_words(rate.percent)}" + (f" av {listed(basis)}" if basis else "")


# What to do next -----------------------------------------------------------------------------------------------------


def next_for_owner(project: Project, reports: list[Any], payments: list[Any]) -> list[dict[str, Any]]:
    """What the owner's people should do now, most urgent first, then what the authority has and since when.

    They are not told to send what is with the authority already: one report and one payment application at a time.
    """
    found = []
    for part in (*reports, *payments):
        if part.state == ReportState.SUPPLEMENT_REQUESTED:
            found.append(_todo(f"Komplettera: {str(part).lower()}", part))
    for part in (*reports, *payments):
        if part.state == ReportState.DRAFT:
            found.append(_todo(f"Skriv klart och skicka in: {str(part).lower()}", part))
    waiting = [*_with_authority(project, reports), *_with_authority(project, payments)]
    has_final = any(report.kind == ReportKind.FINAL for report in reports)
    if project.state == ProjectState.STARTING:
        day = format_long_day(project.start_on)
        is_due = project.start_on <= today()
        text = (
            f"Starta projektet. Enligt beslutet började det {day}."
            if is_due
            else f"Starta projektet när det börjar, {day}"
        )
        found.append({"text": text, "done": False})
    elif project.state == ProjectState.CLOSING and not has_final:
        found.append(
            {"text": "Skicka in slutrapporten", "url": reverse("projects:new_report", args=[project.pk]), "done": False}
        )
    elif not found and project.state == ProjectState.RUNNING:
        found += _regularly(project, reports, payments)
    return found + waiting


HELD = {
    ReportState.SUBMITTED: "granskar",
    ReportState.CHECKED: "ska besluta om",
    PaymentState.DECIDED: "ska betala ut",
}
"""What the authority does with a part in the state. A report is ended by its decision; a payment by the money."""


def _with_authority(project: Project, parts: list[Any]) -> list[dict[str, Any]]:
    """The parts that the authority has now, each with what it does and since when."""
    found = []
    for part in parts:
        is_ended = part.state == PaymentState.DECIDED and not getattr(part, "payable_sek", 0)
        if part.state in HELD and not is_ended:
            since = format_long_day(stockholm(part.state_changed_at).date())
            text = f"Vänta: {project.authority} {HELD[part.state]} {str(part).lower()} sedan {since}"
            found.append(_todo(text, part) | {"waits": True})
    return found


def _regularly(project: Project, reports: list[Any], payments: list[Any]) -> list[dict[str, Any]]:
    """The next report by its day and a payment application twice a year, without those that are under way."""
    under_way = (ReportState.SUBMITTED, ReportState.CHECKED)
    found = []
    due = next_due(project, reports)
    if due is not None and not any(part.state in under_way for part in reports):
        when = f"senast {format_long_day(due.due_on)}" + (". Den är försenad." if due.is_late else "")
        url = reverse("projects:new_report", args=[project.pk])
        found.append({"text": f"Skicka {due.label.lower()} {when}", "url": url, "done": False})
    if not any(part.state in (*under_way, PaymentState.DECIDED) for part in payments if part.payable_sek != 0):
        url = reverse("projects:new_payment", args=[project.pk])
        found.append({"text": "Skicka ansökan om utbetalning minst en gång i halvåret", "url": url, "done": False})
    return found


def next_for_desk(project: Project, reports: list[Any], payments: list[Any], user: Any) -> list[dict[str, Any]]:
    """What this person at the authority can do now."""
    found = []
    for part in (*reports, *payments):
        if part.state == ReportState.SUBMITTED and rules.may_handle_part(part, user):
            found.append(_todo(f"Granska: {str(part).lower()}", part))
    for report in reports:
        if report.state == ReportState.CHECKED and rules.may_decide_report(report, user):
            found.append(_todo(f"Godkänn: {str(report).lower()}", report))
    for payment in payments:
        if payment.state == PaymentState.CHECKED and rules.may_decide_payment(payment, user):
            found.append(_todo(f"Besluta: {str(payment).lower()}", payment))
        if payment.state == PaymentState.DECIDED and payment.payable_sek and rules.may_pay(payment, user):
            found.append(_todo(f"Betala: {str(payment).lower()}", payment))
    if project.state == ProjectState.RUNNING and project.end_on < today() and rules.may_handle(project, user):
        found.append({"text": "Projektperioden är slut. Börja avsluta projektet.", "done": False})
    return found


def _todo(text: str, part: Any) -> dict[str, Any]:
    return {"text": text, "url": part.get_absolute_url(), "done": False}


# The payments list ---------------------------------------------------------------------------------------------------

VIEWS = {
    "granska": ("Att granska", (PaymentState.SUBMITTED,)),
    "besluta": ("Att besluta", (PaymentState.CHECKED,)),
    "betala": ("Att betala", (PaymentState.DECIDED,)),
    "alla": ("Alla", tuple(state for state in PaymentState if state != PaymentState.DRAFT)),
}


def payments_of(user: Any) -> Any:
    """The payment applications that have come in to the authorities where the person works."""
    return PaymentApplication.objects.received_by(user)


def in_view(payments: Any, view: str) -> Any:
    """Those of a saved view; nothing to pay is nothing to wait for."""
    found = payments.filter(state__in=VIEWS[view][1])
    return found.exclude(payable_sek=0) if view == "betala" else found


def sums(payments: Any) -> dict[str, Any]:
    """Sums in SQL, of whole öre, so that no float takes part: reported cost in kronor with öre, payable in SEK."""
    ore = Sum(Cast(Round(F("reported_cost") * 100), BigIntegerField()))
    found = payments.aggregate(ore=ore, payable=Sum("payable_sek"))
    return {"reported": Decimal(found["ore"] or 0).scaleb(-2), "payable_sek": found["payable"] or 0}
