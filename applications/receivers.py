"""Who gets the mails about an application."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import Exists, OuterRef

from applications.models import Participant
from grants.accounts.enums import Level
from grants.accounts.models import Membership, User
from grants.core.known import Known
from grants.core.time import today

WRITING = (Level.EDIT, Level.MANAGE)

Officers = Callable[[Any], list[Any]]
_officers: list[Officers] = []


def register_officers(source: Officers) -> None:
    """Say who works with an application at the authority: a function (application) -> people. The stage of reviews knows."""
    if source not in _officers:
        _officers.append(source)


def officers_of(application: Any) -> list[Any]:
    """The people at the authority who are told what happens in the case: its handler, or nobody as long as there is none."""
    return [person for source in _officers for person in source(application)]


def receivers(application: Any, by: Any = None) -> Iterator[str]:
    """The contact, the person who acts, the applicant's members who write and those it is shared with to write: each once."""
    writers = WRITERS.rows(application.applicant_id, application.pk, today())
    addresses = [application.contact_email, getattr(by, "email", ""), *(person.email for person in writers)]
    yield from {address.lower(): address for address in addresses if address}.values()


def _writers(applicant: Any, application: Any, day: Any) -> Any:
    member = Membership.objects.in_force(day).filter(user=OuterRef("pk"), organisation=applicant, level__in=WRITING)
    sharing = Participant.objects.holding(day).filter(user=OuterRef("pk"), application=application, level__in=WRITING)
    return User.objects.filter(Exists(member) | Exists(sharing), is_active=True).order_by("date_joined", "pk")


WRITERS = Known(_writers)
