"""One case: its tabs, its next step, and what a handler does with it until a decision is proposed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from applications.enums import State
from applications.messaging import unread_count
from applications.models import Application
from applications.reading import content_for, since_it_came_in
from calls.diagram import process
from evaluation import actions, blockers, listing, rules, scoring
from evaluation.columns import status_of
from evaluation.enums import IN_FORCE, ReviewState
from evaluation.forms import FormalCheckForm, PersonForm, ReasonForm
from evaluation.models import Review
from evaluation.views.next_step import buttons, next_step, owed_assessment
from grants.accounts.enums import Role
from grants.accounts.models import AuthorityRole, User
from grants.core import events
from grants.core.exceptions import Blocked, Stale
from grants.core.policy import Audience, policy
from grants.core.seen import seen
from grants.documents.models import Conflict, Document

POST = ("POST",)
TABS = (
    ("", "Ansökan", "evaluation:case"),
    ("bedomning", "Bedömning", "evaluation:case_assessment"),
    ("yttranden", "Samråd och yttranden", "evaluation:case_opinions"),
    ("dialog", "Dialog", "evaluation:case_dialogue"),
    ("handlingar", "Handlingar", "evaluation:case_documents"),
    ("handelser", "Händelser", "evaluation:case_events"),
)


def find(request: HttpRequest, pk: Any) -> Review:
    """The review of an application that has reached the person's authority; 404 otherwise, also with a declared conflict."""
    reviews = Review.objects.visible_to(request.user).select_related(
        "handler",
        "checked_by",
        "confirmed_by",
        "application__call__authority",
        "application__applicant",
        "application__case",
        "application__region",
        "application__contact_area",
        "application__main_objective__rus",
        "application__main_area",
    )
    return get_object_or_404(reviews.exclude(application__state=State.DRAFT), application=pk)


def status_code(stop: Blocked) -> int:
    """409 when somebody saved in between, else 422."""
    return 409 if isinstance(stop, Stale) else 422


def ending_of(application: Application) -> Any:
    """The decision that ends the application, in whatever state; None when nobody has proposed one."""
    return application.decisions.of_applications().select_related("rapporteur", "decider").first()  # type: ignore[attr-defined]


@policy(Audience.AUTHORITY, about="Ett ärende: ansökan, bedömning, handlingar och händelser")
def case(request: HttpRequest, pk: str, tab: str = "") -> HttpResponse:
    return show(request, find(request, pk), tab)


def show(
    request: HttpRequest,
    review: Review,
    tab: str = "",
    *,
    reasons: list[str] | None = None,
    status: int = 200,
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    """The case's page at a tab; with the reasons of a refusal at its top. ``more``: what the tab's own view adds."""
    application = review.application
    decision = ending_of(application)
    application.endings = [decision] if decision and decision.state in IN_FORCE else []  # type: ignore[attr-defined]
    handles = rules.may_handle(review, request.user)
    owed = owed_assessment(review, request.user)
    unread = 0 if tab == "dialog" else unread_count(application, request.user)
    context: dict[str, Any] = {
        "review": review,
        "application": application,
        "decision": decision,
        "status": status_of(application),
        "tab": tab,
        "tabs": [
            {
                "label": f"{label} ({unread} nya)" if key == "dialog" and unread else label,
                "url": reverse(name, args=[application.pk]),
                "current": key == tab,
            }
            for key, label, name in TABS
        ],
        "handles": handles,
        "next_step": next_step(review, decision, handles=handles, owed=owed),
        "buttons": buttons(review, decision, handles, owed),
        "reasons": reasons or [],
        "blind": bool(listing.hidden_scores(request.user, [application.pk])),
        "may_assign": review.state != ReviewState.DECIDED and (handles or rules.may_assign(review, request.user)),
    }
    context |= more or {}
    if context["may_assign"]:
        context["assign_form"] = PersonForm(people=handlers(review), label="Handläggare", auto_id="tilldela-%s")
    if tab == "bedomning":
        context |= assessment_context(review, request.user, handles)
    elif tab == "yttranden":
        context["opinions"] = review.opinions.select_related(
            "organisation", "asked_by", "answered_by", "waived_by", "file"
        )
    elif tab == "handlingar":
        visible = Document.objects.visible_to(request.user).filter(case=application.case)
        context["documents"] = visible.order_by("-number")
    elif tab == "handelser":
        context["events"] = since_it_came_in(events.in_stream(application.pk))[::-1]
        context["lanes"] = process(application.call, subject=application, user=request.user)
    elif tab != "dialog":
        context["content"] = content_for(application, request.user)
    return render(request, "evaluation/desk/case.html", context, status=status)


def handlers(review: Review) -> list[Any]:
    """Those who may handle the case."""
    return people_in(review, Role.HANDLER, Role.RAPPORTEUR)


def people_in(review: Review, *roles: str) -> list[Any]:
    """Active people with one of the roles at the authority now, without conflict in the case."""
    held = AuthorityRole.objects.in_force().filter(authority=review.application.call.authority_id, role__in=roles)
    conflicted = Conflict.objects.filter(case=review.application.case_id).values("user")
    return list(
        User.objects.filter(is_active=True, pk__in=held.values("user")).exclude(pk__in=conflicted).order_by("name")
    )


def assessment_context(review: Review, user: Any, handles: bool) -> dict[str, Any]:
    """Formal check, supplements and assessments; those of others are hidden until one's own is complete."""
    assessments = list(review.assessments.select_related("assessor").prefetch_related("scores__criterion"))
    is_blind = review.application.call.is_blind
    blind = is_blind and any(a.assessor_id == user.pk and a.completed_at is None for a in assessments)
    checks = list(review.formal_checks.all())
    asked = {a.assessor_id for a in assessments}
    context: dict[str, Any] = {
        "checks": checks,
        "unmet": [check for check in checks if check.is_met is False],
        "supplements": review.application.supplement_requests.select_related("asked_by").prefetch_related("extensions"),
        "assessments": [
            {"row": a, "own": a.assessor_id == user.pk, "shown": a.completed_at is not None and not blind}
            for a in assessments
        ],
        "blind": blind,
        "needed": review.application.call.assessors_needed,
        "below": scoring.below_lowest(review) if review.score is not None and not blind else [],
        "second_check": second_check(review, user),
    }
    if handles and review.state in (ReviewState.FORMAL_CHECK, ReviewState.ASSESSING):
        people = [person for person in people_in(review, Role.ASSESSOR) if person.pk not in asked]
        context["appoint_form"] = PersonForm(people=people, label="Bedömare", auto_id="bedomare-%s")
    return context


def second_check(review: Review, user: Any) -> dict[str, Any] | None:
    """Where the call asks for two persons: who has answered for the formal check, and what this person may do."""
    if not review.application.call.needs_second_check:
        return None
    is_open = review.state in (ReviewState.FORMAL_CHECK, ReviewState.ASSESSING)
    return {
        "left": blockers.second_check_left(review),
        "may_sign": is_open and review.checked_by_id is None and rules.may_handle(review, user),
        "may_confirm": is_open
        and review.checked_by_id is not None
        and review.confirmed_by_id is None
        and rules.may_confirm_check(review, user),
    }


# What a handler does -------------------------------------------------------------------------------------------------


@policy(Audience.AUTHORITY, methods=POST, about="Börja handlägga ett ärende")
def begin(request: HttpRequest, pk: str) -> HttpResponse:
    review = find(request, pk)
    try:
        taken = actions.begin_formal_check(review, by=request.user, version=seen(request))
    except Blocked as stop:
        return show(request, find(request, pk), reasons=stop.reasons, status=status_code(stop))
    own = taken.handler_id == request.user.pk
    messages.success(
        request, "Du handlägger nu ärendet." if own else f"Ärendet är påbörjat. {taken.handler} handlägger det."
    )
    return redirect("evaluation:formal_check", pk)


@policy(Audience.AUTHORITY, methods=POST, about="Tilldela handläggare")
def assign(request: HttpRequest, pk: str) -> HttpResponse:
    review = find(request, pk)
    if not rules.may_assign(review, request.user):
        raise PermissionDenied("Tilldela handläggare: du har inte behörighet.")
    form = PersonForm(request.POST, people=handlers(review), label="Handläggare")
    if not form.is_valid():
        return show(request, review, reasons=["Välj en handläggare i listan."], status=422)
    try:
        actions.assign_handler(review, form.chosen, by=request.user, version=seen(request))
    except Blocked as stop:
        return show(request, find(request, pk), reasons=stop.reasons, status=status_code(stop))
    messages.success(request, f"{form.chosen} handlägger nu ärendet.")
    return redirect("evaluation:case", pk)


@policy(Audience.AUTHORITY, methods=("GET", "POST"), about="Formell kontroll av en ansökan")
def formal_check(request: HttpRequest, pk: str) -> HttpResponse:
    """``avsluta`` in the form closes the check after saving; the answers stay saved when it cannot be closed."""
    review = find(request, pk)
    if not rules.may_handle(review, request.user):
        raise PermissionDenied("Formell kontroll: du har inte behörighet.")
    items = list(review.formal_checks.all())
    form = FormalCheckForm(request.POST if request.method == "POST" else None, items=items)
    reasons: list[str] = []
    status = 200
    if request.method == "POST":
        try:
            if form.is_valid():
                saved = actions.save_formal_check(review, form.answers(), by=request.user, version=seen(request))
                review.version = saved.version
                if "lamna" in request.POST:
                    actions.sign_formal_check(saved, by=request.user)
                    messages.success(request, "Kontrollen är lämnad. Nu ska en annan person bekräfta den.")
                    return redirect("evaluation:case_assessment", pk)
                if "avsluta" in request.POST:
                    actions.finish_formal_check(saved, by=request.user)
                    messages.success(request, "Den formella kontrollen är klar.")
                    return redirect("evaluation:case_assessment", pk)
                messages.success(request, "Den formella kontrollen är sparad.")
                return redirect("evaluation:formal_check", pk)
            status = 422
        except Blocked as stop:
            reasons, status = form.add_reasons(stop.reasons), status_code(stop)
    links = {"formal_check": f"#id_met-{items[0].code}_0"} if items else {}
    open_check = review.state == ReviewState.FORMAL_CHECK
    context = {
        "review": review,
        "application": review.application,
        "form": form,
        "links": links,
        "open_check": open_check,
        "two_persons": review.application.call.needs_second_check,
    }
    return render(request, "evaluation/desk/formal_check.html", {**context, "reasons": reasons}, status=status)


@policy(Audience.AUTHORITY, methods=POST, about="Bekräfta den formella kontrollen som andra person")
def confirm_check(request: HttpRequest, pk: str) -> HttpResponse:
    review = find(request, pk)
    try:
        actions.confirm_formal_check(review, by=request.user, version=seen(request))
    except Blocked as stop:
        return show(request, find(request, pk), "bedomning", reasons=stop.reasons, status=status_code(stop))
    messages.success(request, "Den formella kontrollen är bekräftad.")
    return redirect("evaluation:case_assessment", pk)


@policy(Audience.AUTHORITY, methods=POST, about="Utse bedömare")
def appoint(request: HttpRequest, pk: str) -> HttpResponse:
    review = find(request, pk)
    if not rules.may_handle(review, request.user):
        raise PermissionDenied("Utse bedömare: du har inte behörighet.")
    form = PersonForm(request.POST, people=people_in(review, Role.ASSESSOR), label="Bedömare")
    if not form.is_valid():
        return show(request, review, "bedomning", reasons=["Välj en bedömare i listan."], status=422)
    try:
        actions.appoint_assessor(review, form.chosen, by=request.user, version=seen(request))
    except Blocked as stop:
        return show(request, find(request, pk), "bedomning", reasons=stop.reasons, status=status_code(stop))
    messages.success(request, f"{form.chosen} är utsedd till bedömare.")
    return redirect("evaluation:case_assessment", pk)


@policy(Audience.AUTHORITY, methods=("GET", "POST"), about="Anmäl jäv i ett ärende")
def conflict(request: HttpRequest, pk: str) -> HttpResponse:
    review = find(request, pk)
    form = ReasonForm(
        request.POST if request.method == "POST" else None,
        label="Varför kan du vara jävig?",
        help_text="Till exempel att du eller någon närstående påverkas av beslutet, eller att du har arbetat med projektet.",
    )
    if request.method == "POST" and form.is_valid():
        actions.declare_conflict(review, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, "Jäv är anmält. Du ser inte längre ärendet.")
        return redirect("evaluation:list")
    context = {"review": review, "application": review.application, "form": form}
    return render(request, "evaluation/desk/conflict.html", context, status=422 if request.method == "POST" else 200)
