"""The forms of each section, filled from the row or from what was posted, with what their templates show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.forms import BoundField

from applications.answering import save_answers, save_files
from applications.answers import around_of, form_of
from applications.blockers import balance_reasons, share_reasons
from applications.budget import budget_years, sums, with_flat_rates
from applications.drafting import save_budget, save_objectives, save_parties, save_project
from applications.enums import Section
from applications.forms import (
    BudgetForm,
    FinancingRows,
    ObjectivesForm,
    PartiesForm,
    PartyRows,
    ProjectForm,
    cost_key,
    how_key,
)
from applications.models import Application
from applications.objectives import regions_of
from applications.pages import Page, divided
from calls import applying
from calls.models import percent_words
from calls.questions import AnswersForm, questions_of
from calls.rates import rate_for
from grants.accounts.models import Organisation
from grants.core.held import in_one_piece
from grants.core.money import percent_of
from grants.core.text import listed
from grants.strategy.models import CollaborationLevel, StrategicArea
from grants.strategy.selectors import Node, objectives_tree


@dataclass
class Bound:
    """A section's forms. ``data`` is what the action takes; None when something is malformed."""

    sources: list[Any]
    context: dict[str, Any]
    data: dict[str, Any] | None = None
    save: Any = None

    def fields(self) -> Iterator[BoundField]:
        """Every field of every form."""
        for source in self.sources:
            for form in getattr(source, "forms", [source]):
                yield from form

    def add_reasons(self, reasons: list[str]) -> list[str]:
        """Put an action's reasons at their fields; returns those that belong to none."""
        for source in self.sources:
            for form in getattr(source, "forms", [source]):
                reasons = form.add_reasons(reasons)
        return reasons

    def texts(self) -> dict[str, tuple[str, str]]:
        """field name → (label, what stands in it), as people read it."""
        return {bound.html_name: (str(bound.label), as_read(bound)) for bound in self.fields()}


def as_read(bound: BoundField) -> str:
    """The value of a field in words: labels for choices, the text itself otherwise."""
    value = bound.value()
    choices = {
        str(key): str(label)
        for key, label in getattr(bound.field, "choices", [])
        if not isinstance(label, list | tuple)
    }
    if choices:
        held = value if isinstance(value, list | tuple) else [value]
        return ", ".join(choices.get(str(getattr(one, "value", one)), "") for one in held if one not in (None, ""))
    if value is True or value == "on":
        return "Ja"
    return "" if value in (None, False) else str(value).replace("\r\n", "\n").strip()


def is_valid(sources: list[Any]) -> bool:
    """Every form is asked, so that all faults are told at once."""
    return not [source for source in sources if not source.is_valid()]


def parties(application: Application, post: Any = None, blank: int = 0) -> Bound:
    levels = list(CollaborationLevel.objects.current())
    organisations = {
        one.name.casefold(): one
        for one in Organisation.objects.filter(ended_on__isnull=True)
        .exclude(pk=application.applicant_id)
        .order_by("name")
    }
    form = PartiesForm(
        post,
        initial={
            "is_joint": "ja" if application.is_joint else "nej",
            "contact_name": application.contact_name,
            "contact_email": application.contact_email,
            "contact_phone": application.contact_phone,
        },
    )
    held: list[dict[str, Any]] = [
        {
            "kind": party.kind,
            "name": party.name,
            "org_number": party.org_number,
            "level": str(party.collaboration_level.step) if party.collaboration_level else "",
            "contribution": party.contribution,
        }
        for party in application.parties.all()
    ]
    rows: Any = PartyRows(
        post,
        prefix="parter",
        initial=held + [{} for _ in range(max(blank, 0 if held else 1))],
        form_kwargs={"levels": levels, "organisations": organisations},
    )
    bound = Bound(
        [form, rows], {"form": form, "rows": rows, "organisations": organisations.values()}, save=save_parties
    )
    if post is not None and is_valid(bound.sources):
        bound.data = {**form.cleaned_data, "parties": rows.filled()}
    return bound


def project(application: Application, post: Any = None, blank: Any = 0, files: Any = None) -> Bound:
    questions = [] if divided(application) else questions_of(form_of(application))
    form = ProjectForm(
        post,
        files,
        initial={
            "title": application.title,
            "summary": application.summary,
            "start_on": application.start_on,
            "end_on": application.end_on,
        },
        **asking(application, questions, blank),
    )
    bound = Bound([form], {"form": form, **shown(application, form)}, save=with_files(form, save_project))
    if post is not None and is_valid(bound.sources):
        bound.data = form.data_for_action()
    return bound


def questions(application: Application, page: Page, post: Any = None, blank: Any = 0, files: Any = None) -> Bound:
    """A section of questions that has a page of its own."""
    section = next(one for one in divided(application) if one.code == page.questions)
    form = AnswersForm(post, files, **asking(application, list(section.questions.all()), blank))

    def save(row: Application, data: dict[str, Any], *, by: Any, version: int | None) -> Application:
        return save_answers(row, page.questions, data, by=by, version=version)

    context = {"form": form, "question_section": section, **shown(application, form)}
    bound = Bound([form], context, save=with_files(form, save))
    if post is not None and is_valid(bound.sources):
        bound.data = form.answers
    return bound


def asking(application: Application, questions: list[Any], blank: Any) -> dict[str, Any]:
    """What a form with questions needs. ``blank``: the code of the question that gets one more row."""
    return {
        "questions": questions,
        "answers": application.answers,
        "around": around_of(application),
        "everything": {question.code: question for question in questions_of(form_of(application))},
        "earlier": application.earlier_answers,
        "more": str(blank or ""),
    }


def shown(application: Application, form: AnswersForm) -> dict[str, Any]:
    """What the templates show of the questions: each of them, and answers to questions that are asked no longer."""
    asked = {question.code for question in questions_of(form_of(application))}
    return {
        "questions": form.asked,
        "has_files": any(one.question.kind == "file" for one in form.asked),
        "gone": [one for code, one in application.earlier_answers.items() if code not in asked],
    }


def with_files(form: AnswersForm, save: Any) -> Any:
    """Save the answers and the files that are answers in one piece."""

    def saving(row: Application, data: dict[str, Any], *, by: Any, version: int | None) -> Application:
        uploads, removals = form.uploads(), form.removals()
        with in_one_piece():
            row = save(row, data, by=by, version=version)
            if uploads or removals:
                save_files(row, uploads, removals, by=by)
        return row

    return saving


def objectives(application: Application, post: Any = None, blank: int = 0) -> Bound:
    trees = objectives_tree(regions_of(application))
    shown = [node.objective for tree in trees for node in flat(tree.roots)]
    held = {link.objective_id: link for link in application.objective_links.all()}
    earlier = [link.objective for pk, link in held.items() if pk not in {objective.pk for objective in shown}]
    areas = StrategicArea.objects.current().filter(
        pk__in=[area.area_id for area in application.call.areas.all()] or StrategicArea.objects.current().values("pk")
    )
    form = ObjectivesForm(
        post,
        objectives=[*shown, *earlier],
        areas=areas,
        themes=applying.theme_choices(application.call),
        initial={
            "theme": str(application.theme_id or ""),
            "mal": [str(pk) for pk in held],
            "huvudmal": str(application.main_objective_id or ""),
            **{how_key(pk): link.contribution for pk, link in held.items()},
            "main_area": application.main_area_id,
            "further_areas": [further.area_id for further in application.further_areas.all()],
        },
    )
    main = str(form["huvudmal"].value() or "")
    groups = [
        (tree.rus.title if tree.rus else "", tree.region, [o for node in tree.roots for o in outline(node)])
        for tree in trees
    ]
    context = {
        "form": form,
        "groups": [
            (title, region, [picked(form, o, depth, main) for o, depth in rows]) for title, region, rows in groups
        ],
        "earlier": [picked(form, objective, 0, main) for objective in earlier],
    }
    bound = Bound([form], context, save=save_objectives)
    if post is not None and is_valid(bound.sources):
        bound.data = form.data_for_action()
    return bound


def flat(nodes: list[Node]) -> Iterator[Node]:
    """Nodes with everything under them, in order."""
    for node in nodes:
        yield node
        yield from flat(node.children)


def outline(node: Node, depth: int = 0) -> Iterator[tuple[Any, int]]:
    """Objectives with their depth."""
    yield node.objective, depth
    for child in node.children:
        yield from outline(child, depth + 1)


def picked(form: ObjectivesForm, objective: Any, depth: int, main: str) -> dict[str, Any]:
    """One line of the picker."""
    return {
        "objective": objective,
        "depth": depth,
        "is_ticked": str(objective.pk) in form.ticked,
        "is_main": str(objective.pk) == main,
        "how": form[how_key(objective.pk)],
    }


def budget(application: Application, post: Any = None, blank: int = 0) -> Bound:
    lines = {(line.cost_type_id, line.year): line.amount_sek for line in application.cost_lines.all()}
    years = sorted({*budget_years(application), *(year for (_, year), amount in lines.items() if amount)})
    form = BudgetForm(
        post,
        application=application,
        years=years,
        initial={
            "applied_sek": application.applied_sek or None,
            **{cost_key(pk, year): amount for (pk, year), amount in lines.items()},
        },
    )
    held: list[dict[str, Any]] = [
        {
            "financier": line.financier,
            "kind": line.kind,
            "form": line.form,
            "amount_sek": line.amount_sek,
        }
        for line in application.financing_lines.all()
    ]
    first = [] if held else [{"financier": application.applicant.name}]
    rows: Any = FinancingRows(
        post,
        prefix="finansiar",
        initial=held + first + [{} for _ in range(blank)],
        form_kwargs={"allowed": applying.allowed_forms(application.call)},
    )
    bound = Bound([form, rows], {"form": form, "rows": rows}, save=save_budget)
    if post is not None and is_valid(bound.sources):
        bound.data = {
            "costs": form.costs(),
            "financing": rows.filled(),
            "applied_sek": form.cleaned_data["applied_sek"] or 0,
        }
    bound.context |= budget_context(application, form, rows, lines if post is None else None)
    return bound


def budget_context(application: Application, form: BudgetForm, rows: Any, lines: Any) -> dict[str, Any]:
    """The table with its sums, computed here; ``lines`` None: from what was typed, faulty cells counted as nothing."""
    if lines is None:
        typed = {(line["cost_type"].pk, line["year"]): line["amount_sek"] for line in form.costs()}
        financed = sum(row.cleaned_data.get("amount_sek") or 0 for row in rows.forms if hasattr(row, "cleaned_data"))
        applied = form.cleaned_data.get("applied_sek") or 0
    else:
        typed, financed, applied = lines, application.financed_sek, application.applied_sek
    amounts = with_flat_rates(typed, form.rates, application.start_on)
    per_type, per_year, total = sums(amounts)
    table = [
        {
            "cost_type": cost_type,
            "is_flat": cost_type.pk in form.rates,
            **flat_words(cost_type, form, application.start_on),
            "cells": [
                (
                    year,
                    form[cost_key(cost_type.pk, year)] if cost_type.pk not in form.rates else None,
                    amounts.get((cost_type.pk, year), 0),
                )
                for year in form.years
            ],
            "errors": [
                (form[cost_key(cost_type.pk, year)], text)
                for year in form.years
                if cost_type.pk not in form.rates
                for text in form[cost_key(cost_type.pk, year)].errors
            ],
            "sum_sek": per_type.get(cost_type.pk, 0),
        }
        for cost_type in form.cost_types
    ]
    judged = Application(call=application.call, applied_sek=applied, total_cost_sek=total)
    return {
        "table": table,
        "years": form.years,
        "year_sums": [(year, per_year.get(year, 0)) for year in form.years],
        "total_sek": total,
        "financing_sek": financed + applied,
        "share_percent": percent_of(applied, total),
        "notes": [*(balance_reasons(total, financed + applied) if total and applied else []), *share_reasons(judged)],
    }


def flat_words(cost_type: Any, form: BudgetForm, start_on: Any) -> dict[str, Any]:
    """How a flat-rate line is computed, in words, and for the script that computes while one types.

    ``rate`` is empty where years differ: then only the server computes.
    """
    if cost_type.pk not in form.rates:
        return {}
    labels = {one.pk: one.label.lower() for one in form.cost_types}
    held = {year: rate_for(form.rates[cost_type.pk], year, start_on) for year in form.years}
    found = {year: (rate.percent, rate.basis) for year, rate in held.items() if rate}
    several = len(set(found.values())) > 1 or len(found) < len(form.years)
    said = [
        f"{percent_words(percent)} av {listed([labels[pk] for pk in sorted(basis)])}" + (f" {year}" if several else "")
        for year, (percent, basis) in found.items()
    ]
    percent, basis = next(iter(found.values()), (0, frozenset()))
    return {
        "rate_words": listed(list(dict.fromkeys(said))) or "ingen schablon gäller för åren",
        "rate": "" if several or not found else str(percent),
        "flat_of": " ".join(str(pk) for pk in sorted(basis)),
    }


BOUND: dict[Any, Any] = {
    Section.PARTIES: parties,
    Section.PROJECT: project,
    Section.OBJECTIVES: objectives,
    Section.BUDGET: budget,
}
