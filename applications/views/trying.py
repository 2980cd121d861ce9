"""The call manager's try of the application: beginning one and throwing it away. Filling it in is as for an applicant."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from applications import trials
from applications.enums import Section
from applications.forms import TryForm
from calls.models import Call
from calls.views.finding import managed
from calls.views.life import MANAGERS
from grants.core.exceptions import Blocked
from grants.core.policy import Audience, policy


@policy(
    Audience.AUTHORITY,
    roles=MANAGERS,
    methods=("GET", "POST"),
    about="Prova ansökan i en utlysning, utan att spara i något ärende",
)
def try_call(request: HttpRequest, code: str) -> HttpResponse:
    """As whom to try; a try that is there already is gone on with."""
    call = managed(request.user, code)
    held = trials.of(call, request.user)
    form = TryForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if held is not None:
            return redirect("applications:section", held.pk, Section.PARTIES.value)
        if form.is_valid():
            try:
                held = trials.begin(call, applicant=form.cleaned_data["organisation"], by=request.user)
            except Blocked as stop:
                for reason in form.add_reasons(stop.reasons):
                    form.add_error(None, str(reason))
            else:
                return redirect("applications:section", held.pk, Section.PARTIES.value)
    context = {"call": call, "form": form, "held": held, "is_possible": call.state in trials.TRIED_IN}
    return render(request, "applications/desk/try.html", context, status=status)


@policy(Audience.AUTHORITY, roles=MANAGERS, methods=("POST",), about="Tar bort den egna provansökan")
def discard_try(request: HttpRequest, code: str) -> HttpResponse:
    call: Call = managed(request.user, code)
    held: Any = trials.of(call, request.user)
    if held is None:
        raise Http404
    trials.discard(held, by=request.user)
    messages.success(request, "Provansökan är borttagen.")
    return redirect("applications:try", call.code)
