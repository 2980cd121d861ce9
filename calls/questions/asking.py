"""The form of questions as the applicant meets it: on the application's pages and in the call manager's preview."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from calls.enums import Required
from calls.questions.base import PREFIX, Kind, Surroundings
from calls.questions.conditions import sentence
from calls.questions.registry import kind_of
from grants.core.forms import ReasonedForm


@dataclass
class Asked:
    """One question on a page: what templates/questions/ show."""

    form: Any
    question: Any
    kind: Kind
    names: dict[str, str]
    """End of a field's name → its name in the form."""
    around: Surroundings
    condition: str = ""
    when: str = ""
    """ "field=value" where the answer it waits for stands on the same page: there a script may hide the question."""
    earlier: str = ""
    number: int = 0
    """Which question of its section it is, as the public list numbers them."""
    answer: Any = None
    """What is stored."""
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return PREFIX + self.question.code

    @property
    def bound(self) -> dict[str, Any]:
        return {suffix: self.form[name] for suffix, name in self.names.items()}

    @property
    def field(self) -> Any:
        """The question's own field, for kinds that have one."""
        return self.form[self.name]

    @property
    def fields(self) -> list[Any]:
        return list(self.bound.values())

    @property
    def is_optional(self) -> bool:
        return bool(self.question.required == Required.NEVER)

    @property
    def is_answered(self) -> bool:
        """Whether what is stored answers it in full."""
        return not self.kind.lacks(self.question, self.answer, must=True, around=self.around)

    @property
    def more(self) -> dict[str, Any]:
        """What the kind's template needs besides."""
        return self.kind.context(self.question, self.bound, self.around)


class AnswersForm(ReasonedForm):
    """Questions of any kind. What is typed is judged by each kind alone; ``answers`` holds what may be stored.

    ``everything``: all questions of the form by code, for conditions. ``more``: the code whose page shows one more row.
    """

    mark_optional = False

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        questions: list[Any],
        answers: Mapping[str, Any],
        around: Surroundings,
        everything: Mapping[str, Any] | None = None,
        earlier: Mapping[str, Any] | None = None,
        more: str = "",
        **kwargs: Any,
    ):
        initial = kwargs.pop("initial", {})
        super().__init__(data, files, initial=initial, **kwargs)
        self.answers: dict[str, Any] = {}
        self.asked: list[Asked] = []
        here = {question.code for question in questions}
        known = everything or {question.code: question for question in questions}
        for question in questions:
            self._ask(question, answers.get(question.code), around, more == question.code)
            asked = self.asked[-1]
            asked.condition = sentence(question, known)
            if asked.condition and question.condition_code in here:
                asked.when = f"{PREFIX}{question.condition_code}={question.condition_value}"
            asked.earlier = ((earlier or {}).get(question.code) or {}).get("words", "")

    def _ask(self, question: Any, answer: Any, around: Surroundings, more: bool) -> None:
        kind, name = kind_of(question), PREFIX + question.code
        posted = self.data.get(f"{name}-rader") if self.is_bound else None
        rows = kind.rows_for(question, answer, posted, more)
        names = {}
        for suffix, made in kind.fields(question, rows, around).items():
            names[suffix] = f"{name}-{suffix}" if suffix else name
            made.mark_optional = not suffix and question.required == Required.NEVER  # type: ignore[attr-defined]
            made.is_prose = not suffix  # type: ignore[attr-defined]
            self.fields[names[suffix]] = made
        for suffix, value in kind.initial(question, answer).items():
            if suffix in names:
                self.initial[names[suffix]] = value
        self.asked.append(Asked(self, question, kind, names, around, number=len(self.asked) + 1, answer=answer))

    def clean(self) -> dict[str, Any]:
        """Put every fault at its field."""
        data = super().clean() or self.cleaned_data
        for asked in self.asked:
            values = {suffix: self.cleaned_data.get(name) for suffix, name in asked.names.items()}
            given = asked.kind.given(asked.question, values)
            answer, faults = asked.kind.check(asked.question, given, asked.around)
            for text, suffix in faults:
                self.add_error(asked.names.get(suffix) or next(iter(asked.names.values())), text)
            self.answers[asked.question.code] = answer
        return data

    def uploads(self) -> dict[str, Any]:
        """New files by the code of the question that they answer."""
        return {
            asked.question.code: upload
            for asked in self.asked
            if asked.question.kind == "file" and (upload := self.cleaned_data.get(asked.name))
        }

    def removals(self) -> list[int]:
        """The attachments whose box *Ta bort* is ticked."""
        ticked = [
            one
            for asked in self.asked
            if asked.question.kind == "file" and hasattr(self.data, "getlist")
            for one in self.data.getlist(f"{asked.name}-bort")
        ]
        return [int(one) for one in ticked if one.isascii() and one.isdigit() and len(one) < 16]


def checked(questions: list[Any], given: Mapping[str, Any], around: Surroundings) -> tuple[dict[str, Any], list[Any]]:
    """The answers that may be stored and the reasons, each at its field. Answers to other questions are left out."""
    from grants.core.exceptions import Reason

    answers: dict[str, Any] = {}
    reasons: list[Any] = []
    for question in questions:
        answer, faults = kind_of(question).check(question, given.get(question.code), around)
        name = PREFIX + question.code
        reasons += [Reason(text, f"{name}-{suffix}" if suffix else name) for text, suffix in faults]
        if not kind_of(question).is_empty(answer):
            answers[question.code] = answer
    return answers, reasons
