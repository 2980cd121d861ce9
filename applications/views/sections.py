"""The sections of the form: what is shown, what is saved, and what a stale tab is told."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from applications import rules
from applications.drafting import editable_sections
from applications.enums import Section
from applications.forms import UploadForm
from applications.models import Application
from applications.pages import Page, find_page, is_address, open_pages, pages_of
from applications.places import CODE, FIELD
from applications.supplementing import copy_of, open_request
from applications.views.bound import Bound
from applications.views.fieldforms import words_of
from applications.views.finding import CHANGED, START_MOVED, find, up_to_date
from applications.views.forms_of_page import bound_of
from applications.views.links import section_url, step_items
from applications.views.saving import Faulty, Together, bases_on, save_page, standing_on
from applications.writing import keys, revisions
from applications.writing.typed import Typed, kept_on
from applications.writing.values import one_text, read_bases
from calls.questions import PREFIX
from grants.core.errors import posted_texts
from grants.core.exceptions import Blocked, Stale
from grants.core.policy import Audience, policy
from grants.documents.attachments import TYPE_LIST
from grants.documents.enums import Scan


@policy(Audience.SIGNED_IN, methods=("GET", "POST"), about="En del av en egen ansökan: läsa och spara")
def section(request: HttpRequest, pk: Any, section: str) -> HttpResponse:
    """Show or save a page. People who only read, and pages that are shut, are sent to the review page."""
    if not is_address(section):
        raise Http404("No such section.")
    if request.method == "POST":
        # What is saved is checked under lock: the rest of the application is read only when the page is shown again.
        return save(request, find(request, pk, whole=False), section)
    application = up_to_date(request, find(request, pk))
    chosen = find_page(application, section)
    if chosen is None:
        return redirect("applications:section", pk, Section.PROJECT.value)
    if not rules.may_edit(application, request.user) or chosen.section not in editable_sections(application):
        copy = copy_of(open_request(application))
        if copy is not None and copy.pk != application.pk and chosen.section in editable_sections(copy):
            return redirect(section_url(copy, chosen.value))
        return redirect("applications:review", pk)
    if chosen.section == Section.ATTACHMENTS:
        return attachments_page(request, application)
    bound = bound_of(application, chosen, blank=request.GET.get("rad", ""))
    standing = standing_on(application, chosen, bound)
    if standing.typed:
        # What could not be saved as it was typed comes back in its field, with what is wrong.
        bound = bound_of(application, chosen, standing.post)
        mark_unsaved(bound, kept_on(application, chosen.value))
    return page(request, application, chosen, bound, bases=bases_on(standing))


def mark_unsaved(bound: Bound, kept: Mapping[str, Typed]) -> None:
    """Say at each field that is no answer yet why it is not, where the page's own rules find nothing wrong with it."""
    for one in bound.fields():
        if one.html_name in kept and not one.errors:
            for fault in kept[one.html_name].faults:
                one.form.add_error(one.name, fault)


def save(request: HttpRequest, application: Application, address: str) -> HttpResponse:
    """Save what was posted, or show it again with what is wrong. Nothing is saved of a page with a fault."""
    if not rules.may_edit(application, request.user):
        raise PermissionDenied("Du får läsa ansökan men inte ändra den.")
    chosen = find_page(application, address)
    if chosen is None:
        return gone_page(request, application)
    press = request.POST.get("gor", "")
    if chosen.section == Section.ATTACHMENTS:
        return redirect(after(application, chosen, press))
    typed = without_row(chosen_by_county(request.POST, press), press)
    bound = bound_of(application, chosen, typed, request.FILES)
    if bound.data is None:
        return page(request, find(request, application.pk), chosen, bound, status=422)
    try:
        row = save_page(request, application, chosen, bound, typed, version_of(request))
    except Together as stop:
        return together_page(request, find(request, application.pk), chosen, stop)
    except Faulty as stop:
        return page(request, find(request, application.pk), chosen, stop.bound, status=422)
    except Stale as stop:
        return stale_page(request, find(request, application.pk), chosen, stop)
    except Blocked as stop:
        reasons = bound.add_reasons(stop.reasons)
        return page(request, find(request, application.pk), chosen, bound, reasons=reasons, status=422)
    if chosen.section == Section.PROJECT and row.total_cost_sek != application.total_cost_sek:
        messages.info(request, START_MOVED)
    if row.form_id != application.form_id:
        messages.info(request, f"Det du skrev är sparat. {CHANGED}")
        return redirect(section_url(application, Section.PROJECT if chosen.questions else chosen.value))
    return redirect(after(application, chosen, press))


def chosen_by_county(post: Any, press: str) -> Any:
    """What was posted with a county's municipalities all ticked or unticked, for that button; else just what was posted."""
    what, _, rest = press.partition("-")
    code, _, county = rest.rpartition("-")
    if what not in ("alla", "inga") or len(county) != 2 or not county.isdigit():
        return post
    from grants.strategy.models import Municipality

    name = FIELD if code == CODE else PREFIX + code
    ticked = [one for one in post.getlist(name) if not one.startswith(county)]
    if what == "alla":
        own = Municipality.objects.current().filter(region__county_code=county)
        ticked += list(own.values_list("code", flat=True))
    changed = post.copy()
    changed.setlist(name, ticked)
    return changed


ROW_GOES = re.compile(r"bort-(parter|finansiar)-(\d{1,3})", re.ASCII)
"""The press of a row's own button that takes it away."""


def without_row(post: Any, press: str) -> Any:
    """What was posted with every field of that row emptied, for that button; else just what was posted."""
    found = ROW_GOES.fullmatch(press)
    if found is None:
        return post
    changed = post.copy()
    for name in [name for name in post if name.startswith(f"{found[1]}-{found[2]}-")]:
        changed.setlist(name, [""])
    return changed


def gone_page(request: HttpRequest, application: Application) -> HttpResponse:
    """409: the questions were divided anew while somebody was writing. What was typed is shown, so that it can be copied."""
    kept = [(name, text) for name, text in posted_texts(request) if name.startswith(PREFIX)]
    context = {"application": application, "kept": [text for _, text in kept]}
    return render(request, "applications/applicant/fragor_borta.html", context, status=409)


def version_of(request: HttpRequest) -> int:
    """The version that the form was made from; -1, which no row has, for anything that is not a number."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def after(application: Application, chosen: Page, press: str) -> str:
    """Where the pressed button leads: on, one more row, or the same page."""
    here = section_url(application, chosen.value)
    if press == "rad":
        return f"{here}?rad=1#rader"
    if press.startswith("rad-") and press[4:].replace("_", "-").replace("-", "").isalnum():
        return f"{here}?{urlencode({'rad': press[4:]})}#id_{PREFIX}{press[4:]}"
    if ROW_GOES.fullmatch(press):
        return f"{here}#rader"
    what, _, rest = press.partition("-")
    if what in ("alla", "inga") and rest:
        code = rest.rpartition("-")[0]
        return f"{here}#id_{FIELD if code == CODE else PREFIX + code}"
    if press == "rakna":
        return f"{here}#id_kostnader"
    if press != "vidare":
        return here
    opened, pages = editable_sections(application), pages_of(application)
    later = [one for one in pages[pages.index(chosen) + 1 :] if one.section in opened]
    if later:
        return section_url(application, later[0].value)
    name = "applications:supplement" if application.supplement_id else "applications:review"
    return reverse(name, args=[application.pk])


def page(
    request: HttpRequest,
    application: Application,
    chosen: Page,
    bound: Bound,
    *,
    reasons: list[str] | None = None,
    status: int = 200,
    differences: list[tuple[str, str, str]] | None = None,
    version: int | None = None,
    bases: dict[str, str] | None = None,
) -> HttpResponse:
    """The section with its steps, its faults and what was typed.

    ``bases``: what stood in each field when the page was first shown; a page that is shown again still says that.
    """
    if bases is None:
        bases = read_bases(request.POST.get("bas", "")) if request.method == "POST" else None
    faults = sum(len(errors) for source in bound.sources for errors in error_lists(source)) + len(reasons or [])
    return render(
        request,
        f"applications/applicant/{'fragor' if chosen.questions else chosen.value}.html",
        {
            **frame(application, chosen, faults),
            **bound.context,
            **bound.more(),
            "sources": bound.sources,
            "reasons": reasons or [],
            "has_errors": status == 422,
            "differences": differences,
            "version": application.version if version is None else version,
            "bases": json.dumps(bases, separators=(",", ":")) if bases is not None else "",
            "writing": writing_of(request, application, chosen),
            "links": {"kostnader": "#id_kostnader", "finansiering": "#id_finansiering", "mal": "#id_mal"},
        },
        status=status,
    )


def error_lists(source: Any) -> list[Any]:
    """The lists of errors of a form or of a set's forms."""
    if hasattr(source, "forms"):
        return [source.non_form_errors(), *(errors for form in source.forms for errors in form.errors.values())]
    return list(source.errors.values())


def frame(application: Application, chosen: Page, faults: int = 0) -> dict[str, Any]:
    """What every page holds besides its own: bar, steps, the way back."""
    pages = open_pages(application)
    if chosen.value not in [
        one.value for one in pages
    ]:  # a page of the copy that is shut, shown with what was typed there
        pages = pages_of(application)
    number = next(place for place, one in enumerate(pages, 1) if one.value == chosen.value)
    before = pages[number - 2] if number > 1 else None
    return {
        "application": application,
        "section": chosen,
        "number": number,
        "total": len(pages) + 1,
        "steps": step_items(application, chosen.value, faults),
        "before": before,
        "before_number": number - 1,
        "before_url": section_url(application, before.value) if before else "",
        "is_supplement": bool(application.supplement_id),
    }


def stale_page(request: HttpRequest, application: Application, chosen: Page, stop: Stale) -> HttpResponse:
    """409: what was typed stays in the form, the saved text stands beside it, and a new press saves on purpose."""
    if find_page(application, chosen.value) is None:
        return gone_page(request, application)
    bound = bound_of(application, chosen, request.POST, request.FILES)
    typed, held = bound.texts(), bound_of(application, chosen).texts()
    differences = [
        (label, text, held.get(name, ("", ""))[1])
        for name, (label, text) in typed.items()
        if text != held.get(name, ("", ""))[1]
    ]
    gone = [(label, "", text) for name, (label, text) in held.items() if name not in typed and text]
    gone += [
        ("Fråga som inte längre ställs", text, "")
        for name, text in posted_texts(request)
        if name.startswith(PREFIX) and name not in typed and not name.endswith(("-rader", "-bort"))
    ]
    return page(
        request, application, chosen, bound, reasons=stop.reasons, status=409, differences=[*differences, *gone]
    )


def together_page(request: HttpRequest, application: Application, chosen: Page, stop: Together) -> HttpResponse:
    """409: several changed the same fields. Both texts are shown and kept; what only others changed is in the page already."""
    for change in stop.clashes:
        revisions.keep_refused(application, change, by=request.user)
    standing = standing_on(application, chosen, bound_of(application, chosen))
    bound = bound_of(application, chosen, stop.post, request.FILES)
    shown = {one.html_name: one for one in bound.fields()}
    differences = [
        (
            change.label,
            words_of(shown[change.field], change.new) if change.field in shown else one_text(change.new),
            words_of(shown[change.field], change.old) if change.field in shown else one_text(change.old),
        )
        for change in stop.clashes
    ]
    return page(
        request,
        application,
        chosen,
        bound,
        reasons=stop.reasons,
        status=409,
        differences=differences,
        bases=bases_on(standing),
    )


def writing_of(request: HttpRequest, application: Application, chosen: Page) -> dict[str, Any]:
    """What the script needs to save while one writes, and whether something on the page is no answer yet."""
    return {
        "key": keys.key_of(request.user),
        "person": request.user.pk,
        "has_typed": bool(application.typed.get(chosen.value)),
    }


def attachments_page(
    request: HttpRequest, application: Application, form: UploadForm | None = None, reasons: list[str] | None = None
) -> HttpResponse:
    """The files with the form that adds one."""
    asked = list(application.call.required_attachments.all())
    form = form or UploadForm(asked=asked)
    rows = [row for row in application.attachments.all() if row.removed_at is None]
    attachments = Page(Section.ATTACHMENTS.value, Section.ATTACHMENTS.label, Section.ATTACHMENTS)
    faults = sum(len(errors) for errors in form.errors.values()) + len(reasons or [])
    return render(
        request,
        "applications/applicant/bilagor.html",
        {
            **frame(application, attachments, faults),
            "form": form,
            "sources": [form],
            "reasons": reasons or [],
            "has_errors": bool(faults),
            "types": TYPE_LIST,
            "most_mb": settings.ATTACHMENT_MAX_BYTES // 1024 // 1024,
            "rows": [{"row": row, "earlier": earlier_versions(application, row)} for row in rows],
            "may_wait": any(row.attachment.scan == Scan.PENDING for row in rows),
            "asked": [
                {"row": one, "files": [row.attachment.name for row in rows if row.required_id == one.pk]}
                for one in asked
            ],
        },
        status=422 if faults else 200,
    )


def earlier_versions(application: Application, row: Any) -> list[Any]:
    """The versions that the file replaced, the newest first, out of the rows that were read."""
    held = {one.pk: one for one in application.attachments.all()}
    found = []
    while (row := held.get(row.replaces_id)) is not None:
        found.append(row)
    return found
