"""The history of the texts of an application, for the applicant's own people alone (eget utrymme), and taking an earlier text back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from applications import rules
from applications.content import with_content
from applications.drafting import editable_sections, may_change
from applications.enums import RevisionKind, Section
from applications.models import Application, Revision
from applications.pages import Page, find_page, pages_of
from applications.views.fieldforms import faults_in, words_of
from applications.views.finding import find
from applications.views.forms_of_page import bound_of
from applications.views.onefield import Asked, Clash, locked, write
from applications.views.saving import changes, standing_on
from applications.writing import history, revisions
from applications.writing.values import as_post, digest, value_of
from grants.core.differing import shortened, word_changes
from grants.core.exceptions import Blocked
from grants.core.held import in_one_piece
from grants.core.policy import Audience, policy

CHANGED_SINCE = "Texten har ändrats sedan du öppnade sidan. Läs historiken igen och försök sedan."
GONE = "Fältet finns inte på sidan längre. Kopiera texten här och klistra in den där den ska stå."


@policy(Audience.SIGNED_IN, about="Egen ansökan: hur texterna har ändrats")
def changes_page(request: HttpRequest, pk: Any) -> HttpResponse:
    """Who changed what and when, with the words that went and came."""
    return shown(request, find(request, pk))


def shown(
    request: HttpRequest, application: Application, *, reasons: list[str] | None = None, status: int = 200
) -> HttpResponse:
    """A page of the history: one part of the application at a time, first the one that changed last."""
    pages = {page.value: page for page in pages_of(application)}
    chosen = request.GET.get("del", "")
    if chosen not in pages:
        last = Revision.objects.visible_to(request.user).filter(application=application, section__in=pages).first()
        chosen = last.section if last else Section.PROJECT.value
    found = history.page_of_changes(application, request.user, number=request.GET.get("sida"), section=chosen)
    opened = editable_sections(application) if rules.may_edit(application, request.user) else []
    held = fields_of(application, pages[chosen]) if found else {}
    return render(
        request,
        "applications/applicant/history.html",
        {
            "application": application,
            "page": found,
            "rows": [told(row, pages[chosen], held.get(row.field), opened) for row in found],
            "sections": [page for page in pages.values() if page.section != Section.ATTACHMENTS],
            "chosen": pages[chosen],
            "reasons": reasons or [],
        },
        status=status,
    )


def fields_of(application: Application, page: Page) -> dict[str, Any]:
    """The fields of a page with what is stored in them."""
    return {one.html_name: one for one in bound_of(application, page).fields()}


def told(row: Any, page: Page, field: Any, opened: list[Section]) -> dict[str, Any]:
    """One change as the page shows it; ``field``: as it stands now, None when it is no longer there."""
    is_conflict = row.kind == RevisionKind.CONFLICT
    new = row.new if is_conflict or row.became is None else row.became
    old_words, new_words = (in_words(field, text) for text in (row.old, new))
    return {
        "row": row,
        "parts": shortened(word_changes(old_words, new_words)),
        "is_conflict": is_conflict,
        "may_restore": field is not None and page.section in opened,
        "now": digest(value_of(field)) if field is not None else "",
    }


def in_words(field: Any, text: str) -> str:
    """A kept text as people read it: labels where it is choices."""
    if field is None or not getattr(field.field, "choices", None):
        return text
    return words_of(field, history.in_boxes(text)) or text


@policy(Audience.SIGNED_IN, methods=("POST",), about="Egen ansökan: ta tillbaka en tidigare text")
def restore(request: HttpRequest, pk: Any, number: int) -> HttpResponse:
    """Take back what stood in a field, or on its whole page, before a change; that is a change of its own in the history."""
    application = find(request, pk)
    revision = get_object_or_404(Revision.objects.visible_to(request.user).filter(application=application), pk=number)
    page = find_page(application, revision.section)
    if page is None:
        return shown(request, application, reasons=[GONE], status=422)
    what = request.POST.get("vad", "falt")
    try:
        if what == "del":
            restore_page(application, page, revision, by=request.user)
        elif what in ("falt", "min"):
            restore_field(application, page, revision, what, base=request.POST.get("bas", "")[:16], by=request.user)
        else:
            raise Http404("No such thing to restore.")
    except Clash:
        return shown(request, find(request, pk), reasons=[CHANGED_SINCE], status=409)
    except Blocked as stop:
        return shown(request, find(request, pk), reasons=[str(one) for one in stop.reasons], status=422)
    messages.success(request, f"Den tidigare texten gäller igen. Den nyare finns kvar i historiken: {page.label}.")
    return redirect(f"{reverse('applications:changes', args=[pk])}?del={page.value}")


def restore_field(application: Application, page: Page, revision: Revision, what: str, *, base: str, by: Any) -> None:
    """``what``: "falt" for what stood there before, "min" for the text that was refused."""
    field = fields_of(application, page).get(revision.field)
    if field is None:
        raise Blocked(GONE)
    text = revision.new if what == "min" else revision.old
    has_boxes = isinstance(field.value(), list | tuple)
    values = history.in_boxes(text) if has_boxes else history.values_of(text)
    asked = Asked(page.value, revision.field, values, base)
    outcome = write(application.pk, asked, by=by, kind=RevisionKind.RESTORED)
    if outcome.faults:
        raise Blocked([f"Texten står i sitt fält igen, men är inte sparad som svar än. {' '.join(outcome.faults)}"])


def restore_page(application: Application, page: Page, revision: Revision, *, by: Any) -> None:
    """Everything on the page as it was before the change; all of it or nothing."""
    with in_one_piece():
        row = locked(application.pk, by)
        may_change(row, page.section, by=by)
        read = with_content(Application.objects.filter(pk=row.pk)).get()
        before = bound_of(read, page)
        standing = standing_on(read, page, before)
        moment = history.before(read, revision)
        boxes = {one.html_name for one in before.fields() if isinstance(one.value(), list | tuple)}
        then = {
            name: history.in_boxes(values[0]) if name in boxes and values else values
            for name, values in moment.values.items()
            if name in standing.stored
        }
        bound = bound_of(read, page, as_post(standing.managed, standing.stored, then))
        if bound.data is None:
            raise Blocked([text for texts in faults_in(bound).values() for text in texts])
        after = bound.save(row, bound.data, by=by, version=None)
        fresh = with_content(Application.objects.filter(pk=after.pk)).get()
        made = changes(page, before, standing, bound_of(fresh, page))
        revisions.keep(row, made, by=by, kind=RevisionKind.RESTORED)
