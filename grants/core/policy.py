"""Who may open a URL, declared where the view is defined (mechanism 4; TRUST section 4).

``@policy(Audience…)`` is the outermost decorator of every view. The middleware answers 404 for a view without one, the
generated test walks the URLconf, and ``manage.py policy_table`` prints docs/permissions.md.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed


class Audience(models.TextChoices):
    """The widest circle a URL is for. Which objects they see there is ``visible_to``; what they may do is the step's rule."""

    PUBLIC = "public", "Alla, även utan inloggning"
    SIGNED_IN = "signed_in", "Alla inloggade"
    APPLICANT = "applicant", "Sökande (medlem i en organisation som kan söka)"
    AUTHORITY = "authority", "Medarbetare hos beviljande myndighet, i roll"


@dataclass(frozen=True)
class Policy:
    """The declaration: audience, roles at the authority (empty: any role), methods, and what the URL shows or does."""

    audience: Audience
    roles: tuple[str, ...]
    methods: tuple[str, ...]
    about: str

    def admits(self, user: object) -> bool:
        """Whether the person belongs to the audience at all."""
        if self.audience == Audience.PUBLIC:
            return True
        if not getattr(user, "is_authenticated", False):
            return False
        if self.audience == Audience.AUTHORITY:
            held: set[str] = user.role_codes  # type: ignore[attr-defined]
            return bool(held & set(self.roles)) if self.roles else bool(held)
        if self.audience == Audience.APPLICANT:
            return bool(user.applicant_organisation_ids)  # type: ignore[attr-defined]
        return True


def policy(
    audience: Audience, *, roles: Iterable[str] = (), methods: Iterable[str] = ("GET",), about: str = ""
) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Declare and enforce a view's policy: 405 for other methods, sign-in for anonymous people, 403 outside the audience.

    ``methods``: GET implies HEAD. Objects that are not the person's to see are 404 by ``visible_to`` inside the view.
    """
    declared = Policy(audience, tuple(str(role) for role in roles), tuple(methods), about)
    allowed = {*declared.methods, *(["HEAD"] if "GET" in declared.methods else [])}

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if request.method not in allowed:
                return HttpResponseNotAllowed(sorted(allowed))
            if not declared.admits(request.user):
                raise PermissionDenied("Sidan är för andra roller än din.")
            return view(request, *args, **kwargs)

        guarded.policy = declared  # type: ignore[attr-defined]
        return login_not_required(guarded) if audience == Audience.PUBLIC else guarded

    return decorate


# Views of the packages that we use, by module: their own decorators guard them, the table says for whom they are.
FOREIGN = {
    "allauth.account": Policy(Audience.PUBLIC, (), ("GET", "POST"), "Inloggning och eget konto"),
    "allauth.mfa": Policy(Audience.SIGNED_IN, (), ("GET", "POST"), "Tvåstegsverifiering"),
    "allauth.usersessions": Policy(Audience.SIGNED_IN, (), ("GET", "POST"), "Egna inloggningar"),
}


def policy_of(view: Callable) -> Policy | None:
    """The policy of a resolved view: declared on it, or known for its package; None when there is none."""
    declared = getattr(view, "policy", None)
    if isinstance(declared, Policy):
        return declared
    module = getattr(getattr(view, "view_class", view), "__module__", "")
    return next((known for prefix, known in FOREIGN.items() if module.startswith(prefix)), None)
