"""The decision as the applicant reads it, when it has been dispatched."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from applications.models import Application
from evaluation.enums import DecisionState
from evaluation.models import Decision
from grants.core.policy import Audience, policy


@policy(Audience.SIGNED_IN, about="Det expedierade beslutet om ens egen ansökan")
def decision(request: HttpRequest, pk: str) -> HttpResponse:
    application = get_object_or_404(Application.objects.visible_to(request.user).select_related("case"), pk=pk)
    sent = (
        Decision.objects.visible_to(request.user)
        .of_applications()
        .filter(state__in=(DecisionState.DISPATCHED, DecisionState.FINAL), application=application)
        .select_related("document", "case", "authority")
    )
    row = get_object_or_404(sent)
    assert row.document is not None  # dispatching files it
    context = {"application": application, "decision": row, "letter": row.document.content}
    return render(request, "evaluation/applicant/decision.html", context)
