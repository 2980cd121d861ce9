"""The versions of an application that have come in, and what differs between them."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from applications.content import versions_of
from applications.differences import differences
from applications.models import Application
from applications.views.finding import find
from grants.core.policy import Audience, policy


def compared(application: Application, query: Any, read: Any = None) -> dict[str, Any]:
    """The versions and the differences of the two that are chosen, at first the latest two. Raises Http404 before any came in.

    ``read(content)``: what of a version's content the person reads; everything without it.
    """
    held = list(versions_of(application))
    if not held:
        raise Http404("Nothing has come in.")
    numbers = range(1, len(held) + 1)
    new = _chosen(query.get("till"), numbers, len(held))
    old = _chosen(query.get("fran"), numbers, max(new - 1, 1))
    read = read or (lambda content: content)
    contents = [read(held[number - 1].content) for number in (old, new)]
    return {
        "application": application,
        "versions": [
            {"number": number, "document": document, "label": f"Version {number}"}
            for number, document in zip(numbers, held, strict=True)
        ],
        "old": old,
        "new": new,
        "changes": differences(*contents) if old != new else [],
        "empty": "Versionerna säger samma sak." if old != new else "Välj två olika versioner att jämföra.",
    }


def _chosen(text: Any, numbers: range, otherwise: int) -> int:
    text = str(text or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 and int(text) in numbers else otherwise


@policy(Audience.SIGNED_IN, about="Versioner av en egen ansökan som har kommit in, och vad som skiljer dem")
def versions(request: HttpRequest, pk: Any) -> HttpResponse:
    application = find(request, pk, whole=False)
    if application.supplement_id:
        return redirect("applications:supplement", application.pk)
    return render(request, "applications/applicant/versions.html", compared(application, request.GET))
