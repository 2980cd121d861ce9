"""The parties' confirmations: who has confirmed, and the page where one party's part is read and confirmed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from applications import commitments, confirming, rules
from applications.forms.confirming import CertificateForm
from applications.models import Application
from applications.views.finding import find
from applications.views.review import read_sha256
from calls.enums import ConfirmationRule
from grants.accounts import stepup
from grants.core.exceptions import Blocked, Stale
from grants.core.policy import Audience, policy
from grants.documents.attachments import TYPE_LIST

WHY = "Du bekräftar för {}. Bekräftelsen sparas när du har visat att det är du och trycker på knappen igen."


@policy(Audience.SIGNED_IN, about="Vilka parter i en egen ansökan som har bekräftat sin del")
def confirmations(request: HttpRequest, pk: Any) -> HttpResponse:
    return table(request, find(request, pk))


def table(request: HttpRequest, application: Application) -> HttpResponse:
    """Who has confirmed, when, by whom and how; what each has of costs and financing."""
    found = commitments.standings(application)
    context = {
        "application": application,
        "rows": found,
        "own_cost_sek": application.total_cost_sek - sum(one.cost_sek for one in found),
        "waiting": [one for one in found if not one.is_current],
        "is_required": application.call.confirmation_rule == ConfirmationRule.REQUIRED,
    }
    return render(request, "applications/applicant/confirmations.html", context)


@policy(
    Audience.SIGNED_IN,
    methods=("GET", "POST"),
    about="En parts del i en ansökan: bekräfta med fullmakt, lägga in intyg, påminna",
)
def confirmation(request: HttpRequest, pk: Any, number: int) -> HttpResponse:
    """Reading for all who see the application; the buttons for those who may press them."""
    application = find(request, pk)
    if request.method == "GET":
        return page(request, application, number, CertificateForm())
    form = CertificateForm()
    press = request.POST.get("gor", "")
    try:
        if press == "bekrafta":
            held = one_of(application, number).party
            if confirming.may_confirm(held, request.user) and not stepup.is_confirmed(request):
                back_to = reverse("applications:confirmation", args=[pk, number])
                return stepup.ask(request, back_to, WHY.format(held.name))
            confirming.confirm(application, number, by=request.user, read_sha256=read_sha256(request))
            messages.success(request, f"{held.name} har bekräftat sin del.")
        elif press == "intyg":
            form = CertificateForm(request.POST, request.FILES)
            if not form.is_valid():
                return page(request, application, number, form, status=422)
            given = form.cleaned_data
            confirming.certify(
                application,
                number,
                by=request.user,
                upload=given["file"],
                name=given["name"],
                day=given["day"],
                read_sha256=read_sha256(request),
            )
            messages.success(request, "Intyget är inlagt.")
        elif press == "paminn":
            confirming.remind(application, number, by=request.user)
            messages.success(request, "Påminnelsen är skickad.")
        else:
            raise Blocked("Sidan skickades inte hel. Ladda om den och försök igen.")
    except Blocked as stop:
        status = 409 if isinstance(stop, Stale) else 422
        return page(request, find(request, pk), number, form, form.add_reasons(stop.reasons), status)
    return redirect("applications:confirmations", pk)


def one_of(application: Application, number: int) -> commitments.Standing:
    """The party's part; 404 for a party of another application, or one that is gone."""
    found = next((one for one in commitments.standings(application) if one.party.pk == number), None)
    if found is None:
        raise Http404("No such party.")
    return found


def page(
    request: HttpRequest,
    application: Application,
    number: int,
    form: CertificateForm,
    reasons: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    one = one_of(application, number)
    is_open = application.state in confirming.CONFIRMABLE
    context = {
        "application": application,
        "one": one,
        "facts": commitments.facts_of(one),
        "may_confirm": is_open and confirming.may_confirm(one.party, request.user),
        "may_edit": is_open and rules.may_edit(application, request.user),
        "form": form,
        "reasons": reasons or [],
        "types": TYPE_LIST,
    }
    return render(request, "applications/applicant/confirmation.html", context, status=status)
