"""The authority's pages of calls: the list, setting one up, and one call with what is left to do."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from calls import actions, rules
from calls.enums import State
from calls.forms import ExtensionForm
from calls.models import Call, CallQuerySet
from calls.setup import SECTIONS, CallSetup
from grants.accounts.enums import Role
from grants.core import events
from grants.core.exceptions import Blocked, Stale
from grants.core.policy import Audience, policy
from grants.core.seen import is_second_press, seen
from grants.core.time import now
from grants.core.ui import ListCell, ListColumn, ListRow

COLUMNS = (
    ListColumn("title", "Utlysning", card="title"),
    ListColumn("state", "Läge", "badge", "status"),
    ListColumn("opens_at", "Öppnar", "day", "line", missing="Inte bestämt"),
    ListColumn("closes_at", "Stänger", "day", "line", missing="Inte bestämt"),
    ListColumn("budget_sek", "Budget, kr", "amount", "amount"),
    ListColumn("received_count", "Inkomna ansökningar", "amount", "line"),
)


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


def own_calls(user: Any) -> CallQuerySet:
    """The calls of the authorities where the person works, in every state."""
    return Call.objects.filter(authority__in=user.authority_ids)


def find(user: Any, code: str) -> Call:
    """One of the person's own calls by its code, or by its id as step buttons post it. Raises Http404."""
    try:
        wanted = Q(code=code) | Q(pk=uuid.UUID(code))
    except ValueError:
        wanted = Q(code=code)
    return get_object_or_404(own_calls(user).select_related("authority"), wanted)


@policy(Audience.AUTHORITY, about="Myndighetens utlysningar i alla lägen")
def manage(request: HttpRequest) -> HttpResponse:
    calls = own_calls(request.user).with_received_count().order_by("-created_at", "code")
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
    may_manage = rules.may_manage(call, request.user)
    steps = actions.steps_on_page(call, request.user, at)
    edit_url = call.get_edit_url()
    left = [reason for step in steps if step.name == "publish" for reason in step.reasons]
    context = {
        "call": call,
        "steps": [step for step in steps if not (step.name == "publish" and left)],
        "left": [{"text": reason, "url": f"{edit_url}{_anchor(reason)}", "done": False} for reason in left],
        "may_edit": may_manage and call.state == State.DRAFT,
        "may_extend": may_manage and call.state in (State.PUBLISHED, State.OPEN),
        "may_cancel": may_manage and call.state in Call.steps()["cancel"].sources,
        "may_reopen": may_manage and (call.state == State.CLOSED or (call.state == State.OPEN and call.is_late(at))),
        "received": Call.objects.filter(pk=call.pk).with_received_count().values_list("received_count", flat=True)[0],
        "years": call.year_budgets.all(),
        "events": [
            {"label": HAPPENED.get(e.name, e.label), "at": e.at, "by": e.actor, "reason": e.reason}
            for e in reversed(events.in_stream(call.pk))
        ],
        "reasons": reasons,
        "links": {**SECTIONS},
    }
    return render(request, "calls/desk/overview.html", context, status=status)


def _anchor(reason: Any) -> str:
    where = getattr(reason, "where", "")
    return SECTIONS.get(where) or (f"#id_{where}" if where else "")


@policy(Audience.AUTHORITY, roles=[Role.CALL_MANAGER], methods=["GET", "POST"], about="Ny utlysning")
def create(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _form_page(request, CallSetup(None))
    setup = _asked_for_row(request, None)
    if setup:
        return _form_page(request, setup)
    setup = CallSetup(None, request.POST)
    if setup.is_valid():
        try:
            call = actions.create_call(setup.cleaned(), by=request.user)
        except Blocked as stop:
            setup.add_reasons(stop.reasons)
        else:
            messages.success(request, "Utlysningen är sparad som utkast. Bara ni på myndigheten ser den.")
            return redirect(call.get_desk_url())
    return _form_page(request, setup, status=422)


@policy(
    Audience.AUTHORITY,
    roles=[Role.CALL_MANAGER],
    methods=["GET", "POST"],
    about="Ändra ett utkast, eller förläng ansökningstiden",
)
def edit(request: HttpRequest, code: str) -> HttpResponse:
    call = find(request.user, code)
    if not rules.may_manage(call, request.user):
        raise Http404
    if call.state != State.DRAFT:
        return _published_meanwhile(request, call) if "title" in request.POST else _extend(request, call)
    if request.method != "POST":
        return _form_page(request, CallSetup(call))
    setup = _asked_for_row(request, call)
    if setup:
        return _form_page(request, setup, version=seen(request))
    setup = CallSetup(call, request.POST)
    if setup.is_valid():
        try:
            call = actions.save_call(call, setup.cleaned(), by=request.user, version=seen(request))
        except Stale as stop:
            setup = CallSetup(find(request.user, code), request.POST)
            setup.is_valid()
            return _form_page(request, setup, status=409, stale=str(stop), differences=setup.differences())
        except Blocked as stop:
            setup.add_reasons(stop.reasons)
        else:
            messages.success(request, "Utlysningen är sparad.")
            return redirect(call.get_desk_url())
    return _form_page(request, setup, status=422, version=seen(request))


def _published_meanwhile(request: HttpRequest, call: Call) -> HttpResponse:
    """A colleague published while this person was writing: nothing is saved, and nothing that was typed is lost."""
    setup = CallSetup(call, request.POST, check=False)
    stale = (
        "Utlysningen har publicerats sedan du öppnade sidan, så dina ändringar är inte sparade. Din text står kvar här."
    )
    return _form_page(request, setup, status=409, stale=stale, is_shut=True)


def _asked_for_row(request: HttpRequest, call: Call | None) -> CallSetup | None:
    """The page again with one more row and everything that was typed, when a button for that was pressed."""
    wanted = request.POST.get("rad")
    if wanted not in ("ar", "kriterium"):
        return None
    setup = CallSetup(call, request.POST, check=False)
    (setup.years if wanted == "ar" else setup.criteria).add()
    return setup


def _form_page(
    request: HttpRequest, setup: CallSetup, status: int = 200, version: int | None = None, **extra: Any
) -> HttpResponse:
    call = setup.call
    if version is None and call is not None:
        version = call.version
    context = {
        "setup": setup,
        "form": setup.form,
        "call": call,
        "version": version,
        "sections": SECTIONS,
        "has_errors": status == 422,
        **extra,
    }
    return render(request, "calls/desk/edit.html", context, status=status)


def _extend(request: HttpRequest, call: Call) -> HttpResponse:
    """After publishing the only change is a later deadline."""
    form = ExtensionForm(request.POST if request.method == "POST" else None, initial={"closes_at": call.closes_at})
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
    except Blocked as stop:
        call = find(request.user, code)
        if not is_second_press(call, name, by=request.user, reason=reason):
            return show_overview(request, call, stop.reasons, status=409 if isinstance(stop, Stale) else 422)
    messages.success(request, f"Klart. Utlysningens läge är nu: {call.get_state_display()}.")
    return redirect(call.get_desk_url())
