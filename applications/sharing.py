"""Sharing an application: inviting, accepting, changing levels, handing over, leaving.

Whoever changes whom it is shared with holds the application's row, so two managers who leave at once are seen one after the
other: somebody always manages. Levels are read anew under that lock, not from what the request knew when it began.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError
from django.urls import reverse

from applications import rules
from applications.models import Application, Invitation, Participant
from grants.accounts.enums import Level
from grants.accounts.joining import join
from grants.accounts.models import Membership, User
from grants.core import events, mail
from grants.core.events import sha256
from grants.core.exceptions import Blocked, Reason
from grants.core.held import whole
from grants.core.locks import lock
from grants.core.text import clean_name
from grants.core.time import now

VALID_DAYS = 14
MAX_A_DAY = 50
"""Invitations from one application in 24 hours: nobody sends masses of mail through the service."""
LAST = "Någon måste kunna styra behörigheterna. Ge först en annan person behörigheten ”Läsa, skriva och styra behörigheter”."
GONE = "Uppgiften finns inte längre. Ladda om sidan."


def _opened(application: Application, by: Any) -> Application:
    """The row locked, for somebody who manages it as the database says now."""
    row = lock(application)
    if row.is_test:
        raise Blocked("En provansökan delas inte med andra.")
    if not rules.may_manage(row, User.objects.get(pk=by.pk)):
        raise PermissionDenied("Bara den som styr behörigheterna kan ändra vilka som arbetar med ansökan.")
    return row


@whole
def invite(application: Application, *, email: str, level: str, by: Any) -> Invitation | Participant:
    """Invite somebody by mail; an earlier invitation to the same address gives way, with its link.

    A member of the applicant's organisation has nothing to accept: they see the application already, and get the level at once.
    """
    row = _opened(application, by)
    email = clean_name(email).lower()
    reasons: list[str] = []
    if level not in Level.values:
        reasons.append(Reason("Välj vad personen ska få göra.", "level"))
    try:
        validate_email(email)
        if len(email) > 254:
            raise ValidationError("too long")
    except ValidationError:
        reasons.append(Reason("Skriv personens e-postadress som namn@organisation.se.", "email"))
    if reasons:
        raise Blocked(reasons)
    at = now()
    if Participant.objects.holding().filter(application=row, user__email=email).exists():
        raise Blocked([Reason("Personen är redan med. Ändra behörigheten i listan.", "email")])
    if row.invitations.filter(invited_at__gt=at - dt.timedelta(days=1)).count() >= MAX_A_DAY:
        raise Blocked([Reason(f"Ni har bjudit in {MAX_A_DAY} gånger på ett dygn. Fortsätt i morgon.", "email")])
    members = Membership.objects.in_force().filter(organisation=row.applicant_id, user__is_active=True)
    member = members.filter(user__email=email).select_related("user").first()
    if member is not None:
        return _let_in(row, member.user, level, by=by, at=at)
    row.invitations.pending().filter(email=email).update(withdrawn_at=at)
    invitation = Invitation(
        application=row,
        email=email,
        level=level,
        invited_by=by,
        invited_at=at,
        expires_at=at + dt.timedelta(days=VALID_DAYS),
    )
    invitation.key_sha256 = sha256(mail.key_of(invitation.seed))
    invitation.save()
    label = f"Bjöd in en person: {Level(level).label.lower()}"
    facts = {"invitation": str(invitation.pk), "level": level}
    events.record(row, "invite", by=by, at=at, label=label, facts=facts)
    link = reverse("applications:invitation", args=["KEY"]).replace("KEY", mail.key_mark(invitation.seed))
    mail.queue("applications/invitation", to=[email], invitation=invitation, application=row, link=link)
    return invitation


def _let_in(row: Application, user: User, level: str, *, by: Any, at: dt.datetime) -> Participant:
    """Give the level to a person, through the organisation of the application that they are a member of, if any."""
    member_of = set(Membership.objects.in_force().filter(user=user).values_list("organisation_id", flat=True))
    concerned = [row.applicant_id, *row.parties.order_by("order").values_list("organisation_id", flat=True)]
    through = next((one for one in concerned if one in member_of), None)
    # A right that ended with a membership leaves its row behind: it gives way.
    Participant.objects.in_force().filter(application=row, user=user).update(ended_at=at)
    given = Participant.objects.create(
        application=row, user=user, level=level, through_id=through, given_by=by, given_at=at
    )
    label = f"Delade ansökan med {str(user)[:100]}: {Level(level).label.lower()}"
    events.record(row, "share", by=by, at=at, label=label, facts={"person": str(user.pk), "level": level})
    if user.pk != by.pk:
        mail.queue("applications/shared", to=[user], application=row, by=by, level=Level(level).label.lower())
    return given


@whole
def withdraw_invitation(application: Application, pk: Any, *, by: Any) -> None:
    """Take an invitation back: its link no longer works."""
    row = _opened(application, by)
    at = now()
    if not row.invitations.pending().filter(pk=pk).update(withdrawn_at=at):
        raise Blocked(GONE)
    events.record(
        row, "withdraw_invitation", by=by, at=at, label="Tog tillbaka en inbjudan", facts={"invitation": str(pk)}
    )


def find(key: str) -> Invitation | None:
    """The invitation that the key of a mail's link opens, however it stands with it now."""
    rows = Invitation.objects.select_related("application__call", "application__applicant", "invited_by")
    return rows.filter(key_sha256=sha256(key)).first()


@whole
def accept(invitation: Invitation, *, by: User) -> Application:
    """Join the application. Only the account of the invited address can, and only once.

    Raises PermissionDenied for another account, Blocked when the invitation no longer holds.
    """
    row = lock(invitation.application)
    held = Invitation.objects.get(pk=invitation.pk)
    if held.email != by.email.lower():
        raise PermissionDenied("Inbjudan gäller en annan e-postadress än den du är inloggad med.")
    at = now()
    if held.accepted_by_id == by.pk:
        return row
    if held.withdrawn_at or held.accepted_at or held.expires_at <= at:
        raise Blocked("Inbjudan gäller inte längre. Be den som bjöd in dig att skicka en ny.")
    if row.call.authority_id in by.authority_ids:
        raise Blocked("Du arbetar hos myndigheten som prövar ansökan. Därför kan du inte vara med och skriva den.")
    held.accepted_at, held.accepted_by = at, by
    held.save(update_fields=["accepted_at", "accepted_by"])
    _let_in(row, by, held.level, by=by, at=at)
    return row


def join_and_accept(invitation: Invitation, *, name: str, password: str) -> User:
    """An account for an invited person who has none, in the application and nowhere else. Raises Blocked as ``join`` does."""
    try:
        return _joined(invitation, name, password)
    except IntegrityError:  # two links of the same address, pressed at the same moment
        raise Blocked("Det finns redan ett konto för adressen. Logga in med det.") from None


@whole
def _joined(invitation: Invitation, name: str, password: str) -> User:
    row = lock(invitation.application)
    if not Invitation.objects.usable(now()).filter(pk=invitation.pk).exists():
        raise Blocked("Inbjudan gäller inte längre. Be den som bjöd in dig att skicka en ny.")
    person = join(email=invitation.email, name=name, password=password)
    facts = {"person": str(person.pk), "invitation": str(invitation.pk)}
    events.record(row, "join", by=person, label="Skapade konto genom en inbjudan", facts=facts)
    accept(invitation, by=person)
    return person


def waiting_for(user: Any) -> Any:
    """The invitations that the signed-in person can accept now: those to the address that their account has proven."""
    return Invitation.objects.usable(now()).filter(email=user.email.lower(), application__is_test=False)


@whole
def change_level(application: Application, pk: Any, level: str, *, by: Any) -> Participant:
    """Give a person another level. The last one who manages keeps it."""
    row = _opened(application, by)
    held = _held(row, pk)
    if level not in Level.values:
        raise Blocked([Reason("Välj vad personen ska få göra.", "level")])
    if held.level == level:
        return held
    held.level = level
    held.save(update_fields=["level"])
    _keep_a_manager(row)
    label = f"Ändrade behörigheten för {str(held.user)[:100]}: {Level(level).label.lower()}"
    facts = {"person": str(held.user_id), "level": level}
    events.record(row, "change_level", by=by, label=label, facts=facts)
    return held


@whole
def hand_over(application: Application, pk: Any, *, by: Any) -> Participant:
    """Let another person manage in one's own place: they get the level manage, the own share becomes edit."""
    row = _opened(application, by)
    held = _held(row, pk)
    if held.user_id == by.pk:
        raise Blocked("Välj den person som ska ta över.")
    held.level = Level.MANAGE
    held.save(update_fields=["level"])
    Participant.objects.in_force().filter(application=row, user=by, level=Level.MANAGE).update(level=Level.EDIT)
    _keep_a_manager(row)
    facts = {"person": str(held.user_id)}
    events.record(row, "hand_over", by=by, label=f"Lämnade över ansvaret till {held.user}", facts=facts)
    mail.queue("applications/shared", to=[held.user], application=row, by=by, level=Level.MANAGE.label.lower())
    return held


@whole
def remove(application: Application, pk: Any, *, by: Any) -> None:
    """Take a person's share away, or leave oneself. Who manages at last cannot."""
    row = lock(application)
    held = _held(row, pk)
    if held.user_id != by.pk:
        _opened(row, by)
    at = now()
    held.ended_at = at
    held.save(update_fields=["ended_at"])
    _keep_a_manager(row)
    if held.user_id == by.pk:
        name, label = "leave", "Lämnade ansökan"
    else:
        name, label = "unshare", f"Tog bort behörigheten för {held.user}"
    events.record(row, name, by=by, at=at, label=label, facts={"person": str(held.user_id)})


def _held(row: Application, pk: Any) -> Participant:
    held = Participant.objects.in_force().filter(application=row, pk=pk).select_related("user").first()
    if held is None:
        raise Blocked(GONE)
    return held


def _keep_a_manager(row: Application) -> None:
    """Raise Blocked when nobody manages the application any more; the caller's change is then undone."""
    if not managers(row):
        raise Blocked(LAST)


def managers(row: Application) -> set[Any]:
    """Keys of the people who manage it: by a share, or as managing members of the applicant."""
    members = Membership.objects.in_force().filter(
        organisation=row.applicant_id, level=Level.MANAGE, user__is_active=True
    )
    shares = Participant.objects.holding().filter(application=row, level=Level.MANAGE)
    return {*members.values_list("user_id", flat=True), *shares.values_list("user_id", flat=True)}


def start_sharing(application: Application, *, by: Any, at: dt.datetime) -> None:
    """Whoever starts an application manages it, as long as they are a member of the applicant. Part of the start's own event."""
    Participant.objects.create(
        application=application, user=by, level=Level.MANAGE, through=application.applicant, given_by=by, given_at=at
    )
