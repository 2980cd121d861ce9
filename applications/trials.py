"""Test mode: a call manager tries the whole application before the call opens, without leaving a trace.

A try is a draft for ever (a constraint says so), seen by the one who made it and by nobody else. Sending it in does all that
sending in does, as a signatory of the organisation that it is tried as, in a transaction that is rolled back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied

from applications import actions, commitments, rules
from applications.content import loaded
from applications.enums import ConfirmedHow
from applications.models import Application, PartyConfirmation
from calls import rules as call_rules
from calls.enums import State as CallState
from calls.models import Call
from calls.questions import form_in_use
from grants.accounts.enums import Level, MandateScope
from grants.accounts.models import Mandate, Membership, Organisation, User
from grants.core.exceptions import Blocked, Reason
from grants.core.held import in_one_piece, whole
from grants.core.locks import lock
from grants.core.time import now, today
from grants.documents.enums import DocumentKind
from grants.documents.models import Attachment, Document

TRIED_IN = (CallState.DRAFT, CallState.PUBLISHED)


@dataclass(frozen=True)
class Trial:
    """What sending in would have given: the receipt, and to whom the mail would have gone."""

    receipt: dict[str, Any]
    receivers: list[str]


class RolledBack(Exception):
    """Everything was done and nothing of it stays."""


def of(call: Call, user: Any) -> Application | None:
    """The person's try of the call, if there is one."""
    return Application.objects.filter(call=call, created_by=user, is_test=True).first()


@whole
def begin(call: Call, *, applicant: Organisation, by: Any) -> Application:
    """Start a try as that organisation, or go on with the one that is there. No event: it leaves no trace in any history."""
    row = lock(call)
    if not call_rules.may_manage(row, by):
        raise PermissionDenied("Bara den som är utlysningsansvarig kan prova ansökan.")
    held = of(row, by)
    if held is not None:
        return held
    if row.state not in TRIED_IN:
        raise Blocked("Ansökan går bara att prova medan utlysningen är ett utkast eller kommande.")
    if not applicant.is_applicant or applicant.ended_on is not None:
        raise Blocked([Reason("Välj en organisation som kan söka stöd.", "organisation")])
    at = now()
    region = applicant.region
    return Application.objects.create(
        call=row,
        applicant=applicant,
        created_by=by,
        is_test=True,
        form=form_in_use(row),
        title="",
        contact_name=by.name[:150],
        contact_email=by.email,
        region=region,
        contact_area=region.contact_area if region else None,
        created_at=at,
        updated_at=at,
    )


def send(application: Application, *, by: Any) -> Trial:
    """Send the try in and take it all back: every check is run, and the receipt is as it would be.

    Raises PermissionDenied, or Blocked with every reason as for a real application.
    """
    found: list[Trial] = []
    try:
        with in_one_piece():
            found.append(_sent(application, by))
            raise RolledBack
    except RolledBack:
        return found[0]


def _sent(application: Application, by: Any) -> Trial:
    row = lock(application)
    if not row.is_test or not rules.may_edit(row, by):
        raise PermissionDenied("Bara den som har gjort provansökan kan prova att skicka in den.")
    # Until the transaction is rolled back the person signs for the organisation, with the rights that a signatory has.
    Membership.objects.get_or_create(
        user=by, organisation=row.applicant, ended_on=None, defaults={"level": Level.MANAGE}
    )
    Mandate.objects.create(user=by, organisation=row.applicant, scope=MandateScope.ALL)
    Application.objects.filter(pk=row.pk).update(is_test=False)
    if commitments.is_required(row):
        _let_parties_confirm(row, by)
    sent = actions.submit(row, by=User.objects.get(pk=by.pk))
    receipt = Document.objects.get(case=sent.case, kind=DocumentKind.RECEIPT)
    return Trial(receipt.content, list(dict.fromkeys(address for address in actions.receivers(sent, by))))


def _let_parties_confirm(row: Application, by: Any) -> None:
    """Every party confirms its part as it stands, until the transaction is rolled back."""
    PartyConfirmation.objects.bulk_create(
        PartyConfirmation(
            application=row,
            party=one.party,
            how=ConfirmedHow.DIGITAL,
            content=one.content,
            sha256=one.sha256,
            name=by.name,
            confirmed_on=today(),
            recorded_by=by,
        )
        for one in commitments.unconfirmed(loaded(row))
    )


@whole
def discard(application: Application, *, by: Any) -> None:
    """Throw the try away with everything in it. A stored file stays on the disk: by its content it may be another row's too."""
    row = lock(application)
    if not row.is_test or not rules.may_edit(row, by):
        raise PermissionDenied("Bara den som har gjort provansökan kan ta bort den.")
    attached = list(row.attachments.values_list("attachment", flat=True))
    row.attachments.all().delete()
    Attachment.objects.filter(pk__in=attached).delete()
    row.delete()
