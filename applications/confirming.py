"""Confirming a party's part: digitally by somebody with its mandate, or by a certificate that the applicant adds; reminders."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from applications import commitments, rules
from applications.content import hold
from applications.drafting.files import add_attachment
from applications.enums import ConfirmedHow, State
from applications.models import Application, Party, PartyConfirmation, PartyReminder
from grants.accounts.enums import MandateScope
from grants.accounts.models import Mandate
from grants.core import events, mail
from grants.core.exceptions import Blocked, Reason, Stale
from grants.core.held import whole
from grants.core.locks import lock
from grants.core.text import clean_name, too_long
from grants.core.time import today

CONFIRMABLE = (State.DRAFT, State.SUPPLEMENT_REQUESTED)
GONE = "Parten finns inte längre i ansökan. Ladda om sidan."
CHANGED = "Delen har ändrats sedan du öppnade sidan. Läs det som står här nu, och bekräfta om det stämmer."


def may_confirm(party: Party, user: Any) -> bool:
    """An authorised signatory of the party's organisation (FL 14–15 §§)."""
    return bool(party.organisation_id) and user.may_sign_for(party.organisation_id, MandateScope.APPLICATIONS)


def _opened(application: Application, pk: Any) -> tuple[Application, commitments.Standing]:
    """The row locked, with the party's part as it is now."""
    row = lock(application)
    if row.is_test:
        raise Blocked("I en provansökan bekräftar ingen sin del.")
    if row.state not in CONFIRMABLE:
        raise Blocked(f"Delen går inte att bekräfta när ansökan är {row.get_state_display().lower()}.")
    row = Application.objects.select_related("call", "applicant").get(pk=row.pk)
    hold(row)
    found = next((one for one in commitments.standings(row) if one.party.pk == pk), None)
    if found is None:
        raise Blocked(GONE)
    return row, found


@whole
def confirm(application: Application, pk: int, *, by: Any, read_sha256: str | None = None) -> PartyConfirmation:
    """Somebody with the organisation's mandate confirms what they have read. A second press gets the first one's result.

    Raises PermissionDenied without mandate, Stale when the part says something else than the page showed.
    """
    row, found = _opened(application, pk)
    if not may_confirm(found.party, by):
        raise PermissionDenied("Bara den som har fullmakt för parten kan bekräfta dess del.")
    if read_sha256 is not None and read_sha256 != found.sha256:
        raise Stale(CHANGED)
    if (
        found.is_current
        and found.confirmation.how == ConfirmedHow.DIGITAL
        and found.confirmation.recorded_by_id == by.pk
    ):
        return found.confirmation  # type: ignore[no-any-return]
    return _record(row, found, by=by, how=ConfirmedHow.DIGITAL, name=by.name, day=today())


@whole
def certify(
    application: Application,
    pk: int,
    *,
    by: Any,
    upload: Any,
    name: str,
    day: dt.date | None,
    read_sha256: str | None = None,
) -> PartyConfirmation:
    """The applicant adds the party's signed certificate (medfinansieringsintyg): who signed it, when, and the file itself."""
    row, found = _opened(application, pk)
    if not rules.may_edit(row, by):
        raise PermissionDenied("Du får läsa ansökan men inte lägga in intyg.")
    if read_sha256 is not None and read_sha256 != found.sha256:
        raise Stale(CHANGED)
    name = clean_name(name)
    reasons: list[Any] = list(too_long("Namnet", name, 150, "name"))
    if not name:
        reasons.append(Reason("Skriv vem som har skrivit under intyget.", "name"))
    if day is None:
        reasons.append(Reason("Skriv vilken dag intyget skrevs under.", "day"))
    elif day > today():
        reasons.append(Reason("Intyget kan inte vara underskrivet en dag som inte har kommit. Ändra dagen.", "day"))
    elif day < row.created_at.date() - dt.timedelta(days=365):
        reasons.append(Reason("Intyget är äldre än ett år. Be parten om ett nytt.", "day"))
    if upload is None:
        reasons.append(Reason("Välj filen med intyget.", "file"))
    if reasons:
        raise Blocked(reasons)
    attachment = add_attachment(row, upload, by=by, label=f"Intyg från {found.party.name}"[:150])
    assert day is not None
    file = attachment.application_attachment
    return _record(row, found, by=by, how=ConfirmedHow.CERTIFICATE, name=name, day=day, file=file)


def _record(
    row: Application, found: commitments.Standing, *, by: Any, how: str, name: str, day: dt.date, file: Any = None
) -> PartyConfirmation:
    made = PartyConfirmation.objects.create(
        application=row,
        party=found.party,
        how=how,
        content=found.content,
        sha256=found.sha256,
        name=name[:150],
        confirmed_on=day,
        file=file,
        recorded_by=by,
    )
    name = found.party.name[:100]
    label = f"Intyg från {name} lades in" if how == ConfirmedHow.CERTIFICATE else f"{name} bekräftade sin del"
    facts = {"party": found.party.pk, "how": str(how), "sha256": found.sha256}
    events.record(row, "confirm_part", by=by, label=label, facts=facts)
    return made


# Reminders -------------------------------------------------------------------------------------------------------------


def addresses_of(party: Party) -> list[str]:
    """Who is asked to confirm: the organisation's signatories, else the signatory or the contact that the applicant has named."""
    if party.organisation_id:
        held = Mandate.objects.in_force().filter(
            organisation=party.organisation_id,
            scope__in=(MandateScope.ALL, MandateScope.APPLICATIONS),
            user__is_active=True,
        )
        found = list(held.order_by("user__name").values_list("user__email", flat=True))
        if found:
            return list(dict.fromkeys(found))
    return [address for address in (party.signatory_email or party.contact_email,) if address]


@whole
def remind(application: Application, pk: int, *, by: Any) -> None:
    """Ask a party by mail to confirm, at most once a day."""
    row, found = _opened(application, pk)
    if not rules.may_edit(row, by):
        raise PermissionDenied("Du får läsa ansökan men inte påminna.")
    if found.is_current:
        raise Blocked(f"{found.party.name[:60]} har redan bekräftat sin del.")
    to = addresses_of(found.party)
    if not to:
        raise Blocked(
            f"Skriv först en e-postadress till kontaktpersonen eller firmatecknaren hos {found.party.name[:60]}."
        )
    if not _remind(row, found, to, by=by):
        raise Blocked(f"{found.party.name[:60]} har redan fått en påminnelse i dag. Försök igen i morgon.")
    events.record(row, "remind_party", by=by, label=f"Påminde {found.party.name[:100]} om bekräftelse")


def _remind(row: Application, found: commitments.Standing, to: list[str], *, by: Any) -> bool:
    made = PartyReminder(party=found.party, day=today(), sent_by=by)
    if PartyReminder.objects.filter(party=found.party, day=made.day).exists():
        return False
    made.save()
    mail.queue(
        "applications/confirm_part",
        to=to,
        application=row,
        call=row.call,
        party=found.party,
        facts=commitments.facts_of(found),
    )
    return True


def remind_all(pk: Any) -> int:
    """Ask every party of a draft that has not confirmed, by the clock. Returns how many were asked."""
    with transaction.atomic():
        try:
            row = lock(Application(pk=pk))
        except Application.DoesNotExist:
            return 0
        if row.state != State.DRAFT or row.is_test:
            return 0
        row = Application.objects.select_related("call", "applicant").get(pk=pk)
        hold(row)
        waiting = [(one, addresses_of(one.party)) for one in commitments.unconfirmed(row)]
        return sum(_remind(row, one, to, by=None) for one, to in waiting if to)
