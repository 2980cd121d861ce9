"""Public pages: the start, results and texts about the service. No session is read for visitors."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from applications.rules import shared_with
from calls.enums import State
from calls.models import Call
from grants.core.http import SignedInRequest
from grants.core.policy import Audience, policy
from grants.core.time import now
from grants.portal import earlier, english, results


@policy(Audience.PUBLIC, about="Startsidan: vad som är öppet nu")
def start(request: HttpRequest) -> HttpResponse:
    at = now()
    shown = Call.objects.select_related("authority").filter(state__in=(State.OPEN, State.PUBLISHED))
    calls = list(shown.order_by("closes_at"))
    return render(
        request,
        "portal/public/start.html",
        {
            "open_calls": [call for call in calls if call.is_open(at)],
            "coming_calls": [call for call in calls if call.state == State.PUBLISHED],
            "latest": results.rows()[:5],
            "now": at,
        },
    )


@policy(Audience.SIGNED_IN, about="Leder vidare till personens egen första sida")
def home(request: SignedInRequest) -> HttpResponse:
    """After sign-in: the work list, the own applications, or the public start for a person with neither."""
    user = request.user
    if user.role_codes:
        return redirect("portal:worklist")
    return redirect("applications:mine" if user.organisation_ids or shared_with(user) else "portal:start")


@policy(Audience.PUBLIC, about="Beviljade projekt, offentliga uppgifter efter expediering")
def granted(request: HttpRequest) -> HttpResponse:
    page = Paginator(results.rows(), 50).get_page(request.GET.get("sida"))
    return render(
        request,
        "portal/public/results.html",
        {
            "page": page,
            "total_sek": results.granted_total_sek(),
            "count": page.paginator.count,
            "earlier": earlier.projects() if page.number == page.paginator.num_pages else (),
        },
    )


def _text_page(template: str, about: str):
    """A public page without data."""

    @policy(Audience.PUBLIC, about=about)
    def view(request: HttpRequest) -> HttpResponse:
        open_calls = Call.objects.filter(state=State.OPEN).order_by("closes_at")
        return render(request, template, {"open_calls": open_calls})

    return view


@policy(Audience.PUBLIC, about="Summary in English, with the open and upcoming calls")
def in_english(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/in-english.html", {"groups": english.groups(now())})


how_to_apply = _text_page("pages/sa-soker-ni.html", "Så söker ni")
accessibility = _text_page("pages/tillganglighet.html", "Tillgänglighetsredogörelse (DOS-lagen 13 §)")
personal_data = _text_page("pages/personuppgifter.html", "Så behandlar vi personuppgifter")
contact = _text_page("pages/kontakt.html", "Kontakt")
