"""May this person? Role at the granting authority, relation to the case and conflict of interest (jäv, FL 16–18 §§) meet here."""

from __future__ import annotations

from typing import Any

from grants.accounts.enums import Role
from grants.core.known import Known
from grants.core.people import SYSTEM
from grants.documents.models import has_conflict

HANDLING = (Role.HANDLER, Role.RAPPORTEUR)
ASSIGNING = (*HANDLING, Role.CALL_MANAGER, Role.REGISTRAR, Role.ADMINISTRATOR)


def _holds(authority_id: Any, case_id: Any, user: Any, *roles: str) -> bool:
    """One of the roles at the authority, and no conflict in the case. Never the system."""
    if user is SYSTEM or not getattr(user, "is_authenticated", False):
        return False
    return user.has_role(authority_id, *roles) and not has_conflict(case_id, user)


def _appointed(application: Any, assessor: Any) -> Any:
    from evaluation.models import Assessment

    return Assessment.objects.filter(review__application=application, assessor=assessor)


_APPOINTED: Known[Any] = Known(_appointed)


def is_assessor_of(application_id: Any, user: Any) -> bool:
    """Whether the person was appointed to assess the application, done or not."""
    return _APPOINTED.first(application_id, user) is not None


# Reviews -------------------------------------------------------------------------------------------------------------


def may_handle(review: Any, user: Any) -> bool:
    """A handler or rapporteur of the granting authority without conflict. Cases are a shared duty: not only the named handler."""
    return _holds(review.application.call.authority_id, review.application.case_id, user, *HANDLING)


def may_confirm_check(review: Any, user: Any) -> bool:
    """Another person who may handle: neither the one who answers for the formal check nor any who answered a point."""
    if not may_handle(review, user) or review.checked_by_id == user.pk:
        return False
    return not review.formal_checks.filter(checked_by=user).exists()


def may_assign(review: Any, user: Any) -> bool:
    """Those who handle, and whoever leads the call or the authority's roles; the system when it routes by contact area."""
    if user is SYSTEM:
        return True
    return _holds(review.application.call.authority_id, review.application.case_id, user, *ASSIGNING)


def may_conclude_review(review: Any, user: Any) -> bool:
    """A decider of the authority without conflict; the decision's own rule is stricter and asked first."""
    return _holds(review.application.call.authority_id, review.application.case_id, user, Role.DECIDER)


def may_return_review(review: Any, user: Any) -> bool:
    """Whoever may send the decision back."""
    roles = (*HANDLING, Role.DECIDER)
    return _holds(review.application.call.authority_id, review.application.case_id, user, *roles)


def may_assess(assessment: Any, user: Any) -> bool:
    """The appointed assessor in person, while the role lasts and without conflict."""
    application = assessment.review.application
    if user is SYSTEM or assessment.assessor_id != user.pk:
        return False
    return _holds(application.call.authority_id, application.case_id, user, Role.ASSESSOR)


def may_be_assessor(review: Any, person: Any) -> bool:
    """Whether the person can be appointed: the role at the authority and no conflict in the case."""
    return _holds(review.application.call.authority_id, review.application.case_id, person, Role.ASSESSOR)


# Opinions ------------------------------------------------------------------------------------------------------------


def may_handle_opinion(opinion: Any, user: Any) -> bool:
    """Those who handle the case: they ask, record, waive and communicate."""
    return may_handle(opinion.review, user)


def may_write_opinion(opinion: Any, user: Any) -> bool:
    """One of the consulted organisation's people who write for it, without a conflict in the case."""
    if user is SYSTEM or not getattr(user, "is_authenticated", False) or opinion.organisation_id is None:
        return False
    return user.may_edit_for(opinion.organisation_id) and not has_conflict(opinion.review.application.case_id, user)


def may_answer_opinion(opinion: Any, user: Any) -> bool:
    """The consulted organisation's own people, or the handler who records what came in another way."""
    return may_write_opinion(opinion, user) or may_handle_opinion(opinion, user)


def may_reply_to_opinion(opinion: Any, user: Any) -> bool:
    """Those who write for the applicant (25 § förvaltningslagen), without a conflict in the case."""
    application = opinion.review.application
    if user is SYSTEM or not getattr(user, "is_authenticated", False):
        return False
    return user.may_edit_for(application.applicant_id) and not has_conflict(application.case_id, user)


# Decisions -----------------------------------------------------------------------------------------------------------


def may_propose(decision: Any, user: Any) -> bool:
    """The rapporteur who stands in the decision: a handler or rapporteur of the authority without conflict."""
    if user is SYSTEM or decision.rapporteur_id != user.pk:
        return False
    return _holds(decision.authority_id, decision.case_id, user, *HANDLING)


def may_decide(decision: Any, user: Any) -> bool:
    """A decider of the authority who neither presents the case, nor assessed it, nor has a conflict in it (FL 16–17 §§, INV-7)."""
    if user is SYSTEM or decision.rapporteur_id == user.pk:
        return False
    if not _holds(decision.authority_id, decision.case_id, user, Role.DECIDER):
        return False
    return not is_assessor_of(decision.application_id, user)


def may_send_back(decision: Any, user: Any) -> bool:
    """A decider of the authority, or a handler who sees that the proposal must change."""
    return _holds(decision.authority_id, decision.case_id, user, *HANDLING, Role.DECIDER)


def may_dispatch(decision: Any, user: Any) -> bool:
    """Those who handle, decide or keep the register at the authority."""
    return _holds(decision.authority_id, decision.case_id, user, *HANDLING, Role.DECIDER, Role.REGISTRAR)
