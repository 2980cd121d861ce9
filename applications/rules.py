"""May this person? Level by membership or sharing, mandate to sign, role at the authority; jäv takes it all away."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from grants.accounts.enums import Level, MandateScope, Role
from grants.documents.models import has_conflict


def may_read(application: Any, user: Any) -> bool:
    """The applicant's and the parties' members, those it is shared with, and the authority once it has come in."""
    return type(application).objects.visible_to(user).filter(pk=application.pk).exists()


def may_edit(application: Any, user: Any) -> bool:
    """A member of the applicant, or somebody it is shared with, who has the level edit or manage. The partners' people read."""
    if application.is_test:
        return may_try(application, user)
    if not user.is_authenticated:
        return False
    return user.may_edit_for(application.applicant_id) or shared_level(application, user) in (Level.EDIT, Level.MANAGE)


def may_manage(application: Any, user: Any) -> bool:
    """Who decides whom it is shared with: a member who manages the applicant's applications, or somebody given that level."""
    if application.is_test or not user.is_authenticated:
        return False
    return Level.MANAGE in (user.level_in(application.applicant_id), shared_level(application, user))


def shared_level(application: Any, user: Any) -> str:
    """The level on which the application is shared with the person now, or an empty string.

    Nobody of the authority that will try it writes it too, however they came to it (FL 16 §).
    """
    shared = application.supplement.application_id if application.supplement_id else application.pk
    level = shared_with(user).get(shared, "")
    return "" if level and application.call.authority_id in user.authority_ids else level


def shared_with(user: Any) -> dict[Any, str]:
    """The level of each application that is shared with the person. Read once per request, as memberships are (INV-20)."""
    from applications.models import Participant  # the models know the machine, which knows us

    held: dict[Any, str] | None = user.__dict__.get("shared_applications")
    if held is None:
        rows = Participant.objects.of_person(user).order_by().values_list("application_id", "level")
        held = user.__dict__["shared_applications"] = dict(rows)
    return held


def let_into_case(user: Any, case: str) -> Any:
    """The condition on cases (``case``: prefix of the lookup) whose application is shared with the person (FL 10 §)."""
    from applications.models import Participant

    return Q(**{f"{case}application__in": Participant.objects.of_person(user).values("application")})


def is_guest(user: Any) -> bool:
    """Whether applications are shared with somebody whose organisations may not apply themselves, and who has no role."""
    return not user.applicant_organisation_ids and not user.role_codes and bool(shared_with(user))


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
