"""The pages of those outside the authority: the consulted organisation's opinion, and the applicant's view of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from applications.content import sent_content
from evaluation import actions, rules
from evaluation.enums import OpinionState
from evaluation.forms_opinions import AnswerForm, ReplyForm
from evaluation.models import Opinion
from evaluation.views.case import status_code
from grants.core.exceptions import Blocked
from grants.core.policy import Audience, policy
from grants.core.seen import seen
from grants.documents.attachments import serve

BOTH = ("GET", "POST")
RELATIONS = (
    "organisation",
    "file",
    "answered_by",
    "replied_by",
    "review__application__call__authority",
    "review__application__case",
    "review__application__applicant",
)


@policy(Audience.SIGNED_IN, about="Yttranden som den egna organisationen är ombedd att lämna")
def mine(request: HttpRequest) -> HttpResponse:
    rows = Opinion.objects.asked_of(request.user).select_related(*RELATIONS).order_by("-asked_at", "pk")
    page = Paginator(rows, 50).get_page(request.GET.get("sida"))
    return render(request, "evaluation/consulted/list.html", {"page": page, "rows": list(page)})


@policy(Audience.SIGNED_IN, methods=BOTH, about="Ansökan som den egna organisationen ska yttra sig över, och svaret")
def opinion(request: HttpRequest, pk: str) -> HttpResponse:
    """The frozen content of the application, and the answer: to write while it is asked for, to read when it is given."""
    row = get_object_or_404(Opinion.objects.asked_of(request.user).select_related(*RELATIONS), pk=pk)
    writes = rules.may_write_opinion(row, request.user)
    if request.method == "POST" and not writes:
        raise PermissionDenied("Lämna yttrande: du får läsa men inte svara för organisationen.")
    sent = request.method == "POST"
    form = AnswerForm(request.POST if sent else None, request.FILES if sent else None, recorded=False)
    reasons: list[str] = []
    status = 200
    if sent:
        status = 422
        if form.is_valid():
            try:
                actions.take_in_opinion(row, by=request.user, version=seen(request), **form.cleaned_data)
            except Blocked as stop:
                reasons, status = form.add_reasons(stop.reasons), status_code(stop)
                row = get_object_or_404(Opinion.objects.asked_of(request.user).select_related(*RELATIONS), pk=pk)
            else:
                messages.success(request, "Tack. Yttrandet är inlämnat.")
                return redirect("evaluation:opinion", pk)
    application = row.review.application
    context = {
        "opinion": row,
        "application": application,
        "content": sent_content(application),
        "form": form,
        "reasons": reasons,
        "writes": writes and row.state == OpinionState.REQUESTED,
    }
    return render(request, "evaluation/consulted/opinion.html", context, status=status)


@policy(Audience.SIGNED_IN, methods=BOTH, about="Ett yttrande över den egna ansökan, och de egna synpunkterna")
def reply(request: HttpRequest, pk: str) -> HttpResponse:
    row = get_object_or_404(Opinion.objects.communicated_to(request.user).select_related(*RELATIONS), pk=pk)
    writes = rules.may_reply_to_opinion(row, request.user)
    if request.method == "POST" and not writes:
        raise PermissionDenied("Lämna synpunkter: du får läsa men inte svara för sökanden.")
    form = ReplyForm(request.POST if request.method == "POST" else None)
    reasons: list[str] = []
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.reply_to_opinion(row, by=request.user, version=seen(request), **form.cleaned_data)
            except Blocked as stop:
                row = get_object_or_404(Opinion.objects.communicated_to(request.user).select_related(*RELATIONS), pk=pk)
                reasons, status = form.add_reasons(stop.reasons), status_code(stop)
            else:
                messages.success(request, "Tack. Era synpunkter är inlämnade.")
                return redirect("evaluation:opinion_reply", pk)
    context = {
        "opinion": row,
        "application": row.review.application,
        "form": form,
        "reasons": reasons,
        "writes": writes and row.replied_at is None,
    }
    return render(request, "evaluation/applicant/reply.html", context, status=status)


@policy(Audience.SIGNED_IN, about="Filen till ett yttrande")
def file(request: HttpRequest, pk: Any) -> HttpResponseBase:
    row = get_object_or_404(Opinion.objects.visible_to(request.user).select_related("file"), pk=pk)
    if row.file is None:
        raise Http404
    return serve(row.file)
