"""May this person? Level in the applicant's organisation, mandate to sign, role at the authority; jäv takes it all away."""

from __future__ import annotations

from typing import Any

from grants.accounts.enums import Level, MandateScope, Role
from grants.documents.models import has_conflict


def may_edit(application: Any, user: Any) -> bool:
    """A member of the applicant with the level edit or manage. The partners' people read."""
    if application.is_test:
        return may_try(application, user)
    return user.is_authenticated and user.may_edit_for(application.applicant_id)


def may_try(application: Any, user: Any) -> bool:
    """Whoever made the try, as long as they manage the authority's calls. The applicant that it is tried as has no part in it."""
    return (
        bool(application.is_test)
        and user.is_authenticated
        and application.created_by_id == user.pk
        and user.has_role(application.call.authority_id, Role.CALL_MANAGER)
    )


def may_submit(application: Any, user: Any) -> bool:
    """An authorised signatory of the applicant (FL 14–15 §§)."""
    if application.is_test:
        return may_try(application, user)
    return user.is_authenticated and user.may_sign_for(application.applicant_id, MandateScope.APPLICATIONS)


def may_withdraw(application: Any, user: Any) -> bool:
    """A signatory, or a member who manages the organisation's applications."""
    if not user.is_authenticated:
        return False
    return may_submit(application, user) or user.level_in(application.applicant_id) == Level.MANAGE


def may_answer(application: Any, user: Any) -> bool:
    """Whoever writes for the applicant, or signs for it: a supplement needs no signature of its own (FL 20 §)."""
    return may_edit(application, user) or may_submit(application, user)


def may_handle(application: Any, user: Any) -> bool:
    """A handler or rapporteur of the granting authority without a declared conflict (FL 16–18 §§)."""
    return _works_at_authority(application, user, Role.HANDLER, Role.RAPPORTEUR)


def may_conclude(application: Any, user: Any) -> bool:
    """Those who may dispatch the decision, without a declared conflict. The decision itself has its own, stricter rule."""
    return _works_at_authority(application, user, Role.DECIDER, Role.HANDLER, Role.RAPPORTEUR, Role.REGISTRAR)


def _works_at_authority(application: Any, user: Any, *roles: str) -> bool:
    if not user.is_authenticated or not user.has_role(application.call.authority_id, *roles):
        return False
    return not has_conflict(application.case_id, user)
