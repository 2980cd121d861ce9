"""Who may do what with projects, reports and payment applications. A rule only asks."""

from typing import Any

from evaluation import rules as decision_rules
from grants.accounts.enums import MandateScope, Role
from grants.accounts.models import User
from grants.documents.models import has_conflict as declared_conflict


def has_conflict(project: Any, user: User) -> bool:
    """A declared conflict of interest in the case (FL 16–18 §§)."""
    return declared_conflict(project.application_id, user)


def of_owner(project: Any, user: Any) -> bool:
    """One of the project owner's own people; such a person never handles the project at the authority (FL 16 §)."""
    return isinstance(user, User) and bool(user.level_in(project.owner_id))


def may_write(project: Any, user: Any) -> bool:
    """Write reports and payment applications: the owner's people who may edit."""
    return isinstance(user, User) and user.may_edit_for(project.owner_id) and not has_conflict(project, user)


def in_role(project: Any, user: Any, *roles: str) -> bool:
    """In one of the roles at the authority, without conflict and not one of the owner's people."""
    return (
        isinstance(user, User)
        and user.has_role(project.authority_id, *roles)
        and not of_owner(project, user)
        and not has_conflict(project, user)
    )


def may_handle(project: Any, user: Any) -> bool:
    """A handler of the authority."""
    return in_role(project, user, Role.HANDLER)


def may_begin(project: Any, user: Any) -> bool:
    """The owner's people who may edit, or a handler."""
    return may_write(project, user) or may_handle(project, user)


may_begin_closing = may_begin


def may_sign(part: Any, user: Any) -> bool:
    """Send in a report or a payment application: an authorised signatory of the owner (FL 14–15 §§)."""
    project = part.project
    return (
        isinstance(user, User)
        and user.may_sign_for(project.owner_id, MandateScope.PAYMENTS)
        and not has_conflict(project, user)
    )


def may_write_part(part: Any, user: Any) -> bool:
    """Write in the project's report or payment application."""
    return may_write(part.project, user)


def may_handle_part(part: Any, user: Any) -> bool:
    """A handler who did not send it in."""
    return may_handle(part.project, user) and user.pk != part.submitted_by_id


def may_decide_report(report: Any, user: Any) -> bool:
    """A handler or decider who did not send it in."""
    return in_role(report.project, user, Role.HANDLER, Role.DECIDER) and user.pk != report.submitted_by_id


def may_decide_payment(payment: Any, user: Any) -> bool:
    """A decider who neither sent it in nor checked it (INV-7)."""
    return in_role(payment.project, user, Role.DECIDER) and user.pk not in (
        payment.submitted_by_id,
        payment.checked_by_id,
    )


def may_reopen_payment(payment: Any, user: Any) -> bool:
    """The handlers, whoever may decide it, and whoever may send its decision back: one follows the other."""
    if may_handle_part(payment, user) or may_decide_payment(payment, user):
        return True
    if payment.decision is None or of_owner(payment.project, user):
        return False
    return decision_rules.may_send_back(payment.decision, user)


def may_pay(payment: Any, user: Any) -> bool:
    """A payment officer who neither sent it in, checked it nor decided it (INV-7)."""
    return in_role(payment.project, user, Role.PAYMENT_OFFICER) and user.pk not in (
        payment.submitted_by_id,
        payment.checked_by_id,
        payment.decided_by_id,
    )
