"""What holds for every application in the database at hand (TRUST section 2)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, Sum

from applications.enums import FinancingForm, State
from applications.models import (
    Application,
    CostLine,
    FinancingLine,
    Participant,
    PartyConfirmation,
    SupplementRequest,
)
from calls.enums import CostTypeCode
from grants.accounts.enums import Level
from grants.accounts.models import Membership
from grants.core.events import canonical, sha256
from grants.core.invariants import invariant
from grants.core.models import Event
from grants.documents.enums import DocumentKind
from grants.documents.models import Document

SENT = Application.objects.exclude(state=State.DRAFT)


@invariant("INV-2", "A version that came in has the hash it had, and the application quotes its latest version's")
def frozen_content_holds() -> list[str]:
    found = []
    latest: dict[Any, str] = {}
    kinds = (DocumentKind.APPLICATION, DocumentKind.SUPPLEMENT)
    for document in Document.objects.filter(kind__in=kinds).order_by("case", "number").iterator():
        if sha256(canonical(document.content)) != document.sha256:
            found.append(f"document {document.pk}: content does not match its hash")
        latest[document.case_id] = document.sha256
    for pk, case_id, digest in SENT.values_list("pk", "case", "content_sha256").iterator():
        if latest.get(case_id) != digest:
            found.append(f"application {pk}: quotes {digest[:12] or 'nothing'}, its latest version is another")
    return found


@invariant(
    "INV-2",
    "Every answered supplement is a version of its own; what is written meanwhile is a draft apart from the case",
)
def supplements_are_versions() -> list[str]:
    answered = Counter(SupplementRequest.objects.exclude(answered_at=None).values_list("application__case", flat=True))
    kept = Counter(Document.objects.filter(kind=DocumentKind.SUPPLEMENT).values_list("case", flat=True))
    found = [
        f"case {case}: {answered[case]} answered supplements, {kept[case]} versions of them"
        for case in sorted({*answered, *kept}, key=str)
        if answered[case] != kept[case]
    ]
    copies = Application.objects.exclude(supplement=None)
    loose = copies.exclude(supplement__application__call=F("call"), supplement__application__applicant=F("applicant"))
    return found + [
        f"copy {pk} is of another call or applicant than its application" for pk in loose.values_list("pk", flat=True)
    ]


@invariant("INV-3", "An application is late exactly when it came in at or after the deadline that held then")
def lateness_is_right() -> list[str]:
    facts = {
        event.object_id: event.facts
        for event in Event.objects.filter(object_type=Application._meta.label, name="submit").iterator()
    }
    found = []
    for pk, at, is_late in SENT.values_list("pk", "submitted_at", "is_late").iterator():
        told = facts.get(str(pk))
        if told is None:
            found.append(f"application {pk}: was sent in without an event")
            continue
        deadline = told.get("closes_at")
        assert at is not None  # a constraint says so
        if is_late != (deadline is not None and at >= dt.datetime.fromisoformat(deadline)):
            found.append(f"application {pk}: late is {is_late}, received {at.isoformat()}, deadline {deadline}")
    return found


@invariant("INV-12", "An unsent draft has neither case, number nor document: nothing that the authority could open")
def drafts_are_their_owners() -> list[str]:
    drafts = Application.objects.filter(state=State.DRAFT)
    held = drafts.filter(Q(case__isnull=False) | Q(submitted_at__isnull=False) | ~Q(content_sha256=""))
    opened = Document.objects.filter(case__in=drafts.values("pk"))
    return [
        *(f"draft {pk} has a case, a time of arrival or a hash" for pk in held.values_list("pk", flat=True)),
        *(f"document {pk} lies in the case of a draft" for pk in opened.values_list("pk", flat=True)),
    ]


@invariant("INV-16", "The stored sums of an application equal its lines")
def sums_equal_lines() -> list[str]:
    return [
        f"application {pk}: {field} is {stored}, its lines sum to {counted}"
        for pk, field, stored, counted in stored_and_counted()
        if stored != counted
    ]


def stored_and_counted() -> Iterator[tuple[Any, str, int, int]]:
    """(application, field, stored sum, sum of the lines) of every application."""
    for field, lines in (("total_cost_sek", "cost_lines"), ("financed_sek", "financing_lines")):
        rows = Application.objects.annotate(counted=Sum(f"{lines}__amount_sek")).values_list("pk", field, "counted")
        for pk, stored, counted in rows.iterator():
            yield pk, field, stored, counted or 0


@invariant("INV-16", "What has come in is financed to the krona: support and co-financing are its cost")
def sent_budgets_balance() -> list[str]:
    sent = SENT.annotate(covered=F("applied_sek") + F("financed_sek")).exclude(covered=F("total_cost_sek"))
    rows = sent.order_by().values_list("pk", "total_cost_sek", "covered")
    return [f"application {pk}: costs {total}, is financed with {covered}" for pk, total, covered in rows.iterator()]


@invariant("INV-16", "In kind is worth the same among the costs and in the financing, where its call has such costs")
def in_kind_balances() -> list[str]:
    costs = CostLine.objects.filter(cost_type__code=CostTypeCode.IN_KIND, application__in=SENT)
    lines = FinancingLine.objects.filter(form=FinancingForm.IN_KIND, application__in=SENT)
    given = dict(lines.order_by().values_list("application").annotate(Sum("amount_sek")))
    return [
        f"application {pk}: in kind costs {cost}, is financed with {given.get(pk, 0)}"
        for pk, cost in costs.order_by().values_list("application").annotate(Sum("amount_sek")).iterator()
        if cost != given.get(pk, 0)
    ]


@invariant("INV-2", "A party's confirmation has the hash of what was confirmed")
def confirmations_keep_their_hash() -> list[str]:
    """What a party bound itself to is not rewritten afterwards."""
    return [
        f"confirmation {row.pk} of application {row.application_id} no longer has its hash"
        for row in PartyConfirmation.objects.iterator()
        if row.sha256 != sha256(canonical(row.content))
    ]


@invariant("INV-20", "Every application is managed by somebody, as long as its applicant has people at all")
def somebody_manages() -> list[str]:
    """The last manager cannot leave: where the applicant has members who write, one of them or a guest manages."""
    member = Membership.objects.in_force().filter(organisation=OuterRef("applicant"), user__is_active=True)
    manages = Participant.objects.holding().filter(application=OuterRef("pk"), level=Level.MANAGE)
    starters = Membership.objects.in_force().filter(
        organisation=OuterRef("applicant"), user=OuterRef("created_by"), user__is_active=True
    )
    rows = Application.objects.filter(Exists(starters), state=State.DRAFT, is_test=False).exclude(
        Exists(manages) | Exists(member.filter(level=Level.MANAGE))
    )
    return [f"application {pk} is managed by nobody" for pk in rows.order_by().values_list("pk", flat=True)]
