"""The authority's pages of questions and answers about a call: write, publish, correct, take away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from calls import actions, rules
from calls.enums import PUBLIC_STATES, State
from calls.forms_answers import AnswerForm, WithdrawForm
from calls.menu import setup_menu
from calls.models import Call, PublicAnswer
from calls.views.finding import find
from grants.accounts.enums import Role
from grants.core.exceptions import Blocked, Stale
from grants.core.policy import Audience, policy

ROLES = (Role.HANDLER, Role.CALL_MANAGER)


@policy(
    Audience.AUTHORITY, roles=ROLES, methods=["GET", "POST"], about="Frågor och svar om en utlysning: läs och skriv"
)
def answers(request: HttpRequest, code: str) -> HttpResponse:
    call = _call(request, code)
    if request.method != "POST":
        return _list_page(request, call, AnswerForm())
    form = AnswerForm(request.POST)
    reasons: list[Any] = []
    if form.is_valid():
        try:
            made = actions.write_answer(call, **form.cleaned_data, by=request.user, publish=_publishes(request))
        except Blocked as stop:
            reasons = form.add_reasons(stop.reasons)
        else:
            messages.success(request, "Svaret är publicerat." if made.published_at else "Svaret är sparat som utkast.")
            return redirect("calls:answers", call.code)
    return _list_page(request, call, form, reasons, status=422)


def _list_page(
    request: HttpRequest, call: Call, form: AnswerForm, reasons: Any = (), status: int = 200
) -> HttpResponse:
    rows = call.public_answers.select_related("created_by").order_by("-created_at", "-pk")
    menu = setup_menu(call, "calls:answers")
    context = {"form": form, "rows": rows, "reasons": reasons, "menu": menu, **_common(call)}
    return render(request, "calls/desk/answers.html", context, status=status)


@policy(Audience.AUTHORITY, roles=ROLES, methods=["GET", "POST"], about="Ändra eller publicera ett svar")
def answer(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    call = _call(request, code)
    row = _row(call, pk)
    if request.method != "POST":
        return _edit_page(request, call, row, AnswerForm(initial=_typed(row)))
    form = AnswerForm(request.POST)
    reasons: list[Any] = []
    if form.is_valid():
        try:
            changed = actions.change_answer(
                row, **form.cleaned_data, by=request.user, version=_version(request), publish=_publishes(request)
            )
        except Stale as stop:
            return _edit_page(request, call, _row(call, pk), form, [stop], status=409)
        except Blocked as stop:
            reasons = form.add_reasons(stop.reasons)
        else:
            messages.success(
                request, "Svaret är publicerat." if changed.published_at else "Svaret är sparat som utkast."
            )
            return redirect("calls:answers", call.code)
    return _edit_page(request, call, row, form, reasons, status=422)


@policy(Audience.AUTHORITY, roles=ROLES, methods=["POST"], about="Ta bort ett svar från utlysningens sida")
def remove(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """A published answer is taken away with a reason; a draft is thrown away."""
    call = _call(request, code)
    row = _row(call, pk)
    asked = AnswerForm(initial=_typed(row))
    form = WithdrawForm(request.POST)
    try:
        if row.published_at is None:
            actions.discard_answer(row, by=request.user, version=_version(request))
        elif form.is_valid():
            actions.withdraw_answer(row, by=request.user, version=_version(request), **form.cleaned_data)
        else:
            return _edit_page(request, call, row, asked, status=422, withdraw=form)
    except Stale as stop:
        return _edit_page(request, call, _row(call, pk), asked, [stop], status=409, withdraw=form)
    except Blocked as stop:
        return _edit_page(request, call, row, asked, form.add_reasons(stop.reasons), status=422, withdraw=form)
    messages.success(request, "Svaret är borttaget." if row.published_at else "Utkastet är kastat.")
    return redirect("calls:answers", call.code)


def _edit_page(
    request: HttpRequest,
    call: Call,
    row: PublicAnswer,
    form: AnswerForm,
    reasons: Any = (),
    status: int = 200,
    withdraw: WithdrawForm | None = None,
) -> HttpResponse:
    context = {
        "form": form,
        "row": row,
        "reasons": reasons,
        "is_stale": status == 409,
        "withdraw": withdraw or WithdrawForm(),
        "asks_why": bool(withdraw and withdraw.errors),
        "menu": setup_menu(call, "calls:answers"),
        "has_errors": status == 422,
        **_common(call),
    }
    return render(request, "calls/desk/answers_edit.html", context, status=status)


def _common(call: Call) -> dict[str, Any]:
    return {
        "call": call,
        "may_write": call.state != State.ARCHIVED,
        "may_publish": call.state in PUBLIC_STATES,
    }


def _call(request: HttpRequest, code: str) -> Call:
    """The call, for those who answer at its own authority; 404 for others."""
    call = find(request.user, code)
    if not rules.may_answer(call, request.user):
        raise Http404
    return call


def _row(call: Call, pk: int) -> PublicAnswer:
    """An answer that has not been taken away. A number that no database holds is nobody's."""
    if pk > MOST:
        raise Http404
    return get_object_or_404(call.public_answers.filter(withdrawn_at__isnull=True), pk=pk)


MOST = 2**63 - 1


def _publishes(request: HttpRequest) -> bool:
    return request.POST.get("gor") == "publicera"


def _typed(row: PublicAnswer) -> dict[str, str]:
    return {"subject": row.subject, "question": row.question, "answer": row.answer}


def _version(request: HttpRequest) -> int:
    """The version that the page was opened with; one that cannot be read counts as stale."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
