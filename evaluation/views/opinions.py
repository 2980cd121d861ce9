"""Samråd and opinions as the handler works with them: ask, record what came, waive, tell the applicant."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from evaluation import actions, rules
from evaluation.forms import ReasonForm
from evaluation.forms_opinions import AnswerForm, AskForm, CommunicateForm
from evaluation.models import Opinion
from evaluation.views.case import find, status_code
from grants.core.exceptions import Blocked
from grants.core.policy import Audience, policy
from grants.core.seen import seen
from grants.core.time import today

BOTH = ("GET", "POST")


def find_opinion(request: HttpRequest, pk: Any) -> Opinion:
    """An opinion in a case that the person's authority has; 404 otherwise, also with a declared conflict."""
    opinions = Opinion.objects.visible_to(request.user).filter(
        review__authority__in=request.user.authority_ids  # type: ignore[union-attr]
    )
    opinion: Opinion = get_object_or_404(opinions.select_related("organisation", "review"), pk=pk)
    opinion.review = find(request, opinion.review.application_id)
    return opinion


def may_handle(opinion: Opinion, user: Any, what: str) -> None:
    if not rules.may_handle_opinion(opinion, user):
        raise PermissionDenied(f"{what}: du har inte behörighet.")


def page(
    request: HttpRequest, opinion: Opinion, form: Any, words: dict[str, str], take: Any, said: str
) -> HttpResponse:
    """A page with one form about an opinion; ``take``: what a valid form does."""
    reasons: list[str] = []
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                take(form.cleaned_data)
            except Blocked as stop:
                reasons, status = form.add_reasons(stop.reasons), status_code(stop)
                opinion = find_opinion(request, opinion.pk)
            else:
                messages.success(request, said)
                return redirect("evaluation:case_opinions", opinion.review.application_id)
    context = {
        "opinion": opinion,
        "review": opinion.review,
        "application": opinion.review.application,
        "form": form,
        "reasons": reasons,
        "words": words,
    }
    return render(request, "evaluation/desk/opinion_form.html", context, status=status)


@policy(Audience.AUTHORITY, methods=BOTH, about="Begär yttrande från den som ska tillfrågas")
def ask(request: HttpRequest, pk: str) -> HttpResponse:
    opinion = find_opinion(request, pk)
    may_handle(opinion, request.user, "Begär yttrande")
    initial = {"question": opinion.question, "due_on": today() + dt.timedelta(days=opinion.answer_days)}
    form = AskForm(request.POST if request.method == "POST" else None, initial=initial)
    words = {
        "title": "Begär yttrande",
        "button": "Skicka begäran",
        "about": "Begäran läggs i ärendet som expedierad handling. Har organisationen en e‑postadress får den ett mejl, och dess "
        "medlemmar kan läsa ansökan och svara här.",
    }
    return page(
        request,
        opinion,
        form,
        words,
        lambda data: actions.ask_opinion(opinion, by=request.user, version=seen(request), **data),
        f"Begäran om yttrande är skickad till {opinion}.",
    )


@policy(Audience.AUTHORITY, methods=BOTH, about="Anteckna ett yttrande som kommit in på annat sätt")
def record(request: HttpRequest, pk: str) -> HttpResponse:
    opinion = find_opinion(request, pk)
    may_handle(opinion, request.user, "Anteckna yttrande")
    sent = request.method == "POST"
    form = AnswerForm(request.POST if sent else None, request.FILES if sent else None, recorded=True)
    words = {
        "title": "Anteckna yttrande",
        "button": "Spara yttrandet",
        "about": "Yttrandet läggs i ärendet som inkommen handling och går sedan inte att ändra.",
    }
    return page(
        request,
        opinion,
        form,
        words,
        lambda data: actions.take_in_opinion(opinion, by=request.user, version=seen(request), **data),
        f"Yttrandet från {opinion} är registrerat.",
    )


@policy(Audience.AUTHORITY, methods=BOTH, about="Avstå från ett yttrande, med skäl")
def waive(request: HttpRequest, pk: str) -> HttpResponse:
    opinion = find_opinion(request, pk)
    may_handle(opinion, request.user, "Avstå från yttrandet")
    form = ReasonForm(
        request.POST if request.method == "POST" else None,
        label="Varför behövs inte yttrandet?",
        help_text="Skälet sparas i ärendets händelser.",
        initial={"reason": own_applicant(opinion)},
        asks="Skriv varför yttrandet inte behövs.",
    )
    words = {
        "title": "Avstå från yttrandet",
        "button": "Avstå från yttrandet",
        "about": "Samråd med berörd region krävs enligt 3 § förordningen (2003:596). Avstå bara när det finns ett skäl som håller, "
        "till exempel att regionen själv är sökande."
        if opinion.is_region
        else "Yttrandet behövs då inte för att föreslå beslut.",
    }
    return page(
        request,
        opinion,
        form,
        words,
        lambda data: actions.waive_opinion(opinion, by=request.user, version=seen(request), **data),
        f"Ni avstår från yttrandet från {opinion}.",
    )


def own_applicant(opinion: Opinion) -> str:
    """The reason to start from where the body to consult is the applicant itself."""
    if opinion.organisation_id != opinion.review.application.applicant_id:
        return ""
    return f"{opinion} är själv sökande och har lämnat sin syn i ansökan."


@policy(Audience.AUTHORITY, methods=BOTH, about="Kommunicera ett yttrande till sökanden, eller skriv varför inte")
def communicate(request: HttpRequest, pk: str) -> HttpResponse:
    opinion = find_opinion(request, pk)
    may_handle(opinion, request.user, "Kommunicera yttrandet")
    form = CommunicateForm(request.POST if request.method == "POST" else None)
    words = {
        "title": "Kommunicera yttrandet",
        "button": "Spara",
        "about": "Sökanden ska få veta allt av betydelse för beslutet och kunna svara innan det fattas (25 § förvaltningslagen).",
    }

    def take(data: dict[str, Any]) -> None:
        if data["how"] == "ja":
            actions.communicate_opinion(opinion, by=request.user, due_on=data["due_on"], version=seen(request))
        else:
            actions.leave_uncommunicated(opinion, by=request.user, reason=data["reason"], version=seen(request))

    return page(request, opinion, form, words, take, "Det är antecknat hur yttrandet kommuniceras.")
