"""Reading the application through before it is sent in."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from applications import commitments, rules
from applications.blockers import missing_by_section
from applications.blockers_money import without_money, without_party
from applications.commenting import Thread, threads_by_page
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
from grants.documents.enums import Scan


@policy(Audience.SIGNED_IN, about="Granska en egen ansökan innan den skickas in")
def review(request: HttpRequest, pk: Any) -> HttpResponse:
    return page(request, up_to_date(request, find(request, pk)))


def page(
    request: HttpRequest,
    application: Application,
    refused: list[str] | None = None,
    status: int = 200,
    *,
    typed: dict[str, Any] | None = None,
    note: str = "",
) -> HttpResponse:
    """Every answer as the authority will see it, what is missing, who may send it, and what the applicants say to each other.

    ``typed``: a comment that was refused, with its reasons; ``note``: of a refused wish for a signature.
    """
    if application.supplement_id:
        return redirect("applications:supplement", application.pk)
    editable = editable_sections(application) if rules.may_edit(application, request.user) else []
    may_submit = application.state == State.DRAFT and rules.may_submit(application, request.user)
    missing = missing_by_section(application)
    content = content_of_loaded(application)
    blocks = content["blocks"]
    pages = pages_of(application)
    threads = {} if application.is_test else threads_by_page(application, request.user)
    typed = typed and placed(typed, threads, {one.value for one in pages})
    open_count = sum(one.first.resolved_at is None for held in threads.values() for one in held)
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
            "value": one.value,
            "threads": threads.get(one.value, []),
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
            "links": {
                **{reason.where: section_link(application, reason) for reason in reasons},
                "text": f"#id_kommentar-{typed['thread'] or typed['page'] or 'hela'}" if typed else "",
                "note": "#id_note",
            },
            "refused": [reason for reason in refused or [] if reason not in reasons] + (typed or {}).get("reasons", []),
            "warnings": [*warnings(application), *talk_warnings(open_count)]
            if application.state == State.DRAFT
            else [],
            "may_submit": may_submit,
            "is_confirmed": may_submit and stepup.is_confirmed(request),
            "signatories": [] if may_submit else signatories(application),
            "is_late": is_late_now(application),
            "is_draft": application.state == State.DRAFT,
            "is_written": bool(editable),
            "token": uuid.uuid4(),
            "sha256": fingerprint(content),
            "steps": step_items(application, "granska"),
            "total": len(pages) + 1,
            "number": len(pages) + 1,
            "has_errors": bool(refused or typed),
            "threads": threads.get("", []),
            "typed": typed,
            "refused_title": "Kommentaren är inte sparad" if typed else "Ansökan är inte inskickad",
            "comment_token": uuid.uuid4(),
            "asked": None
            if may_submit or application.is_test
            else application.signature_requests.select_related("asked_by").last(),
            "may_ask": not may_submit and rules.may_edit(application, request.user) and not application.is_test,
            "note": note,
        },
        status=status,
    )


def placed(typed: dict[str, Any], threads: dict[str, list[Thread]], pages: set[str]) -> dict[str, Any]:
    """The refused comment where a form for it stands: with the whole application when its thread or page is not there."""
    known = {one.first.pk for held in threads.values() for one in held}
    thread = typed["thread"] if typed["thread"] in known else None
    return {**typed, "thread": thread, "page": typed["page"] if typed["page"] in pages and not thread else ""}


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
    found += [
        f"Filen ”{row.attachment.name}” väntar på viruskontrollen. Ni kan skicka in ändå. Vi öppnar den när den är kontrollerad."
        for row in application.attachments.all()
        if row.removed_at is None and row.attachment.scan == Scan.PENDING
    ]
    found += commitments.wished(application)
    if not commitments.is_required(application):
        found += map(str, without_party(application))
    found += without_money(application)
    if not any(row.removed_at is None for row in application.attachments.all()):
        found.append("Ansökan har inga bilagor. Utlysningen säger om det behövs några.")
    if any(line.form == FinancingForm.IN_KIND for line in application.financing_lines.all()):
        found.append("Bidrag i annat än pengar ska ha en beräkning. Se till att den finns bland bilagorna.")
    return found


def talk_warnings(open_count: int) -> list[str]:
    """Comments that nobody has called done."""
    if not open_count:
        return []
    what = "1 kommentar som inte är markerad" if open_count == 1 else f"{open_count} kommentarer som inte är markerade"
    return [f"Det finns {what} som klar{'a' if open_count > 1 else ''}. Kommentarer skickas inte in."]


def token_of(request: HttpRequest) -> uuid.UUID | None:
    """The form's token; anything else than a token is none, and the state alone then stops a second press."""
    try:
        return uuid.UUID(request.POST.get("token", ""))
    except ValueError:
        return None


def read_sha256(request: HttpRequest) -> str:
    """The fingerprint of the content that the page showed; a form without one showed nothing and counts as old."""
    return request.POST.get("sha256", "")
