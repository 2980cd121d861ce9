"""The texts of a call: which it has of its own, changing one, its versions, and what it becomes on a real application."""

from __future__ import annotations

import difflib
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from calls import actions, rules, texts
from calls.forms.rows import as_typed
from calls.forms_texts import TextForm
from calls.menu import setup_menu
from calls.models import Call, TextTemplate
from calls.views.finding import READERS, look_up, managed
from grants.accounts.enums import Role
from grants.core.exceptions import Blocked, Stale
from grants.core.policy import Audience, policy

MOST_VERSIONS = 100


@policy(Audience.AUTHORITY, roles=READERS, about="Utlysningens egna texter till beslut, brev och mejl")
def text_list(request: HttpRequest, code: str) -> HttpResponse:
    call = look_up(request.user, code)
    held = TextTemplate.objects.filter(call=call).select_related("created_by").defer("body")
    own = texts.current_texts(call)
    saved = {row.purpose: row for row in held.order_by("version") if row.purpose in own}
    groups: dict[str, list[dict[str, Any]]] = {}
    for purpose in texts.purposes_of(call):
        groups.setdefault(purpose.group, []).append({"purpose": purpose, "own": saved.get(purpose.key)})
    context = {
        "call": call,
        "groups": groups.items(),
        "menu": setup_menu(call, "calls:texts"),
        "may_manage": rules.may_manage(call, request.user),
    }
    return render(request, "calls/desk/texts.html", context)


@policy(
    Audience.AUTHORITY,
    roles=READERS,
    methods=["GET", "POST"],
    about="En text i utlysningen: ändra, jämföra versioner och förhandsgranska",
)
def text(request: HttpRequest, code: str, purpose: str) -> HttpResponse:
    """Saves; with ``forhandsgranska`` shows what the typed text becomes, with ``standardtexten`` puts the standard text in the
    box, and saves nothing. ``?jamfor=`` compares a version.
    """
    found = _purpose(purpose)
    if request.method != "POST":
        return _page(request, look_up(request.user, code), found)
    call = managed(request.user, code)
    if "standardtexten" in request.POST and found.standard:
        typed = {**as_typed(TextForm, request.POST), "body": found.standard}
        return _page(request, call, found, form=_form(request, call, found, **typed), is_filled=True)
    form = _form(request, call, found, request.POST)
    reasons: list[Any] = []
    status = 422
    if form.is_valid():
        body, subject = form.cleaned_data["body"], form.cleaned_data.get("subject", "")
        if "forhandsgranska" in request.POST:
            return _page(request, call, found, form=form, status=200)
        try:
            actions.save_text(
                call, found.key, body, subject=subject, by=request.user, version=_number(request, "version")
            )
        except Stale as stop:
            return _page(request, call, found, form=form, stale=str(stop), status=409)
        except Blocked as stop:
            reasons = form.add_reasons(stop.reasons)
        else:
            messages.success(request, f"Mallen ”{found.label}” är sparad." if body else found.without)
            return redirect("calls:text", call.code, found.key)
    return _page(request, call, found, form=form, reasons=reasons, status=status)


@policy(Audience.AUTHORITY, roles=[Role.CALL_MANAGER], methods=["POST"], about="Ta en äldre version av en text i bruk")
def restore(request: HttpRequest, code: str, purpose: str) -> HttpResponse:
    call = managed(request.user, code)
    found = _purpose(purpose)
    try:
        made = actions.restore_text(
            call, found.key, _number(request, "nummer"), by=request.user, version=_number(request, "version")
        )
    except Stale as stop:
        return _page(request, call, found, stale=str(stop), status=409)
    except Blocked as stop:
        return _page(request, call, found, reasons=stop.reasons, status=422)
    messages.success(request, "Den äldre texten används nu, som en ny version." if made.body else found.without)
    return redirect("calls:text", call.code, found.key)


def _purpose(key: str) -> texts.Purpose:
    if key not in texts.PURPOSES:
        raise Http404
    return texts.PURPOSES[key]


def _number(request: HttpRequest, name: str) -> int:
    """The posted number; one that cannot be read is that of no version."""
    given = request.POST.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 6 else -1


def _form(request: HttpRequest, call: Call, purpose: texts.Purpose, data: Any = None, **initial: Any) -> TextForm:
    choices = texts.applications.choices(call, request.user)
    return TextForm(data, purpose=purpose, choices=choices, initial=initial)


def _page(
    request: HttpRequest,
    call: Call,
    purpose: texts.Purpose,
    *,
    form: TextForm | None = None,
    reasons: Any = (),
    stale: str = "",
    is_filled: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The page; with what was typed kept, and what it becomes."""
    versions = list(
        TextTemplate.objects.filter(call=call, purpose=purpose.key)
        .select_related("created_by")
        .order_by("-version")[:MOST_VERSIONS]
    )
    newest = versions[0] if versions else None
    if form is None:
        start = {"body": newest.body if newest and newest.body else purpose.standard}
        form = _form(request, call, purpose, subject=newest.subject if newest else "", **start)
    version = newest.version if newest else 0
    typed = form.cleaned_data if form.is_bound and form.is_valid() else form.initial
    context = {
        "call": call,
        "purpose": purpose,
        "form": form,
        "reasons": reasons,
        "stale": stale,
        "newest": newest,
        "versions": versions,
        # What was typed was written against the version that the person saw; only who is shown the newer one may write over it.
        "version": _number(request, "version") if (form.is_bound or is_filled) and not stale else version,
        "is_filled": is_filled,
        "is_used": purpose in texts.purposes_of(call),
        "menu": setup_menu(call, "calls:texts"),
        "preview": _preview(request, call, purpose, typed),
        "compared": _compared(request, versions, purpose),
        "may_manage": rules.may_manage(call, request.user),
        "is_stale_text": newest.body if stale and newest else "",
    }
    return render(request, "calls/desk/texts_edit.html", context, status=status)


def _preview(request: HttpRequest, call: Call, purpose: texts.Purpose, typed: Any) -> dict[str, Any]:
    """Subject and text with the values of the chosen application, or with invented ones."""
    chosen = typed.get("application", "")
    values = texts.applications.values(call, request.user, chosen) if chosen else None
    filled = {**texts.samples(purpose), "utlysning": call.title, "myndighet": call.authority.name, **(values or {})}
    body = typed.get("body") or purpose.standard
    return {
        "subject": texts.fill(typed.get("subject") or "", filled),
        "body": texts.fill(body, filled),
        "is_invented": values is None,
    }


def _compared(request: HttpRequest, versions: list[TextTemplate], purpose: texts.Purpose) -> dict[str, Any] | None:
    """What differs between the version that the address asks for and the one in use, line by line; None when none is asked for."""
    wanted = request.GET.get("jamfor", "")
    old = next((row for row in versions if str(row.version) == wanted), None)
    if old is None or not versions:
        return None
    lines = difflib.ndiff(
        (old.body or purpose.standard).split("\n"), (versions[0].body or purpose.standard).split("\n")
    )
    marks = {"- ": "removed", "+ ": "added", "  ": "same"}
    return {"old": old, "lines": [(marks[line[:2]], line[2:]) for line in lines if line[:2] in marks]}
