"""Who may do what with a call: the call managers of its authority; the clock opens and closes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grants.accounts.enums import Role
from grants.core.people import SYSTEM

if TYPE_CHECKING:
    from calls.models import Call


def may_manage(call: Call, user: Any) -> bool:
    """A call manager of the authority that the call belongs to."""
    return manages_for(call.authority_id, user)


def may_answer(call: Call, user: Any) -> bool:
    """A handler or a call manager of the authority: they answer questions about the call."""
    return bool(user.is_authenticated) and any(
        user.has_role(call.authority_id, role) for role in (Role.HANDLER, Role.CALL_MANAGER)
    )


def may_look_up(call: Call, user: Any) -> bool:
    """Those who answer questions about the call read the whole of its set-up; only a call manager changes it."""
    return may_answer(call, user)


def manages_for(authority_id: Any, user: Any) -> bool:
    """A call manager of that authority."""
    return bool(user.is_authenticated) and user.has_role(authority_id, Role.CALL_MANAGER)


def may_run_clock(call: Call, user: Any) -> bool:
    """The clock, or a call manager when the clock has stood still."""
    return user is SYSTEM or may_manage(call, user)


def managed_authorities(user: Any) -> list[Any]:
    """The authorities where the person is a call manager now, each once."""
    held = [role.authority for role in user.roles_now if role.role == Role.CALL_MANAGER]
    return list({authority.pk: authority for authority in held}.values())
