"""Versions of a call's form: which one is asked now, reading one, copying one, and what two of them do not share."""

from __future__ import annotations

from typing import Any

from django.db.models import prefetch_related_objects

from calls.models import FormVersion, Question, QuestionSection
from calls.questions.conditions import sentence
from calls.questions.registry import kind_of
from calls.questions.standard import make_standard_form
from grants.core.known import Known

COPIED = (
    "code",
    "kind",
    "label",
    "help_text",
    "required",
    "condition_code",
    "condition_value",
    "for_assessors",
    "settings",
    "order",
)
FROZEN = Known(lambda call: FormVersion.objects.filter(call=call, frozen_at__isnull=False).order_by("-number")[:1])


def standard_form(call: Any) -> FormVersion:
    """Give a new call the standard questions."""
    return make_standard_form(call, FormVersion, QuestionSection, Question)  # type: ignore[no-any-return]


def form_in_use(call: Any) -> FormVersion:
    """The version that applicants are asked now: the newest frozen one, else the one in work. Makes the standard one where
    a call has none at all.
    """
    versions = list(call.form_versions.all())
    frozen = [version for version in versions if version.frozen_at is not None]
    return (frozen or versions or [standard_form(call)])[-1]


def form_asked_now(call_id: Any) -> FormVersion | None:
    """The newest frozen version as the database has it now, whatever was read of the call before; None when none is frozen."""
    return FROZEN.first(call_id)


def form_in_work(call: Any) -> FormVersion | None:
    """The version that can be changed, or None when every version is frozen."""
    return next((version for version in call.form_versions.all() if version.frozen_at is None), None)


def sections_of(form_version: FormVersion) -> list[QuestionSection]:
    """The sections in order, each with its questions read (``section.questions.all()``): two queries for any number."""
    if "sections" not in getattr(form_version, "_prefetched_objects_cache", {}):
        prefetch_related_objects([form_version], "sections__questions")
    return list(form_version.sections.all())


def questions_of(form_version: FormVersion) -> list[Question]:
    """Every question in the order in which it is asked."""
    return [question for section in sections_of(form_version) for question in section.questions.all()]


def copy_version(source: FormVersion, target: FormVersion) -> FormVersion:
    """Write the sections and questions of one version into another, empty one. Codes stay: answers are kept by them."""
    for section in sections_of(source):
        made = QuestionSection.objects.create(
            form=target, code=section.code, title=section.title, intro=section.intro, order=section.order
        )
        Question.objects.bulk_create(
            [
                Question(form=target, section=made, **{name: getattr(question, name) for name in COPIED})
                for question in section.questions.all()
            ]
        )
    return target


def copy_form(call_from: Any, call_to: Any) -> FormVersion:
    """Give a draft call the questions that another call asks, instead of its own. Returns the version in work."""
    target = form_in_work(call_to)
    if target is None:
        last = call_to.form_versions.last()
        target = FormVersion.objects.create(call=call_to, number=last.number + 1 if last else 1)
    target.sections.all().delete()
    target._prefetched_objects_cache = {}  # type: ignore[attr-defined]
    return copy_version(form_in_use(call_from), target)


def freeze(call: Any, at: Any) -> None:
    """Freeze the version in work, so that what is asked stands fast."""
    form_in_use(call)
    FormVersion.objects.filter(call=call, frozen_at__isnull=True).update(frozen_at=at)


def described(question: Any, by_code: dict[str, Any]) -> list[tuple[str, str]]:
    """All that an applicant or assessor meets of a question, as (what, words): for comparing versions."""
    limits = kind_of(question).limits(question.settings)
    closed = [label for _, label in kind_of(question).closed_answers(question.settings)]
    columns = ", ".join(str(one["label"]) for one in question.settings.get("columns") or ())
    return [
        ("Fråga", question.label),
        ("Förklaring", question.help_text),
        ("Slag", question.get_kind_display()),
        ("Gränser", " ".join(limits)),
        ("Svarsalternativ", ", ".join(closed) if question.kind != "yes_no" else ""),
        ("Kolumner", columns),
        ("Måste besvaras", sentence(question, by_code) or question.get_required_display()),
        ("Bedömare ser svaret", "Ja" if question.for_assessors else "Nej"),
        ("Avsnitt", question.section.title),
    ]


def differences(old: FormVersion, new: FormVersion) -> list[tuple[str, str, str]]:
    """(what, before, after) of every question that was added, removed, changed or moved between two versions."""
    before = {question.code: question for question in questions_of(old)}
    after = {question.code: question for question in questions_of(new)}
    found: list[tuple[str, str, str]] = []
    for code, question in after.items():
        if code not in before:
            found.append((question.label, "", "Ny fråga"))
            continue
        said = dict(described(before[code], before))
        found += [
            (f"{question.label}: {what.lower()}", said[what], words)
            for what, words in described(question, after)
            if words != said[what]
        ]
    found += [
        (question.label, "Ställdes", "Ställs inte längre") for code, question in before.items() if code not in after
    ]
    shared = [code for code in before if code in after]
    if shared != [code for code in after if code in before]:
        found.append(("Frågornas ordning", _order(before, shared), _order(after, [c for c in after if c in before])))
    return found + _section_differences(old, new)


def _order(questions: dict[str, Any], codes: list[str]) -> str:
    return "\n".join(questions[code].label for code in codes)


def _section_differences(old: FormVersion, new: FormVersion) -> list[tuple[str, str, str]]:
    before = {section.code: section for section in sections_of(old)}
    after = {section.code: section for section in sections_of(new)}
    found = [
        (f"Avsnittet ”{after[code].title}”: inledning", before[code].intro, after[code].intro)
        for code in after
        if code in before and before[code].intro != after[code].intro
    ]
    found += [
        (f"Avsnittet ”{section.title}”", "", "Nytt avsnitt") for code, section in after.items() if code not in before
    ]
    found += [
        (f"Avsnittet ”{section.title}”", "Fanns", "Finns inte längre")
        for code, section in before.items()
        if code not in after
    ]
    return found
