"""What a section page asks for while somebody writes in it: save this field; who else is here, and am I still signed in?

The answers are small JSON for ``static/js/writing.js``, with sentences for people. Everything works without them: the page's own
button saves the same fields through the same forms.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token

from applications import rules
from applications.pages import is_address
from applications.views.finding import find
from applications.views.onefield import Asked, Clash, write
from applications.writing import presence, revisions
from applications.writing.values import digest, read_bases
from grants.core.exceptions import Blocked
from grants.core.policy import Audience, policy
from grants.core.text import MAX_TEXT, clean_text
from grants.core.time import format_clock, now

MOST_VALUES = 400
MOST_NAME = 120
TOO_LONG = "Texten är för lång för att sparas. Den finns kvar här i webbläsaren. Korta den."
BROKEN = "Det gick inte att spara. Texten finns kvar här i webbläsaren. Ladda om sidan."
READ_ONLY = "Du får inte ändra ansökan längre. Texten finns kvar här i webbläsaren, så att du kan kopiera den."


@policy(Audience.SIGNED_IN, methods=("POST",), about="Del av en egen ansökan: spara ett fält medan man skriver")
def autosave(request: HttpRequest, pk: Any) -> JsonResponse:
    """Save one field: 200 when it is kept, 409 with the other text when somebody else changed it, else why it is not."""
    name, section = request.POST.get("falt", ""), request.POST.get("del", "")
    values = tuple(request.POST.getlist("varde"))
    row = read_bases(request.POST.get("rad", "")) or {}
    if not name or len(name) > MOST_NAME or len(section) > MOST_NAME or len(values) > MOST_VALUES:
        return JsonResponse({"fel": [BROKEN]}, status=422)
    if sum(map(len, values)) > MAX_TEXT:
        return JsonResponse({"fel": [TOO_LONG]}, status=413)
    asked = Asked(section, name, values, shown(request, "bas", 16), row, shown(request, "sida", 24))
    try:
        outcome = write(pk, asked, by=request.user)
    except Clash as stop:
        return clash(request, stop)
    except Blocked as stop:
        return JsonResponse({"fel": [str(reason) for reason in stop.reasons]}, status=422)
    except PermissionDenied:
        return JsonResponse({"fel": [READ_ONLY]}, status=403)
    told = {"bas": outcome.base, "kl": format_clock(now()), "fel": outcome.faults, "klara": outcome.done}
    return JsonResponse(told if outcome.notes is None else {**told, "noter": outcome.notes})


def shown(request: HttpRequest, name: str, most: int) -> str:
    """A mark that the page was given and sends back; anything else in it is left out."""
    return clean_text(request.POST.get(name, ""))[:most]


def clash(request: HttpRequest, stop: Clash) -> JsonResponse:
    """409: the text that was refused is kept in the history, and the page gets the other one to show beside it."""
    revisions.keep_refused(stop.row, stop.change, by=request.user)
    last = revisions.last_of(stop.row, stop.change.field)
    return JsonResponse(
        {
            "fel": [str(reason) for reason in stop.reasons],
            "bas": digest(stop.change.old),
            "varden": list(stop.change.old),
            "deras": stop.words,
            "vem": "Du, i ett annat fönster"
            if last and last.by_id == request.user.pk
            else str(last.by)
            if last
            else "",
            "kl": format_clock(last.at if last else stop.row.updated_at),
        },
        status=409,
    )


@policy(Audience.SIGNED_IN, methods=("GET", "POST"), about="Del av en egen ansökan: vem som skriver var just nu")
def beat(request: HttpRequest, pk: Any) -> JsonResponse:
    """Say where the person is, and learn who else writes. The token is for a page that was opened before a new sign-in."""
    application = find(request, pk, whole=False)
    section = (request.POST if request.method == "POST" else request.GET).get("del", "")
    if request.method == "POST" and not rules.may_edit(application, request.user):
        raise PermissionDenied(READ_ONLY)
    is_page = is_address(section) and len(section) <= 80
    if is_page and request.POST.get("skriver") == "1":
        presence.note(application, request.user, section)
    here = presence.writers(application, but=request.user)
    return JsonResponse(
        {
            "person": str(request.user.pk),
            "token": get_token(request),
            "andra": [{"del": one.section, "ord": presence.words(one)} for one in here],
        }
    )
