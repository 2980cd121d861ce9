"""The questions of a call before one begins to answer them: as a page to read and print, and as PDF."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from calls import question_sheet
from calls.models import Call, FormVersion
from grants.core.policy import Audience, policy


def _found(request: HttpRequest, code: str) -> tuple[Call, FormVersion]:
    """The call that the person may see and the questions that it asks; 404 where it asks none."""
    call = get_object_or_404(Call.objects.visible_to(request.user).select_related("authority"), code=code)
    form = question_sheet.form_shown(call)
    if form is None:
        raise Http404
    return call, form


@policy(Audience.PUBLIC, about="En utlysnings frågor i förväg")
def questions(request: HttpRequest, code: str) -> HttpResponse:
    call, form = _found(request, code)
    sections = question_sheet.sections(form)
    context = {
        "call": call,
        "version": form,
        "sections": sections,
        "count": sum(len(section["questions"]) for section in sections),
    }
    return render(request, "calls/public/questions.html", context)


@policy(Audience.PUBLIC, about="En utlysnings frågor i förväg som PDF")
def questions_pdf(request: HttpRequest, code: str) -> HttpResponse:
    call, form = _found(request, code)
    response = HttpResponse(question_sheet.pdf(call, form), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="fragor-{call.code}.pdf"'
    return response
