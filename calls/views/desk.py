"""The authority's pages of calls: the list, setting one up, and one call with what is left to do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from calls import actions, notices, rules
from calls.diagram import process
from calls.enums import State
from calls.forms_life import ExtensionForm
from calls.menu import OVERVIEW, PAGES, page_of, place_url, setup_menu
from calls.models import Call
from calls.published_changes import rows_of
from calls.setup import links
from calls.views.finding import find, managed, own_calls
from grants.accounts.enums import Role
from grants.core import events
from grants.core.exceptions import Blocked, Stale
from grants.core.policy import Audience, policy
from grants.core.seen import is_second_press, seen
from grants.core.time import now
from grants.core.ui import ListCell, ListColumn, ListRow, address

COLUMNS = (
    ListColumn("title", "Utlysning", card="title"),
    ListColumn("state", "Läge", "badge", "status"),
    ListColumn("opens_at", "Öppnar", "day", "line", missing="Inte bestämt"),
    ListColumn("closes_at", "Stänger", "day", "line", missing="Inte bestämt"),
    ListColumn("budget_sek", "Budget, kr", "amount", "line"),
    ListColumn("received_count", "Inkomna ansökningar", "amount", "line"),
)

SHOWN_EVENTS = 15
"""Setting up a call leaves an event for every question: the newest stand open, the rest behind a press."""
HAPPENED = {
    "publish": "Utlysningen publicerades",
    "open": "Utlysningen öppnade",
    "close": "Utlysningen stängde",
    "settle": "Utlysningen blev avgjord",
    "archive": "Utlysningen arkiverades",
    "cancel": "Utlysningen ställdes in",
    "record_history": "Utlysningen lades in som historik",
}
"""What the timeline says of a step; other events carry their own words."""


@policy(Audience.AUTHORITY, about="Myndighetens utlysningar i alla lägen")
def manage(request: HttpRequest) -> HttpResponse:
    calls = own_calls(request.user).with_received_count().as_worked_with()
    page = Paginator(calls, 50).get_page(request.GET.get("sida"))
    context = {
        "page": page,
        "columns": COLUMNS,
        "rows": [_row(call) for call in page],
        "may_create": bool(rules.managed_authorities(request.user)),
    }
    return render(request, "calls/desk/manage.html", context)


def _row(call: Call) -> ListRow:
    values = {
        "title": ListCell(COLUMNS[0], call.title, url=call.get_desk_url(), note=call.code),
        "state": ListCell(COLUMNS[1], call),
        "closes_at": ListCell(COLUMNS[3], call.last_moment),
    }
    cells = tuple(values.get(c.key) or ListCell(c, getattr(call, c.key)) for c in COLUMNS)
    return ListRow(cells, id=str(call.pk), name=call.title)


@policy(Audience.AUTHORITY, about="En utlysning: vad som återstår, steg och händelser")
def overview(request: HttpRequest, code: str) -> HttpResponse:
    return show_overview(request, find(request.user, code))


def show_overview(request: HttpRequest, call: Call, reasons: Any = (), status: int = 200) -> HttpResponse:
    """The page of one call; ``reasons`` are why the last press was refused."""
    at = now()
    prefetch_related_objects([call], "cutoffs", "decision_rules")  # the steps, the drawing and the page read them
    may_manage = rules.may_manage(call, request.user)
    steps = actions.steps_on_page(call, request.user, at)
    left = [reason for step in steps if step.name == "publish" for reason in step.reasons]
    happened = [
        {"label": HAPPENED.get(e.name, e.label), "at": e.at, "by": e.actor, "reason": e.reason, "changes": rows_of(e)}
        for e in reversed(events.in_stream(call.pk))
    ]
    context = {
        "call": call,
        "opens_at_once": call.opens_at is not None and call.opens_at <= at,
        "steps": [step for step in steps if not (step.name == "publish" and left)],
        "left": left_by_page(call, left),
        "menu": setup_menu(call, OVERVIEW, [page_of(getattr(reason, "where", "")) for reason in left])
        if rules.may_look_up(call, request.user)
        else [],
        "may_edit": may_manage and call.state == State.DRAFT,
        "may_extend": may_manage and call.state in (State.PUBLISHED, State.OPEN),
        "may_copy": may_manage,
        "may_try": may_manage and call.state in (State.DRAFT, State.PUBLISHED),
        "may_discard": may_manage and call.state == State.DRAFT,
        "may_cancel": may_manage and call.state in Call.steps()["cancel"].sources,
        "may_reopen": may_manage and (call.state == State.CLOSED or (call.state == State.OPEN and call.is_late(at))),
        "received": Call.objects.filter(pk=call.pk).with_received_count().values_list("received_count", flat=True)[0],
        "untold": notices.untold(call) if call.state == State.DRAFT and call.is_by_invitation else [],
        "years": call.year_budgets.select_related("theme"),
        "lanes": process(call),
        "may_manage": may_manage,
        "events": happened[:SHOWN_EVENTS],
        "older": happened[SHOWN_EVENTS:],
        "applications_url": address("evaluation:list"),
        "ranking_url": address("evaluation:ranking", code=call.code),
        "reasons": reasons,
        "links": links(call),
    }
    return render(request, "calls/desk/overview.html", context, status=status)


def left_by_page(call: Call, reasons: Iterable[str]) -> list[tuple[str, list[dict[str, Any]]]]:
    """What is missing, under the label of the page where it is written, in the order of the set-up."""
    places = links(call)
    found: dict[str, list[dict[str, Any]]] = {}
    for reason in reasons:
        where = getattr(reason, "where", "")
        url = places.get(where.partition(":")[0]) or place_url(call, where)
        found.setdefault(page_of(where), []).append({"text": reason, "url": url, "done": False})
    order = [name for name, _ in PAGES]
    labels = {**dict(PAGES), "": "Övrigt"}
    return [(labels[name], found[name]) for name in sorted(found, key=[*order, ""].index)]


@policy(Audience.AUTHORITY, roles=[Role.CALL_MANAGER], methods=["GET", "POST"], about="Förläng ansökningstiden")
def extend(request: HttpRequest, code: str) -> HttpResponse:
    return _extend(request, managed(request.user, code))


def _extend(request: HttpRequest, call: Call) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    form = ExtensionForm(posted, initial={"closes_at": call.closes_at}, after=call.closes_at or now())
    status = 200
    stale = ""
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                call = actions.extend_closing(
                    call, form.cleaned_data["closes_at"], by=request.user, version=seen(request)
                )
            except Stale as stop:
                call, status, stale = find(request.user, call.code), 409, str(stop)
            except Blocked as stop:
                for reason in stop.reasons:
                    form.add_error(getattr(reason, "where", "") or None, str(reason))
            else:
                messages.success(request, "Ansökningstiden är förlängd.")
                return redirect(call.get_desk_url())
    context = {
        "call": call,
        "form": form,
        "stale": stale,
        "version": call.version,
        "can_extend": call.state in (State.PUBLISHED, State.OPEN),
    }
    return render(request, "calls/desk/extend.html", context, status=status)


@policy(Audience.AUTHORITY, roles=[Role.CALL_MANAGER], methods=["POST"], about="Ta ett steg med en utlysning")
def step(request: HttpRequest, code: str, name: str) -> HttpResponse:
    call = find(request.user, code)
    if name not in Call.steps():
        raise Http404
    reason = request.POST.get("reason", "")
    try:
        call = actions.take_step(call, name, by=request.user, reason=reason, version=seen(request))
        call = actions.open_if_due(call)
    except Blocked as stop:
        call = find(request.user, code)
        if not is_second_press(call, name, by=request.user, reason=reason):
            return show_overview(request, call, stop.reasons, status=409 if isinstance(stop, Stale) else 422)
    messages.success(request, f"Klart. Utlysningens läge är nu: {call.get_state_display()}.")
    return redirect(call.get_desk_url())
