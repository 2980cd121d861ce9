"""What the actions of this stage share: asking early, double presses, who gets the mail."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email

from grants.core.exceptions import Blocked, Stale
from grants.core.models import UsedToken
from grants.core.seen import same_version
from grants.projects.enums import WITH_OWNER

NOT_YOURS = "Du har inte behörighet att göra det här i projektet."
SENT = "Den är redan inskickad och går inte att ändra. Ladda om sidan."


def ask(obj: Any, name: str, by: Any, version: int | None = None) -> None:
    """Ask a step's rule and blockers before the work that leads up to it. Raises PermissionDenied, Stale or Blocked.

    ``version``: the one that the person's page showed.
    """
    declared = type(obj).steps()[name]
    if not declared.may(obj, by):
        raise PermissionDenied(f"{declared.label}: du har inte behörighet.")
    same_version(obj, version)
    if reasons := declared.reasons(obj):
        raise Blocked(reasons)


def ask_to_write(part: Any, by: Any, version: int, rule: Callable[[Any, Any], bool]) -> None:
    """Whether the owner's person may save in this report or payment application now, from the version they saw."""
    if not rule(part, by):
        raise PermissionDenied(NOT_YOURS)
    if part.state not in WITH_OWNER:
        raise Blocked(SENT)
    if part.version != version:
        raise Stale


def once(token: uuid.UUID | None, project: Any, parts: Any, make: Callable[[], Any]) -> Any:
    """Make a part of the project once per form token; a second press gets the first one's part (INV-14)."""
    if token is None:
        return make()
    used, is_first = UsedToken.objects.get_or_create(token=token)
    if not is_first:
        part = parts.filter(project=project, pk=used.result or None).first()
        if part is None:
            raise Blocked("Formuläret är redan använt. Ladda om sidan och försök igen.")
        return part
    part = make()
    UsedToken.objects.filter(token=token).update(result=str(part.pk))
    return part


def owner_contacts(project: Any) -> Iterator[str]:
    """Addresses of the owner: the contact person of the application and whoever signed it."""
    application = project.application
    found = [application.contact_email, getattr(application.submitted_by, "email", "")]
    yield from (address for address in dict.fromkeys(found) if address and is_address(address))


def is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def handler_contacts(project: Any) -> Iterator[str]:
    """The handler's address, when there is a handler."""
    if project.handler_id:
        yield project.handler.email
