"""The forms of the pages *Ansökans frågor*. The actions alone judge what is typed, so the fields take anything."""

from __future__ import annotations

from typing import Any

from django import forms

from calls.actions.questions import kinds_on_page
from calls.enums import Required
from calls.models import Question
from calls.questions import conditions
from calls.questions.fields import RawChoice, RawField, choice, long_text, small
from calls.questions.outline import Outline
from calls.questions.registry import KINDS
from grants.core.exceptions import Reason
from grants.core.forms import ReasonedForm
from grants.core.prose import HOW_TO_LIST

REQUIRED = [
    (Required.ALWAYS.value, "Ja, alltid"),
    (Required.NEVER.value, "Nej, frågan är frivillig"),
    (Required.WHEN.value, "Ja, men den ställs bara när en annan fråga har ett visst svar"),
]
SHOWN_KIND = "visat_slag"
"""The kind whose settings stand on the page."""
SHOWN_PLACE = "visad_plats"
"""The number that the page showed."""
CHOSEN = Reason("Du har bytt slag av svar. Gå igenom det som hör till det nya slaget och spara igen.", "kind")


class SectionForm(ReasonedForm):
    """A section of questions."""

    mark_optional = False
    title = RawField(label="Rubrik")
    intro = long_text("Inledning (frivilligt)", rows=3, help_text=f"Står överst på sidan i ansökan. {HOW_TO_LIST}")


class QuestionForm(ReasonedForm):
    """One question with the settings of its kind. The kind is changed by a button of its own, which saves nothing."""

    mark_optional = False

    def __init__(
        self, data: Any = None, *, outline: Outline, question: Question | None, section: str = "", **kwargs: Any
    ):
        kind = (data.get("kind") if data is not None else None) or (question.kind if question else "text")
        self.kind = KINDS.get(str(kind)) or KINDS["text"]
        settings = question.settings if question is not None and question.kind == self.kind.code else {}
        shown = data.get(SHOWN_KIND) if data is not None else None
        self.is_other_kind = bool(shown) and shown != self.kind.code
        if self.is_other_kind:
            data = self._without_settings(data, str(shown))
        super().__init__(data, initial=self._initial(question, section, settings), **kwargs)
        where = next(
            (one for one in outline.sections if one.code == (question.section.code if question else section)), None
        )
        before = outline.before(question, where)
        self.fields["label"] = long_text("Fråga", rows=2)
        self.fields["help_text"] = long_text(
            "Förklaring (frivilligt)",
            rows=3,
            help_text=f"Står under frågan. Skriv vad svaret ska handla om. {HOW_TO_LIST}",
        )
        self.fields["section"] = choice("Avsnitt", [(one.code, one.title) for one in outline.sections])
        self.place_shown = str(outline.place_of(question)) if question is not None else ""
        self.fields["place"] = small(
            "Plats i avsnittet (frivilligt)",
            help_text="Frågans nummer. Utan nummer står den kvar, eller sist om den är ny i avsnittet.",
            initial=self.place_shown,
        )
        self.fields["kind"] = choice("Slag av svar", kinds_on_page())
        self.fields["required"] = RawChoice(label="Måste frågan besvaras?", choices=REQUIRED)
        self.fields["condition"] = choice(
            "Ställs när",
            [("", "Välj fråga och svar"), *conditions.choices(before)],
            help_text="Frågor som står före den här och har bestämda svar: ja eller nej, och svarsalternativ.",
        )
        self.fields["for_assessors"] = forms.BooleanField(label="Bedömare får se svaret", required=False)
        self.settings_names = list(self.kind.settings_fields(settings))
        self.fields |= self.kind.settings_fields(settings)

    def clean_place(self) -> str:
        """The number when somebody changed it: who saves a text does not move the question back to where the page showed it."""
        typed = str(self.cleaned_data["place"]).strip()
        return "" if typed == self.data.get(SHOWN_PLACE) else typed

    def _initial(self, question: Question | None, section: str, settings: dict[str, Any]) -> dict[str, Any]:
        own = self.kind.settings_initial(settings)
        if question is None:
            return {**own, "section": section, "kind": self.kind.code, "required": "always", "for_assessors": True}
        condition = f"{question.condition_code}={question.condition_value}" if question.condition_code else ""
        return {
            **own,
            "label": question.label,
            "help_text": question.help_text,
            "section": question.section.code,
            "kind": self.kind.code,
            "required": question.required,
            "condition": condition,
            "for_assessors": question.for_assessors,
        }

    def _without_settings(self, data: Any, shown: str) -> Any:
        """What was posted without the settings of the kind that the page showed: they say nothing of another kind."""
        kept = data.copy()
        for name in KINDS[shown].settings_fields({}) if shown in KINDS else ():
            kept.pop(name, None)
        for name, value in self.kind.settings_initial({}).items():
            kept[name] = value
        return kept

    @property
    def kind_shown(self) -> str:
        return self.kind.code

    @property
    def settings_fields(self) -> list[Any]:
        return [self[name] for name in self.settings_names]


class NoteForm(ReasonedForm):
    """What has changed in a version, and why."""

    mark_optional = False
    note = long_text(
        "Vad har ändrats, och varför?",
        rows=3,
        limit=500,
        help_text="Den som skriver på en ansökan får texten i ett mejl. Den står också i utlysningens händelser.",
    )
