"""Pages of people who work at the granting authority: their work list, the message log."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from grants.accounts.enums import Role
from grants.core.http import SignedInRequest
from grants.core.models import MessageState, OutgoingMessage
from grants.core.policy import Audience, policy
from grants.documents.models import Case
from grants.portal.worklist import waiting_for


@policy(Audience.AUTHORITY, about="Vad som väntar på personen, per roll")
def worklist(request: SignedInRequest) -> HttpResponse:
    waiting = waiting_for(request.user)
    busy = [row for row in waiting if row.count]
    return render(
        request,
        "portal/desk/worklist.html",
        {"busy": busy, "quiet": [row for row in waiting if not row.count], "total": sum(row.count for row in waiting)},
    )


@policy(
    Audience.AUTHORITY,
    roles=(Role.REGISTRAR, Role.ADMINISTRATOR, Role.HANDLER),
    about="Utgående meddelanden och om de kom fram",
)
def messages(request: SignedInRequest) -> HttpResponse:
    """The log of outgoing messages of the cases that the person sees; failed ones first (INV-5)."""
    cases = Case.objects.visible_to(request.user).filter(authority__in=request.user.authority_ids)
    rows = OutgoingMessage.objects.filter(stream__in=cases.values("pk"))
    only_failed = request.GET.get("visa") == "fel"
    shown = rows.filter(state=MessageState.FAILED) if only_failed else rows
    page = Paginator(shown.only("created_at", "to", "subject", "state", "attempts", "error", "sent_at"), 50)
    return render(
        request,
        "portal/desk/messages.html",
        {
            "page": page.get_page(request.GET.get("sida")),
            "failed_count": rows.filter(state=MessageState.FAILED).count(),
            "only_failed": only_failed,
        },
    )
