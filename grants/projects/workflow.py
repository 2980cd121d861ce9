"""The machines of a project, a report and a payment application."""

import datetime as dt
from decimal import Decimal
from typing import Any

from grants.core.workflow import StatefulModel, state_field, step
from grants.projects import blockers, rules
from grants.projects.enums import PaymentState, ProjectState, ReportState


class ProjectWorkflow(StatefulModel):
    """Starting → running ⇄ paused → closing → closed."""

    called = "Projektet"
    closed_on: Any
    state = state_field(ProjectState, ProjectState.STARTING)

    class Meta:
        abstract = True

    @step(
        ProjectState.STARTING,
        ProjectState.RUNNING,
        label="Starta projektet",
        done="Projektet startade",
        may=rules.may_begin,
    )
    def begin(self, *, by: Any, at: Any) -> None:
        """The state says it all."""

    @step(
        ProjectState.RUNNING,
        ProjectState.PAUSED,
        label="Pausa projektet",
        done="Projektet pausades",
        may=rules.may_handle,
        tone="secondary",
        needs_reason=True,
    )
    def pause(self, *, by: Any, at: Any) -> None:
        """The state says it all."""

    @step(
        ProjectState.PAUSED,
        ProjectState.RUNNING,
        label="Återuppta projektet",
        done="Projektet återupptogs",
        may=rules.may_handle,
    )
    def resume(self, *, by: Any, at: Any) -> None:
        """The state says it all."""

    @step(
        (ProjectState.RUNNING, ProjectState.PAUSED),
        ProjectState.CLOSING,
        label="Börja avsluta projektet",
        done="Projektet började avslutas",
        may=rules.may_begin_closing,
        tone="secondary",
        confirm="Börja avsluta projektet? Sedan återstår slutrapport och sista ansökan om utbetalning.",
    )
    def begin_closing(self, *, by: Any, at: Any) -> None:
        """The state says it all."""

    @step(
        ProjectState.CLOSING,
        ProjectState.CLOSED,
        label="Avsluta projektet",
        done="Projektet avslutades",
        may=rules.may_handle,
        blockers=blockers.before_close,
        confirm="Avsluta projektet? Därefter kan inget mer redovisas eller betalas ut.",
    )
    def close(self, *, by: Any, at: Any, closed_on: dt.date) -> None:
        self.closed_on = closed_on


class ReportWorkflow(StatefulModel):
    """Draft → submitted → checked → decided; back to the owner for a supplement."""

    called = "Rapporten"
    submitted_by: Any
    submitted_at: Any
    checked_by: Any
    check_comment: Any
    decided_by: Any
    state = state_field(ReportState, ReportState.DRAFT)

    class Meta:
        abstract = True

    @step(
        (ReportState.DRAFT, ReportState.SUPPLEMENT_REQUESTED),
        ReportState.SUBMITTED,
        label="Skicka in rapporten",
        done="Rapporten skickades in",
        may=rules.may_sign,
        blockers=blockers.before_submit_report,
        confirm="Skicka in rapporten? Den blir en allmän handling och går inte att ändra efteråt.",
    )
    def submit(self, *, by: Any, at: Any) -> None:
        self.submitted_by, self.submitted_at = by, at

    @step(
        (ReportState.SUBMITTED, ReportState.CHECKED),
        ReportState.SUPPLEMENT_REQUESTED,
        label="Begär komplettering",
        done="Komplettering begärdes",
        may=rules.may_handle_part,
        tone="secondary",
        needs_reason=True,
    )
    def request_supplement(self, *, by: Any, at: Any) -> None:
        self.checked_by, self.check_comment = None, ""

    @step(
        ReportState.SUBMITTED,
        ReportState.CHECKED,
        label="Markera rapporten som granskad",
        done="Rapporten granskades",
        may=rules.may_handle_part,
        blockers=blockers.project_takes_reports,
    )
    def mark_checked(self, *, by: Any, at: Any, comment: str) -> None:
        self.checked_by, self.check_comment = by, comment

    @step(
        ReportState.CHECKED,
        ReportState.DECIDED,
        label="Godkänn rapporten",
        done="Rapporten godkändes",
        may=rules.may_decide_report,
        blockers=blockers.project_takes_reports,
    )
    def decide(self, *, by: Any, at: Any) -> None:
        self.decided_by = by


class PaymentWorkflow(StatefulModel):
    """Draft → submitted ⇄ supplement requested; submitted ⇄ checked → decided → paid. Decided with nothing to pay is an end."""

    called = "Ansökan om utbetalning"
    submitted_by: Any
    submitted_at: Any
    checked_by: Any
    check_comment: Any
    approved_cost: Any
    payable_sek: Any
    decision: Any
    decided_by: Any
    paid_by: Any
    paid_on: Any
    payment_reference: Any
    state = state_field(PaymentState, PaymentState.DRAFT)

    class Meta:
        abstract = True

    @step(
        (PaymentState.DRAFT, PaymentState.SUPPLEMENT_REQUESTED),
        PaymentState.SUBMITTED,
        label="Skicka in ansökan om utbetalning",
        done="Ansökan om utbetalning skickades in",
        may=rules.may_sign,
        blockers=blockers.before_submit_payment,
        confirm="Skicka in ansökan om utbetalning? Ni intygar att kostnaderna är betalda och hör till projektet.",
    )
    def submit(self, *, by: Any, at: Any) -> None:
        self.submitted_by, self.submitted_at = by, at

    @step(
        PaymentState.SUBMITTED,
        PaymentState.SUPPLEMENT_REQUESTED,
        label="Begär komplettering",
        done="Komplettering begärdes",
        may=rules.may_handle_part,
        tone="secondary",
        needs_reason=True,
    )
    def request_supplement(self, *, by: Any, at: Any) -> None:
        self.approved_cost = self.payable_sek = None

    @step(
        PaymentState.SUBMITTED,
        PaymentState.CHECKED,
        label="Föreslå beslut om utbetalning",
        done="Beslut om utbetalning föreslogs",
        may=rules.may_handle_part,
        blockers=blockers.project_takes_payments,
    )
    def mark_checked(
        self, *, by: Any, at: Any, comment: str, approved_cost: Decimal, payable_sek: int, decision: Any
    ) -> None:
        self.checked_by, self.check_comment, self.decision = by, comment, decision
        self.approved_cost, self.payable_sek = approved_cost, payable_sek

    @step(
        PaymentState.CHECKED,
        PaymentState.SUBMITTED,
        label="Öppna granskningen igen",
        done="Granskningen öppnades igen",
        may=rules.may_reopen_payment,
        blockers=blockers.before_reopen_payment,
        tone="secondary",
        needs_reason=True,
    )
    def reopen(self, *, by: Any, at: Any) -> None:
        self.checked_by = self.approved_cost = self.payable_sek = None

    @step(
        PaymentState.CHECKED,
        PaymentState.DECIDED,
        label="Besluta om utbetalning",
        done="Beslut om utbetalning fattades",
        may=rules.may_decide_payment,
        blockers=blockers.before_decide_payment,
        confirm="Fatta beslutet? Det skickas till projektägaren direkt.",
    )
    def decide(self, *, by: Any, at: Any) -> None:
        self.decided_by = by

    @step(
        PaymentState.DECIDED,
        PaymentState.PAID,
        label="Registrera utbetalning",
        done="Utbetalningen registrerades",
        may=rules.may_pay,
        blockers=blockers.before_pay,
    )
    def record_paid(self, *, by: Any, at: Any, paid_on: dt.date, reference: str) -> None:
        self.paid_by, self.paid_on, self.payment_reference = by, paid_on, reference
