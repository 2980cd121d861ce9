"""The draft as a PDF: every answer as the authority would see it, marked as a draft on every page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from applications.content import content_of_loaded
from applications.enums import State
from applications.views.finding import find
from grants.core.policy import Audience, policy
from grants.core.text import clean_json
from grants.core.time import format_day, format_instant, now, today
from grants.documents.letters import typeset

WRITTEN = (State.DRAFT, State.SUPPLEMENT_REQUESTED)


@policy(Audience.SIGNED_IN, about="Ett utkast till en egen ansökan som pdf, märkt som utkast")
def draft_pdf(request: HttpRequest, pk: Any) -> HttpResponse:
    """What has come in is a document of the case, with its own PDF; this is what is being written."""
    application = find(request, pk)
    if application.state not in WRITTEN:
        raise Http404("Nothing is being written.")
    day = today()
    said = {
        **clean_json(content_of_loaded(application)),
        "authority": application.call.authority.name,
        "service": settings.SERVICE_NAME,
        "date": format_day(day),
        "draft": f"Utkast {format_instant(now())}, inte inskickat",
        "year": day.year,
        "month": day.month,
        "day": day.day,
    }
    name = content_disposition_header(True, f"Utkast {application}.pdf") or "attachment"
    response = HttpResponse(typeset(said), content_type="application/pdf", headers={"Content-Disposition": name})
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
