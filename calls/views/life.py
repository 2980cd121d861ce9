"""The pages of a call's life: calling it off, and opening it again for one applicant. Each asks first and says what follows."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from calls import actions
from calls.actions.copying import next_code, next_title
from calls.enums import State
from calls.forms_life import CancelForm, CopyForm, ReopenForm
from calls.models import Call
from calls.views.finding import find, managed
from grants.accounts.enums import Role
from grants.core.exceptions import Blocked, Stale
from grants.core.policy import Audience, policy
from grants.core.seen import seen
from grants.core.time import now

MANAGERS = [Role.CALL_MANAGER]


@policy(Audience.AUTHORITY, roles=MANAGERS, methods=["GET", "POST"], about="Ställ in en utlysning, med skäl")
def cancel(request: HttpRequest, code: str) -> HttpResponse:
    call = managed(request.user, code)
    form = CancelForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                call = actions.cancel(call, by=request.user, reason=form.cleaned_data["reason"], version=seen(request))
            except Blocked as stop:
                form.add_all(stop.reasons)
                call, status = find(request.user, code), 409 if isinstance(stop, Stale) else 422
            else:
                messages.success(request, "Utlysningen är inställd. De som har ett utkast får veta det med e‑post.")
                return redirect(call.get_desk_url())
    received = Call.objects.filter(pk=call.pk).with_received_count().values_list("received_count", flat=True)[0]
    context = {
        "call": call,
        "form": form,
        "received": received,
        "is_possible": call.state in Call.steps()["cancel"].sources,
    }
    return render(request, "calls/desk/life_cancel.html", context, status=status)


@policy(Audience.AUTHORITY, roles=MANAGERS, methods=["GET", "POST"], about="Kasta ett utkast till utlysning")
def discard(request: HttpRequest, code: str) -> HttpResponse:
    call = managed(request.user, code)
    reasons: list[str] = []
    status = 200
    if request.method == "POST":
        try:
            actions.discard_draft(call, by=request.user, version=seen(request))
        except Blocked as stop:
            reasons, status = stop.reasons, 409 if isinstance(stop, Stale) else 422
            call = find(request.user, code)
        else:
            messages.success(request, f"Utkastet {call.title} är kastat.")
            return redirect("calls:manage")
    context = {"call": call, "reasons": reasons, "is_possible": call.state == State.DRAFT}
    return render(request, "calls/desk/life_discard.html", context, status=status)


@policy(Audience.AUTHORITY, roles=MANAGERS, methods=["GET", "POST"], about="Kopiera en utlysning till ett nytt utkast")
def copy(request: HttpRequest, code: str) -> HttpResponse:
    call = managed(request.user, code)
    form = CopyForm(request.POST if request.method == "POST" else None, initial={"code": next_code(call.code)})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data: dict[str, Any] = form.cleaned_data
            try:
                made = actions.copy_call(call, by=request.user, **data)
            except Blocked as stop:
                form.add_all(stop.reasons)
            else:
                messages.success(
                    request,
                    f"Utlysningen är kopierad till ett utkast. Läs igenom rubriken, som är ”{made.title}”, och datumen, "
                    "som är flyttade ett år.",
                )
                return redirect(made.get_desk_url())
    context = {"call": call, "form": form, "invited": call.invitations.count(), "title": next_title(call)}
    return render(request, "calls/desk/life_copy.html", context, status=status)


@policy(
    Audience.AUTHORITY, roles=MANAGERS, methods=["GET", "POST"], about="Öppna en stängd utlysning igen för en sökande"
)
def reopen(request: HttpRequest, code: str) -> HttpResponse:
    call = managed(request.user, code)
    form = ReopenForm(request.POST if request.method == "POST" else None, call=call, after=now())
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data: dict[str, Any] = form.cleaned_data
            try:
                made = actions.reopen_for(call, by=request.user, **data)
            except Blocked as stop:
                form.add_all(stop.reasons)
            else:
                messages.success(
                    request, f"Utlysningen är öppen igen för {made.organisation}. De får veta det med e‑post."
                )
                return redirect(call.get_desk_url())
    at = now()
    context = {
        "call": call,
        "form": form,
        "is_possible": call.state == State.CLOSED or (call.state == State.OPEN and call.is_late(at)),
        "invited_only": call.is_by_invitation,
        "held": [
            {"row": row, "in_force": row.ends_at > at}
            for row in call.reopenings.select_related("organisation", "by").order_by("-at")[:50]
        ],
    }
    return render(request, "calls/desk/life_reopen.html", context, status=status)
