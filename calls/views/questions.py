"""The pages *Ansökans frågor*: the list of a call's questions, each question and section, a preview, and the versions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from calls import rules
from calls.actions import questions as actions
from calls.menu import setup_menu
from calls.models import Call, Question
from calls.question_forms import CHOSEN, NoteForm, QuestionForm, SectionForm
from calls.questions import AnswersForm, Surroundings, conditions, form_in_use, form_in_work, kind_of, questions_of
from calls.questions.outline import Outline, stamp, stamp_of_all
from calls.questions.versions import differences, sections_of
from calls.views.finding import find, managed
from grants.accounts.enums import Role
from grants.core.exceptions import Blocked, Stale
from grants.core.policy import Audience, policy

MANAGER = [Role.CALL_MANAGER]


@policy(Audience.AUTHORITY, about="Utlysningens frågor i ordning, med versioner")
def overview(request: HttpRequest, code: str) -> HttpResponse:
    return page(request, find(request.user, code))


def page(request: HttpRequest, call: Call, reasons: Any = (), status: int = 200) -> HttpResponse:
    """The list; ``reasons`` are why a press was refused."""
    work, used = form_in_work(call), form_in_use(call)
    shown = work or used
    changeable = rules.may_manage(call, request.user) and call.state in actions.CHANGEABLE
    context = {
        "call": call,
        "form_version": shown,
        "stamp": stamp_of_all(shown),
        "used": used,
        "is_next": work is not None and work.pk != used.pk,
        "may_change": changeable and work is not None,
        "may_begin": changeable and work is None,
        "sections": rows_of(shown),
        "question_count": len(questions_of(shown)),
        "versions": call.form_versions.exclude(frozen_at=None),
        "menu": setup_menu(call, "calls:questions"),
        "may_manage": rules.may_manage(call, request.user),
        "reasons": reasons,
    }
    return render(request, "calls/desk/questions.html", context, status=status)


def status_of(stop: Blocked) -> int:
    """409 when the page showed other questions than there are now, else 422."""
    return 409 if isinstance(stop, Stale) else 422


def rows_of(form: Any) -> list[dict[str, Any]]:
    """Each section with its questions as the list shows them, and which of them stand first and last of all."""
    by_code = {question.code: question for question in questions_of(form)}
    codes = list(by_code)
    sections = sections_of(form)
    return [
        {
            "section": section,
            "is_first": place == 0,
            "is_last": place == len(sections) - 1,
            "questions": [
                {
                    "question": question,
                    "limits": [limit.removesuffix(".") for limit in kind_of(question).limits(question.settings)],
                    "options": [label for _, label in kind_of(question).closed_answers(question.settings)],
                    "condition": conditions.sentence(question, by_code).removesuffix("."),
                    "is_first": question.code == codes[0] and place == 0,
                    "is_last": question.code == codes[-1] and place == len(sections) - 1,
                }
                for question in section.questions.all()
            ],
        }
        for place, section in enumerate(sections)
    ]


def work_of(request: HttpRequest, code: str, *, section: str = "", question: str = "") -> tuple[Call, Outline]:
    """The call and its version in work, for its manager; the list's page when frozen.

    An address whose section or question is not among what is shown is 404; who posts to one that was there gets the list.
    """
    call = managed(request.user, code)
    form = form_in_work(call)
    if form is None and call.state == "draft":
        form_in_use(call)
        form = form_in_work(call)
    outline = Outline(form or form_in_use(call))
    if request.method != "POST" and not outline.has(section, question):
        raise Http404
    if form is None:
        raise Blocked(actions.FROZEN)
    return call, outline


@policy(Audience.AUTHORITY, roles=MANAGER, methods=["GET", "POST"], about="Ett avsnitt av utlysningens frågor")
def section(request: HttpRequest, code: str, section: str = "") -> HttpResponse:
    try:
        call, outline = work_of(request, code, section=section)
        held = outline.section(section) if section else None
    except Blocked as stop:
        return page(request, find(request.user, code), stop.reasons, 422 if request.method == "POST" else 200)
    initial = {"title": held.title, "intro": held.intro} if held else {}
    form = SectionForm(request.POST if request.method == "POST" else None, initial=initial)
    reasons: list[str] = []
    status, stale = 200, ""
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_section(call, section, form.cleaned_data, by=request.user, seen=request.POST.get("sedd", ""))
        except Stale as stop:
            status, stale = 409, str(stop)
            held = Outline(outline.form).section(section)
        except Blocked as stop:
            status, reasons = 422, form.add_reasons(stop.reasons)
        else:
            messages.success(request, "Avsnittet är sparat.")
            return redirect("calls:questions", call.code)
    context = {
        "call": call,
        "form": form,
        "held": held,
        "seen": stamp(held) if held else "",
        "reasons": reasons,
        "menu": setup_menu(call, "calls:questions"),
    }
    return render(
        request,
        "calls/desk/questions_section.html",
        {**context, "stale": stale, "has_errors": status == 422},
        status=status,
    )


@policy(Audience.AUTHORITY, roles=MANAGER, methods=["GET", "POST"], about="En fråga i utlysningen")
def question(request: HttpRequest, code: str, question: str = "", section: str = "") -> HttpResponse:
    """A question, or a new one in a section. The button *Byt slag* shows the settings of another kind and saves nothing."""
    try:
        call, outline = work_of(request, code, section=section, question=question)
        held = outline.question(question) if question else None
        if not question:
            outline.section(section)
    except Blocked as stop:
        return page(request, find(request.user, code), stop.reasons, 422 if request.method == "POST" else 200)
    form = QuestionForm(
        request.POST if request.method == "POST" else None, outline=outline, question=held, section=section
    )
    reasons: list[str] = []
    status, stale = 200, ""
    if request.method == "POST" and request.POST.get("gor") != "slag" and form.is_valid():
        try:
            if form.is_other_kind:
                raise Blocked([CHOSEN])
            saved = actions.save_question(
                call, question, form.cleaned_data, by=request.user, seen=request.POST.get("sedd", "")
            )
        except Stale as stop:
            call, outline = work_of(request, code)
            status, stale, held = 409, str(stop), outline.question(question)
        except Blocked as stop:
            status, reasons = 422, form.add_reasons(stop.reasons)
        else:
            messages.success(request, "Frågan är sparad.")
            return redirect(f"{reverse('calls:questions', args=[call.code])}#fraga-{saved.code}")
    context = {
        "call": call,
        "form": form,
        "held": held,
        "seen": stamp(held) if held else "",
        "reasons": reasons,
        "stale": stale,
        "saved": saved_words(held, outline) if stale and held else [],
        "preview": preview_of([held], outline.flat()) if held else None,
        "has_errors": status == 422,
        "menu": setup_menu(call, "calls:questions"),
    }
    return render(request, "calls/desk/questions_question.html", context, status=status)


def saved_words(held: Question, outline: Outline) -> list[tuple[str, str]]:
    """What is saved of a question that somebody changed in between."""
    from calls.questions.versions import described

    words = described(held, {one.code: one for one in outline.flat()})
    return [(what, said) for what, said in words if said or what == "Förklaring"]


def preview_of(questions: list[Any], everything: list[Any]) -> Any:
    """Questions as an applicant meets them, without an application: municipalities are those of one county."""
    from grants.strategy.models import Region

    return AnswersForm(
        questions=questions,
        answers={},
        around=Surroundings(regions=lambda: list(Region.objects.current().order_by("county_code")[:1])),
        everything={one.code: one for one in everything},
        auto_id="visa_%s",
    )


@policy(Audience.AUTHORITY, about="Ett avsnitt av frågorna som sökanden ser det")
def preview(request: HttpRequest, code: str, section: str) -> HttpResponse:
    call = find(request.user, code)
    shown = form_in_work(call) or form_in_use(call)
    held = next((one for one in sections_of(shown) if one.code == section), None)
    if held is None:
        raise Http404
    form = preview_of(list(held.questions.all()), questions_of(shown))
    context = {"call": call, "held": held, "questions": form.asked, "menu": setup_menu(call, "calls:questions")}
    return render(request, "calls/desk/questions_preview.html", context)


@policy(Audience.AUTHORITY, roles=MANAGER, methods=["POST"], about="Flyttar eller tar bort en fråga eller ett avsnitt")
def change(request: HttpRequest, code: str) -> HttpResponse:
    call = find(request.user, code)
    press, asked, part, shown = (request.POST.get(name, "") for name in ("gor", "fraga", "avsnitt", "sedd"))
    if press not in ("upp", "ner", "bort") or bool(asked) == bool(part):
        return page(request, call, ["Välj vad du vill flytta eller ta bort."], 422)
    try:
        if press == "bort":
            remove: Any = actions.remove_question if asked else actions.remove_section
            where = remove(call, asked or part, by=request.user, shown=shown)
            anchor = f"#avsnitt-{where}" if where else ""
        else:
            move: Any = actions.move_question if asked else actions.move_section
            move(call, asked or part, up=press == "upp", by=request.user, shown=shown)
            # The browser's focus goes where the address points: to the same button, so that one moves on by pressing again.
            anchor = f"#{'fraga' if asked else 'avsnitt'}-{asked or part}-{press}"
    except Blocked as stop:
        return page(request, find(request.user, code), stop.reasons, status_of(stop))
    return redirect(f"{reverse('calls:questions', args=[call.code])}{anchor}")


@policy(Audience.AUTHORITY, roles=MANAGER, methods=["POST"], about="Börjar på en ny version av frågorna")
def begin(request: HttpRequest, code: str) -> HttpResponse:
    call = find(request.user, code)
    try:
        actions.begin_version(call, by=request.user)
    except Blocked as stop:
        return page(request, find(request.user, code), stop.reasons, 422)
    return redirect("calls:questions", call.code)


@policy(Audience.AUTHORITY, roles=MANAGER, methods=["GET", "POST"], about="Kastar den påbörjade versionen av frågorna")
def discard(request: HttpRequest, code: str) -> HttpResponse:
    """Asks first, with what would be lost."""
    try:
        call, outline = work_of(request, code)
        if request.method == "POST":
            actions.discard_version(call, by=request.user, shown=request.POST.get("sedd", ""))
            messages.success(request, "Den påbörjade versionen är kastad. Frågorna är som de var.")
            return redirect("calls:questions", call.code)
    except Stale as stop:
        now_in_work = form_in_work(find(request.user, code))
        if now_in_work is None:
            return page(request, find(request.user, code), stop.reasons, 409)
        return _discard_page(request, call, Outline(now_in_work), stop.reasons, 409)
    except Blocked as stop:
        return page(request, find(request.user, code), stop.reasons, 422 if request.method == "POST" else 200)
    return _discard_page(request, call, outline)


def _discard_page(
    request: HttpRequest, call: Call, outline: Outline, reasons: Any = (), status: int = 200
) -> HttpResponse:
    context = {**_version_of(call, outline), "reasons": reasons}
    return render(request, "calls/desk/questions_discard.html", context, status=status)


def _version_of(call: Call, outline: Outline) -> dict[str, Any]:
    """The version in work with what differs from the one that is asked now, and the mark of what is shown."""
    return {
        "call": call,
        "menu": setup_menu(call, "calls:questions"),
        "form_version": outline.form,
        "differences": differences(form_in_use(call), outline.form),
        "stamp": stamp_of_all(outline.form),
    }


@policy(Audience.AUTHORITY, roles=MANAGER, methods=["GET", "POST"], about="Tar en ny version av frågorna i bruk")
def take_into_use(request: HttpRequest, code: str) -> HttpResponse:
    """What differs between the version that is asked now and the one in work, with a note."""
    try:
        call, outline = work_of(request, code)
    except Blocked as stop:
        return page(request, find(request.user, code), stop.reasons, 422 if request.method == "POST" else 200)
    form = NoteForm(request.POST if request.method == "POST" else None)
    reasons: list[str] = []
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            shown = request.POST.get("sedd", "")
            made = actions.take_into_use(call, note=form.cleaned_data["note"], by=request.user, shown=shown)
        except Blocked as stop:
            status, reasons = status_of(stop), form.add_reasons(stop.reasons)
            now_in_work = form_in_work(find(request.user, code))
            if now_in_work is None:  # somebody else took it into use or threw it away
                return page(request, find(request.user, code), stop.reasons, status)
            outline = Outline(now_in_work)
        else:
            messages.success(request, f"Version {made.number} av frågorna är i bruk.")
            return redirect("calls:questions", call.code)
    context = {
        "form": form,
        "reasons": reasons,
        **_version_of(call, outline),
        "has_errors": status != 200,
    }
    return render(request, "calls/desk/questions_versions.html", context, status=status)
