"""Reading the application through, sending it in, and the receipt."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from applications import actions, rules, trials
from applications.blockers import missing_by_section
from applications.content import content_of_loaded, fingerprint, versions_of
from applications.drafting import editable_sections
from applications.enums import FinancingForm, PartyKind, Section, State
from applications.models import Application
from applications.pages import pages_of
from applications.progress import signatories
from applications.views.finding import find, up_to_date
from applications.views.links import section_link, step_items
from calls import applying
from grants.core import edge
from grants.core.exceptions import Blocked, Stale
from grants.core.policy import Audience, policy
from grants.core.time import format_long_day, now, today
from grants.documents.enums import DocumentKind
from grants.documents.models import Document


@policy(Audience.SIGNED_IN, about="Granska en egen ansökan innan den skickas in")
def review(request: HttpRequest, pk: Any) -> HttpResponse:
    return page(request, up_to_date(request, find(request, pk)))


def page(
    request: HttpRequest, application: Application, refused: list[str] | None = None, status: int = 200
) -> HttpResponse:
    """Every answer as the authority will see it, what is missing, and who may send it."""
    editable = editable_sections(application)
    missing = missing_by_section(application)
    content = content_of_loaded(application)
    blocks = content["blocks"]
    pages = pages_of(application)
    reasons = [reason for section in Section for reason in missing[section]]
    sections = [
        {
            "label": one.label,
            "reasons": [
                (reason, section_link(application, reason))
                for reason in reasons
                if reason.where.partition("#")[0] == one.value
            ],
            "change_url": reverse("applications:section", args=[application.pk, one.value])
            if one.section in editable
            else "",
            "blocks": [block for block in blocks if block.get("page", block["section"]) == one.value],
        }
        for one in pages
    ]
    return render(
        request,
        "applications/applicant/review.html",
        {
            "application": application,
            "sections": sections,
            "missing": reasons,
            "links": {reason.where: section_link(application, reason) for reason in reasons},
            "refused": [reason for reason in refused or [] if reason not in reasons],
            "warnings": warnings(application),
            "may_submit": rules.may_submit(application, request.user),
            "signatories": signatories(application),
            "is_late": is_late_now(application),
            "is_draft": application.state == State.DRAFT,
            "token": uuid.uuid4(),
            "sha256": fingerprint(content),
            "steps": step_items(application, "granska"),
            "total": len(pages) + 1,
            "number": len(pages) + 1,
            "has_errors": bool(refused),
        },
        status=status,
    )


def is_late_now(application: Application) -> bool:
    """Whether it would be late if it were sent in now; not while the call is open again for the applicant."""
    at = now()
    deadline = applying.deadline_for(application.call, application.applicant_id, at)
    return deadline is not None and at >= deadline


def warnings(application: Application) -> list[str]:
    """What is allowed but worth a second look."""
    found = []
    if application.state == State.DRAFT and application.start_on and application.start_on < today():
        found.append(
            f"Projektet startar {format_long_day(application.start_on)}, som har varit. "
            "Stöd ges tidigast från den dag ansökan kommer in. Ändra startdagen om ni inte menar den."
        )
    kinds = {party.kind for party in application.parties.all()}
    if PartyKind.CO_APPLICANT in kinds and not application.is_joint:
        found.append("Ni har lagt till en samverkanspart men svarat att ni söker själva. Stämmer det?")
    if not any(row.removed_at is None for row in application.attachments.all()):
        found.append("Ansökan har inga bilagor. Utlysningen säger om det behövs några.")
    if any(line.form == FinancingForm.IN_KIND for line in application.financing_lines.all()):
        found.append("Bidrag i annat än pengar ska ha en bifogad beräkning.")
    return found


@policy(Audience.SIGNED_IN, methods=("POST",), about="Skickar in en egen ansökan; kräver fullmakt")
def submit(request: HttpRequest, pk: Any) -> HttpResponse:
    """The instant of arrival is taken first: waiting for locks never counts against the applicant (INV-3)."""
    arrived_at = edge.arrived_at(request)
    application = find(request, pk, whole=False)
    if application.is_test:
        return try_page(request, application)
    try:
        application = actions.submit(
            application, by=request.user, at=arrived_at, token=token_of(request), read_sha256=read_sha256(request)
        )
    except Blocked as stop:
        return page(request, find(request, pk), stop.reasons, status=409 if isinstance(stop, Stale) else 422)
    return redirect("applications:receipt", application.pk)


def try_page(request: HttpRequest, application: Application) -> HttpResponse:
    """A try: every check, and the receipt as it would be. Nothing of it stays."""
    try:
        trial = trials.send(application, by=request.user)
    except Blocked as stop:
        return page(request, find(request, application.pk), stop.reasons, status=422)
    context = {"application": application, "receipt": trial.receipt, "receivers": trial.receivers}
    return render(request, "applications/applicant/try_receipt.html", context)


def token_of(request: HttpRequest) -> uuid.UUID | None:
    """The form's token; anything else than a token is none, and the state alone then stops a second press."""
    try:
        return uuid.UUID(request.POST.get("token", ""))
    except ValueError:
        return None


def read_sha256(request: HttpRequest) -> str:
    """The fingerprint of the content that the page showed; a form without one showed nothing and counts as old."""
    return request.POST.get("sha256", "")


@policy(Audience.SIGNED_IN, about="Kvittens på en inskickad ansökan")
def receipt(request: HttpRequest, pk: Any) -> HttpResponse:
    application = find(request, pk)
    if application.state == State.DRAFT:
        raise Http404("Not sent in yet.")
    proof = (
        Document.objects.visible_to(request.user).filter(case=application.case_id, kind=DocumentKind.RECEIPT).first()
    )
    first = versions_of(application).first()
    return render(
        request,
        "applications/applicant/receipt.html",
        {"application": application, "proof": proof, "first": first, "sha256": first.sha256 if first else ""},
    )
