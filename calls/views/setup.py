"""The set-up pages of a call: one view for each part, all of the same making, and the short page that starts a new call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from calls import actions, blockers, parts, rules
from calls.enums import CallKind, State
from calls.forms import NewCallForm
from calls.menu import page_of, page_url, setup_menu
from calls.models import Call, Programme
from calls.parts import PARTS, Part
from calls.setup import PartSetup, links
from calls.views.finding import READERS, find, look_up, managed
from grants.accounts.enums import Role
from grants.core.exceptions import Blocked, Stale
from grants.core.policy import Audience, policy


@policy(Audience.AUTHORITY, roles=[Role.CALL_MANAGER], methods=["GET", "POST"], about="Ny utlysning")
def create(request: HttpRequest) -> HttpResponse:
    managed = rules.managed_authorities(request.user)
    offered = {"programme": Programme.objects.filter(authority__in=managed), "authority": managed}
    if request.method != "POST":
        return _create_page(request, NewCallForm(initial={"kind": CallKind.OPEN}, offered=offered))
    form = NewCallForm(request.POST, use_required_attribute=False, offered=offered)
    reasons: list[str] = []
    if form.is_valid():
        try:
            call = actions.start_call(form.cleaned_data, by=request.user)
        except Blocked as stop:
            reasons = form.add_reasons(stop.reasons)
        else:
            messages.success(request, "Utlysningen är sparad som utkast. Bara ni på myndigheten ser den.")
            return redirect(page_url(call, parts.BASICS.url_name))
    return _create_page(request, form, reasons, status=422)


def _create_page(request: HttpRequest, form: NewCallForm, reasons: Any = (), status: int = 200) -> HttpResponse:
    context = {"form": form, "reasons": reasons, "has_errors": status == 422}
    return render(request, "calls/desk/create.html", context, status=status)


@policy(Audience.AUTHORITY, roles=READERS, about="Till den första sidan av en utlysnings uppsättning")
def edit(request: HttpRequest, code: str) -> HttpResponse:
    return redirect(page_url(look_up(request.user, code), parts.BASICS.url_name))


def _page(part: Part) -> Callable[..., HttpResponseBase]:
    """The view of one part."""

    @policy(
        Audience.AUTHORITY,
        roles=READERS,
        methods=["GET", "POST"],
        about=f"Läsa och sätta upp en utlysning: {part.about}",
    )
    def view(request: HttpRequest, code: str) -> HttpResponse:
        if request.method != "POST":
            call = look_up(request.user, code)
            reads = not rules.may_manage(call, request.user)
            return _show(request, PartSetup(call, part, user=request.user, reads=reads))
        call = managed(request.user, code)
        if request.POST.get("rad"):
            return _with_row_moved(request, call, part)
        return _save(request, call, part)

    return view


PAGES: dict[str, Any] = {part.key: _page(part) for part in PARTS}


def _with_row_moved(request: HttpRequest, call: Call, part: Part) -> HttpResponse:
    """The page again with one row more, less or elsewhere, and everything that was typed. Nothing is saved."""
    setup = PartSetup(call, part, user=request.user, data=request.POST, move=request.POST["rad"])
    return _show(request, setup, version=request.POST.get("version", ""))


def _save(request: HttpRequest, call: Call, part: Part) -> HttpResponse:
    version = request.POST.get("version", "")
    setup = PartSetup(call, part, user=request.user, data=request.POST)
    is_readable = setup.is_valid()
    if is_readable:
        try:
            call = actions.save_part(call, part, setup.cleaned(), by=request.user, version=version)
        except Stale as stop:
            return _stale(request, call, part, str(stop))
        except Blocked as stop:
            setup.add_reasons(stop.reasons)
        else:
            messages.success(request, f"Sidan ”{part.label}” är sparad.")
            return redirect(_next_url(call, part) if request.POST.get("gor") == "vidare" else request.path)
    if version != setup.version:
        return _stale(request, call, part, str(Stale()))
    if not is_readable:
        setup.add_reasons(actions.faults_beside(call, part, setup.readable(), set(setup.form.errors)))
    return _show(request, setup, status=422, version=version)


def _next_url(call: Call, part: Part) -> str:
    """The page after this one, or the call's overview after the last."""
    menu = setup_menu(call, part.url_name)
    index = next(index for index, link in enumerate(menu) if link.is_current)
    return menu[index + 1].url if index + 1 < len(menu) else call.get_desk_url()


def _stale(request: HttpRequest, call: Call, part: Part, text: str) -> HttpResponse:
    """Somebody saved the same page, or published, in between: nothing is saved, and nothing that was typed is lost."""
    call = find(request.user, call.code)
    setup = PartSetup(call, part, user=request.user, data=request.POST)
    wrote_shut = call.state != State.DRAFT and any(
        name in request.POST for name in setup.held if name not in setup.opened
    )
    if wrote_shut:
        setup = PartSetup(call, part, user=request.user, data=request.POST, whole=True)
        text = "Utlysningen har publicerats sedan du öppnade sidan, så dina ändringar är inte sparade. Din text står kvar här."
    setup.is_valid()
    return _show(request, setup, status=409, stale=text, is_shut=wrote_shut, differences=setup.differences())


def _show(
    request: HttpRequest, setup: PartSetup, status: int = 200, version: str | None = None, **extra: Any
) -> HttpResponse:
    call, part = setup.call, setup.part
    may_manage = rules.may_manage(call, request.user)
    left = blockers.before_publish(call) if may_manage and call.state == State.DRAFT else []
    places = links(call)
    here = [reason for reason in left if page_of(getattr(reason, "where", "")) == part.url_name]
    context = {
        "setup": setup,
        "call": call,
        "part": part,
        "menu": setup_menu(call, part.url_name, [page_of(getattr(reason, "where", "")) for reason in left]),
        "links": places,
        "left": [(reason, places.get(getattr(reason, "where", "").partition(":")[0], "")) for reason in here],
        "version": setup.version if version is None else version,
        "has_errors": status == 422,
        "is_changeable": bool(setup.opened),
        "may_manage": may_manage,
        **extra,
    }
    return render(request, "calls/desk/part.html", context, status=status)
