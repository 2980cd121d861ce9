"""Reading the application through before it is sent in."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from applications import rules
from applications.blockers import missing_by_section
from applications.content import content_of_loaded, fingerprint
from applications.drafting import editable_sections
from applications.enums import FinancingForm, PartyKind, Section, State
from applications.models import Application
from applications.pages import pages_of
from applications.progress import signatories
from applications.views.finding import find, up_to_date
from applications.views.links import section_link, step_items
from calls import applying
from grants.accounts import stepup
from grants.core.policy import Audience, policy
from grants.core.time import format_long_day, now, today


@policy(Audience.SIGNED_IN, about="Granska en egen ansökan innan den skickas in")
def review(request: HttpRequest, pk: Any) -> HttpResponse:
    return page(request, up_to_date(request, find(request, pk)))


def page(
    request: HttpRequest, application: Application, refused: list[str] | None = None, status: int = 200
) -> HttpResponse:
    """Every answer as the authority will see it, what is missing, and who may send it."""
    editable = editable_sections(application)
    may_submit = application.state == State.DRAFT and rules.may_submit(application, request.user)
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
            "may_submit": may_submit,
            "is_confirmed": may_submit and stepup.is_confirmed(request),
            "signatories": [] if may_submit else signatories(application),
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


def token_of(request: HttpRequest) -> uuid.UUID | None:
    """The form's token; anything else than a token is none, and the state alone then stops a second press."""
    try:
        return uuid.UUID(request.POST.get("token", ""))
    except ValueError:
        return None


def read_sha256(request: HttpRequest) -> str:
    """The fingerprint of the content that the page showed; a form without one showed nothing and counts as old."""
    return request.POST.get("sha256", "")
