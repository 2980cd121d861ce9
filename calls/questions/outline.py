"""The version in work as one thing in memory: sections with their questions in order. What is changed is checked as a whole."""

from __future__ import annotations

import re
from typing import Any

from django.utils.text import slugify

from calls.models import FormVersion, Question, QuestionSection
from calls.questions.conditions import faults_of, shortened, told_elsewhere
from calls.questions.registry import kind_of
from calls.questions.versions import sections_of
from grants.core.events import canonical, sha256
from grants.core.exceptions import Blocked, Reason

MOST_SECTIONS = 30
MOST_QUESTIONS = 300
GONE = "Frågan eller avsnittet finns inte längre. Här är frågorna som de är nu."


class Outline:
    """Sections and questions of the version in work; ``write_order`` stores how they stand."""

    def __init__(self, form: FormVersion):
        self.form = form
        self.sections: list[QuestionSection] = sections_of(form)
        self.questions: dict[Any, list[Question]] = {one.pk: list(one.questions.all()) for one in self.sections}
        self.stored = {one.code: (one.label, dict(kind_of(one).closed_answers(one.settings))) for one in self.flat()}

    def flat(self) -> list[Question]:
        """Every question in the order in which it is asked."""
        return [question for section in self.sections for question in self.questions[section.pk]]

    def has(self, section: str, question: str) -> bool:
        """Whether both codes are there; "" asks for none."""
        sections, questions = {one.code for one in self.sections}, {one.code for one in self.flat()}
        return section in {"", *sections} and question in {"", *questions}

    def section(self, code: str) -> QuestionSection:
        """The section with that code. Raises Blocked when it is gone."""
        found = next((one for one in self.sections if one.code == code), None)
        if found is None:
            raise Blocked(GONE)
        return found

    def question(self, code: str) -> Question:
        """The question with that code. Raises Blocked when it is gone."""
        found = next((one for one in self.flat() if one.code == code), None)
        if found is None:
            raise Blocked(GONE)
        return found

    def before(self, question: Question | None, section: QuestionSection | None = None) -> list[Question]:
        """The questions that stand above one; for a new one, all down to the end of its section."""
        found: list[Question] = []
        for one in self.sections:
            for held in self.questions[one.pk]:
                if question is not None and held.code == question.code:
                    return found
                found.append(held)
            if question is None and section is not None and one.pk == section.pk:
                return found
        return found

    def has_title(self, title: str, besides: QuestionSection) -> bool:
        """Whether another section has that title, in any letters: to an applicant two sections of one name are one."""
        return any(one.pk != besides.pk and one.title.casefold() == title.casefold() for one in self.sections)

    def has_label(self, section: QuestionSection, question: Question) -> bool:
        """Whether another question of the section asks the same, in any letters."""
        asked = question.label.casefold()
        return any(one.code != question.code and one.label.casefold() == asked for one in self.questions[section.pk])

    def lacks(self) -> list[str]:
        """What applicants should not be asked with: empty sections, and names that stand twice. Older calls may hold them."""
        found: list[str] = []
        for number, section in enumerate(self.sections):
            asked = self.questions[section.pk]
            if any(one.title.casefold() == section.title.casefold() for one in self.sections[:number]):
                found.append(
                    Reason(
                        f"Två avsnitt heter ”{section.title}”. Byt den ena rubriken.",
                        f"questions:avsnitt-{section.code}",
                    )
                )
            if not asked:
                what = (
                    f"Avsnittet ”{section.title}” har inga frågor. Lägg till en fråga, eller ta bort avsnittet."
                    if len(self.sections) > 1
                    else "Ansökan har inga frågor. Lägg till minst en."
                )
                found.append(Reason(what, f"questions:avsnitt-{section.code}"))
            found += [
                Reason(
                    f"Frågan ”{shortened(one.label)}” står två gånger i avsnittet ”{section.title}”. Skriv om den ena.",
                    f"questions:fraga-{one.code}",
                )
                for place, one in enumerate(asked)
                if any(above.label.casefold() == one.label.casefold() for above in asked[:place])
            ]
        return found

    def place_of(self, question: Question) -> int:
        """Which question of its section it is, 1 for the first."""
        return self.questions[question.section_id].index(question) + 1

    def place(self, question: Question, section: QuestionSection, number: int | None = None) -> None:
        """Put a question into a section: as its so manieth question, or last when no number is given or there are fewer."""
        for held in self.questions.values():
            if question in held:
                held.remove(question)
        question.section = section
        row = self.questions[section.pk]
        row.insert(len(row) if number is None else number - 1, question)

    def move(self, question: Question, up: bool) -> bool:
        """One place up or down, past the edge of its section into the next; False at the end of them all."""
        at = next(place for place, one in enumerate(self.sections) if question in self.questions[one.pk])
        row = self.questions[self.sections[at].pk]
        index = row.index(question)
        target = index + (-1 if up else 1)
        if 0 <= target < len(row):
            row[index], row[target] = row[target], row[index]
            return True
        other = at + (-1 if up else 1)
        if not 0 <= other < len(self.sections):
            return False
        row.remove(question)
        question.section = self.sections[other]
        self.questions[question.section.pk].insert(len(self.questions[question.section.pk]) if up else 0, question)
        return True

    def move_section(self, section: QuestionSection, up: bool) -> bool:
        """One place up or down; False at the end."""
        index = self.sections.index(section)
        target = index + (-1 if up else 1)
        if not 0 <= target < len(self.sections):
            return False
        self.sections[index], self.sections[target] = self.sections[target], self.sections[index]
        return True

    def stop_at_faults(self, at: Question | None = None) -> None:
        """Raise Blocked when a condition cannot be kept: at the field when it is the question's own, else naming both."""
        reasons: list[str] = [
            Reason(str(fault), getattr(fault, "where", ""))
            if at is not None and question.code == at.code
            else told_elsewhere(question, {one.code: one for one in self.flat()}, self.stored)
            for question, fault in faults_of(self.flat())
        ]
        if reasons:
            raise Blocked(reasons)

    def write_order(self) -> None:
        """Store the order and the section of everything."""
        for number, section in enumerate(self.sections, 1):
            section.order = number
            for place, question in enumerate(self.questions[section.pk], 1):
                question.order, question.section = place, section
        QuestionSection.objects.bulk_update(self.sections, ["order"])
        Question.objects.bulk_update(self.flat(), ["order", "section"])


def stamp(row: Any) -> str:
    """What a page showed of a question or section: another stamp later means that somebody changed it in between."""
    shown = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if field.name != "order"}
    return sha256(canonical(shown))[:32]


def stamp_of_all(form: FormVersion) -> str:
    """What a page showed of a whole version: its sections and questions, and their order."""
    rows: list[Any] = [row for section in sections_of(form) for row in (section, *section.questions.all())]
    return sha256(canonical([[form.pk, *(stamp(row) for row in rows)], [row.order for row in rows]]))[:32]


def new_question_code(call: Any) -> str:
    """A code that no version of the call's questions has used: answers are kept by it for ever."""
    codes = Question.objects.filter(form__call=call).values_list("code", flat=True)
    return f"f{max([0, *(int(code[1:]) for code in codes if re.fullmatch(r'f[0-9]{1,6}', code))]) + 1}"


def new_section_code(call: Any, title: str) -> str:
    """A code from the title that no version has used. It stands in addresses and stays when the title changes."""
    taken = set(QuestionSection.objects.filter(form__call=call).values_list("code", flat=True))
    base = slugify(title)[:32].strip("-") or "avsnitt"
    return next(
        code for number in range(1, 10_000) if (code := base if number == 1 else f"{base}-{number}") not in taken
    )
