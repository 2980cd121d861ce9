"""The sections of the form: what is shown, what is saved, and what a stale tab is told."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from applications import rules
from applications.drafting import editable_sections
from applications.enums import Section, State
from applications.forms import UploadForm
from applications.models import Application
from applications.views.bound import BOUND, Bound
from applications.views.finding import find
from applications.views.links import section_url, step_items
from grants.core.exceptions import Blocked, Stale
from grants.core.policy import Audience, policy
from grants.documents.attachments import TYPE_LIST

ORDER = list(Section)


@policy(Audience.SIGNED_IN, methods=("GET", "POST"), about="En del av en egen ansökan: läsa och spara")
def section(request: HttpRequest, pk: Any, section: str) -> HttpResponse:
    """Show or save a section. People who only read, and sections that are shut, are sent to the review page."""
    if section not in Section.values:
        raise Http404("No such section.")
    chosen = Section(section)
    if request.method == "POST":
        # What is saved is checked under lock: the rest of the application is read only when the page is shown again.
        return save(request, find(request, pk, whole=False), chosen)
    application = find(request, pk)
    if not rules.may_edit(application, request.user) or chosen not in editable_sections(application):
        return redirect("applications:review", pk)
    if chosen == Section.ATTACHMENTS:
        return attachments_page(request, application)
    blank = 1 if request.GET.get("rad") else 0
    return page(request, application, chosen, BOUND[chosen](application, blank=blank))


def save(request: HttpRequest, application: Application, chosen: Section) -> HttpResponse:
    """Save what was posted, or show it again with what is wrong. Nothing is saved of a section with a fault."""
    if not rules.may_edit(application, request.user):
        raise PermissionDenied("Du får läsa ansökan men inte ändra den.")
    if chosen == Section.ATTACHMENTS:
        return redirect(after(application, chosen, request.POST.get("gor", "")))
    bound = BOUND[chosen](application, request.POST)
    if bound.data is None:
        return page(request, find(request, application.pk), chosen, bound, status=422)
    if request.POST.get("gor") == "rakna":
        return page(request, find(request, application.pk), chosen, bound)
    try:
        bound.save(application, bound.data, by=request.user, version=version_of(request))
    except Stale as stop:
        return stale_page(request, find(request, application.pk), chosen, stop)
    except Blocked as stop:
        reasons = bound.add_reasons(stop.reasons)
        return page(request, find(request, application.pk), chosen, bound, reasons=reasons, status=422)
    return redirect(after(application, chosen, request.POST.get("gor", "")))


def version_of(request: HttpRequest) -> int:
    """The version that the form was made from; -1, which no row has, for anything that is not a number."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def after(application: Application, chosen: Section, press: str) -> str:
    """Where the pressed button leads: on, one more row, or the same page."""
    if press == "rad":
        return f"{section_url(application, chosen)}?rad=1#rader"
    if press != "vidare":
        return section_url(application, chosen)
    opened = editable_sections(application)
    later = [one for one in opened if ORDER.index(one) > ORDER.index(chosen)]
    if later:
        return section_url(application, later[0])
    name = "applications:review" if application.state == State.DRAFT else "applications:supplement"
    return reverse(name, args=[application.pk])


def page(
    request: HttpRequest,
    application: Application,
    chosen: Section,
    bound: Bound,
    *,
    reasons: list[str] | None = None,
    status: int = 200,
    differences: list[tuple[str, str, str]] | None = None,
    version: int | None = None,
) -> HttpResponse:
    """The section with its steps, its faults and what was typed."""
    faults = sum(len(errors) for source in bound.sources for errors in error_lists(source)) + len(reasons or [])
    return render(
        request,
        f"applications/applicant/{chosen.value}.html",
        {
            **frame(application, chosen, faults),
            **bound.context,
            "sources": bound.sources,
            "reasons": reasons or [],
            "has_errors": status == 422,
            "differences": differences,
            "version": application.version if version is None else version,
            "links": {"kostnader": "#id_kostnader", "finansiering": "#id_finansiering", "mal": "#id_mal"},
        },
        status=status,
    )


def error_lists(source: Any) -> list[Any]:
    """The lists of errors of a form or of a set's forms."""
    if hasattr(source, "forms"):
        return [source.non_form_errors(), *(errors for form in source.forms for errors in form.errors.values())]
    return list(source.errors.values())


def frame(application: Application, chosen: Section, faults: int = 0) -> dict[str, Any]:
    """What every section's page holds besides its own: bar, steps, the way back."""
    number = ORDER.index(chosen) + 1
    before = ORDER[number - 2] if number > 1 else None
    return {
        "application": application,
        "section": chosen,
        "number": number,
        "total": len(ORDER) + 1,
        "steps": step_items(application, chosen, faults),
        "before": before,
        "before_number": number - 1,
        "before_url": section_url(application, before) if before else "",
        "is_supplement": application.state == State.SUPPLEMENT_REQUESTED,
    }


def stale_page(request: HttpRequest, application: Application, chosen: Section, stop: Stale) -> HttpResponse:
    """409: what was typed stays in the form, the saved text stands beside it, and a new press saves on purpose."""
    bound = BOUND[chosen](application, request.POST)
    typed, held = bound.texts(), BOUND[chosen](application).texts()
    differences = [
        (label, text, held.get(name, ("", ""))[1])
        for name, (label, text) in typed.items()
        if text != held.get(name, ("", ""))[1]
    ]
    gone = [(label, "", text) for name, (label, text) in held.items() if name not in typed and text]
    return page(
        request, application, chosen, bound, reasons=stop.reasons, status=409, differences=[*differences, *gone]
    )


def attachments_page(
    request: HttpRequest, application: Application, form: UploadForm | None = None, reasons: list[str] | None = None
) -> HttpResponse:
    """The files with the form that adds one."""
    asked = list(application.call.required_attachments.all())
    form = form or UploadForm(asked=asked)
    rows = [row for row in application.attachments.all() if row.removed_at is None]
    faults = sum(len(errors) for errors in form.errors.values()) + len(reasons or [])
    return render(
        request,
        "applications/applicant/bilagor.html",
        {
            **frame(application, Section.ATTACHMENTS, faults),
            "form": form,
            "sources": [form],
            "reasons": reasons or [],
            "has_errors": bool(faults),
            "types": TYPE_LIST,
            "rows": rows,
            "asked": [
                {"row": one, "files": [row.attachment.name for row in rows if row.required_id == one.pk]}
                for one in asked
            ],
        },
        status=422 if faults else 200,
    )
