"""The forms that one field is judged in while a person writes: the field alone, its question, or its whole section."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.forms import BoundField

from applications.answers import form_of
from applications.drafting import OWN, save_answer, save_contribution, save_field
from applications.enums import Section
from applications.forms import BudgetForm, PartiesForm, PlaceForm, ProjectForm, how_field, how_key
from applications.forms.base import DraftForm
from applications.models import Application, ObjectiveLink
from applications.objectives import regions_of
from applications.pages import PLACE, Page, divided
from applications.views.bound import Bound, as_read
from applications.views.fieldrows import with_rows_of
from applications.views.forms_of_page import bound_of
from applications.writing.values import IN_ROW, Values, as_post, is_file, managed_in, with_rows
from calls.questions import PREFIX, AnswersForm, Surroundings, questions_of
from grants.core.held import seen
from grants.core.known import Known

HOW = re.compile(r"mal-(\d{1,15})-hur", re.ASCII)
"""The name of a field ``how_key``."""
CHOSEN = Known(
    lambda application, objective: ObjectiveLink.objects.select_related("objective").filter(
        application=application, objective=objective
    )
)
FORMS: dict[str, Any] = {
    Section.PARTIES: PartiesForm,
    Section.PROJECT: ProjectForm,
    PLACE: PlaceForm,
    Section.BUDGET: BudgetForm,
}


@dataclass
class Part:
    """The forms that a field is judged in. ``quick``: nothing hangs on it and nothing else is written with it."""

    make: Callable[..., Bound]
    bound: Bound
    quick: bool


def part_of(row: Application, page: Page, name: str) -> Part:
    """The field alone where it is a column, an answer or the text of a chosen objective; else the whole section, which it is saved with."""
    make = quick_form(row, page, name)
    if make is not None:
        return Part(make, make(row), True)

    def whole_section(application: Application, post: Any = None) -> Bound:
        # Read with its rows once for each version: under the lock nobody but this save makes another. What was read ends with
        # a rollback, as the version does.
        key = ("rows of a page", application.pk, page.value, application.version)
        return bound_of(seen(key, lambda: with_rows_of(application, page.value)), page, post)

    return Part(whole_section, whole_section(row), False)


def quick_form(row: Application, page: Page, name: str) -> Callable[..., Bound] | None:
    """A function that makes the form of just this field, or of the question that it belongs to."""
    if name in OWN.get(page.value, ()):
        return lambda application, post=None: own_form(application, page, name, post)
    link = link_of(row, name) if page.value == Section.OBJECTIVES else None
    if link is not None:
        return lambda application, post=None: how_form(link, post)
    question = question_of(row, page, name) if page.section == Section.PROJECT else None
    if question is None or question.kind == "file":
        return None
    return lambda application, post=None: answer_form(application, question, post)


def question_of(row: Application, page: Page, name: str) -> Any:
    """The question of the page that the field belongs to; None when it belongs to none."""
    sections = divided(row)
    if not name.startswith(PREFIX) or bool(sections) != bool(page.questions):
        return None
    if sections:
        asked = [one for section in sections if section.code == page.questions for one in section.questions.all()]
    else:
        asked = questions_of(form_of(row))
    code = name.removeprefix(PREFIX)
    fitting = [one for one in asked if code == one.code or code.startswith(f"{one.code}-")]
    return max(fitting, key=lambda one: len(one.code), default=None)


def own_form(row: Application, page: Page, name: str, post: Any) -> Bound:
    """A form with just this column of the application. An amount of nothing is shown as none."""

    def save(application: Application, data: Any, *, by: Any, typed: dict[str, Any]) -> Application:
        return save_field(application, page, name, data[name], by=by, typed=typed)

    return single(name, FORMS[page.value].base_fields[name], getattr(row, name) or None, post, save)


def single(name: str, field: Any, value: Any, post: Any, save: Callable[..., Application]) -> Bound:
    """A form with one field, as the section's form has it."""
    form = DraftForm(post, initial={name: value})
    form.fields[name] = copy.deepcopy(field)
    bound = Bound([form], {}, save=save)
    if post is not None and form.is_valid():
        bound.data = {name: form.cleaned_data[name]}
    return bound


def link_of(row: Application, name: str) -> ObjectiveLink | None:
    """The chosen objective whose text the field is; None for another field, and for an objective that is not saved as chosen."""
    found = HOW.fullmatch(name)
    return CHOSEN.first(row.pk, int(found[1])) if found else None


def how_form(link: ObjectiveLink, post: Any) -> Bound:
    """A form with just the text of how the project contributes to a chosen objective."""
    name = how_key(link.objective_id)

    def save(application: Application, data: Any, *, by: Any, typed: dict[str, Any]) -> Application:
        return save_contribution(application, link, data[name], by=by, typed=typed)

    return single(name, how_field(link.objective), link.contribution, post, save)


def answer_form(row: Application, question: Any, post: Any) -> Bound:
    """A form with just this question."""
    around = Surroundings(regions=lambda: regions_of(row), answers=row.answers)
    form = AnswersForm(post, questions=[question], answers=row.answers, around=around)

    def save(application: Application, data: Any, *, by: Any, typed: dict[str, Any]) -> Application:
        return save_answer(application, question, data[question.code], by=by, typed=typed)

    bound = Bound([form], {}, save=save)
    if post is not None and form.is_valid():
        bound.data = form.answers
    return bound


def posted(part: Part, before: Mapping[str, Values], *over: Mapping[str, Values]) -> Any:
    """What the page would send: all that stands there, with these values over it, and as many rows as they need."""
    return as_post(with_rows(managed_in(part.bound), [*before, *(name for one in over for name in one)]), before, *over)


def in_new_rows(
    row: Application, part: Part, before: Mapping[str, Values], names: Iterable[str]
) -> dict[str, BoundField]:
    """The fields of rows that the page has shown empty, last, where these fields stand: by name, none of them stored."""
    asked = {name: () for name in names if name not in before and IN_ROW.fullmatch(name)}
    if not asked:
        return {}
    wider = part.make(row, posted(part, before, asked))
    return {one.html_name: one for one in wider.fields() if one.html_name not in before and not is_file(one)}


def faults_in(bound: Bound) -> dict[str, list[str]]:
    """What is wrong, by field; "" holds what belongs to none."""
    found: dict[str, list[str]] = {}
    for source in bound.sources:
        for form in getattr(source, "forms", [source]):
            for name, errors in form.errors.items():
                found.setdefault(form.add_prefix(name) if name != "__all__" else "", []).extend(map(str, errors))
        if hasattr(source, "management_form"):
            found.setdefault("", []).extend(map(str, source.non_form_errors()))
    return {name: texts for name, texts in found.items() if texts}


def words_of(bound: Any, values: Values) -> str:
    """Values of a field as people read them: labels for choices."""
    held = copy.copy(bound)
    held.value = lambda: list(values) if len(values) > 1 else "".join(values)
    return as_read(held)
