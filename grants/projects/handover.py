"""What stage 4 does when a decision has been dispatched or sent back, inside the transaction of that."""

from typing import Any

from django.dispatch import receiver

from evaluation.enums import DecisionKind
from evaluation.signals import decision_dispatched, decision_sent_back


@receiver(decision_dispatched)
def on_dispatch(sender: Any, *, decision: Any, by: Any, **kwargs: Any) -> None:
    """A granted application becomes a project; a decided payment application waits for the payment officer."""
    from grants.projects import actions

    if decision.kind == DecisionKind.SUPPORT:
        actions.start_project(decision, by=by, at=decision.dispatched_at)
    elif decision.kind == DecisionKind.PAYMENT:
        actions.payment_decided(decision)


@receiver(decision_sent_back)
def on_sent_back(sender: Any, *, decision: Any, by: Any, reason: str, **kwargs: Any) -> None:
    """The payment application whose decision was proposed is checked again."""
    from grants.projects import actions

    if decision.kind == DecisionKind.PAYMENT:
        actions.payment_sent_back(decision, by=by, reason=reason)
